"""The ResNet-8 again, trained on images with a few changed pixels."""

from datasets.cifar10 import CIFAR10
from layers import ResNet
from recipe import Hardening, Recipe

RECIPE = Recipe(
    title="ResNet-8 on CIFAR-10, hardened",
    architecture="that of `cifar10-resnet8`",
    limits="It was trained against few changed pixels of extreme colours, and against nothing else.",
    dataset=CIFAR10,
    network=lambda: ResNet(1),
    epochs=60,
    batch=128,
    rate=0.1,
    small_epochs=36,
    hardening=Hardening(pixels=(0, 1, 1, 1, 3, 5), candidates=4, random_epochs=20),
)
