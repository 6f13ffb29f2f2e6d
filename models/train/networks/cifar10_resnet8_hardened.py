"""The ResNet-8, trained further on images with a few changed pixels."""

from datasets.cifar10 import CIFAR10
from layers import ResNet
from recipe import Hardening, Recipe

RECIPE = Recipe(
    title="ResNet-8 on CIFAR-10, hardened",
    architecture="that of `cifar10-resnet8`",
    limits="It was trained against few changed pixels of extreme colours, and against nothing else. It starts from a "
    "classifier that was trained on the held-out images too: the accuracy on them is higher than on new images.",
    dataset=CIFAR10,
    network=lambda: ResNet(1),
    epochs=30,
    batch=128,
    rate=0.05,
    warm_epochs=1,
    small_epochs=12,
    start="cifar10-resnet8",
    hardening=Hardening(pixels=(0, 1, 1, 1, 3, 5), candidates=4, random_epochs=3),
)
