"""He et al.'s ResNet-20: three blocks a stage. A shortcut that changes size is a 1 x 1 convolution."""

from datasets.cifar10 import CIFAR10
from layers import ResNet
from recipe import Recipe

RECIPE = Recipe(
    title="ResNet-20 on CIFAR-10",
    architecture="3 × 3 convolution (16), nine residual blocks (three each of 16, 32 and 64 channels), global average, dense layer",
    limits="It has no defence of any kind.",
    dataset=CIFAR10,
    network=lambda: ResNet(3),
    epochs=60,
    batch=128,
    rate=0.2,
    warm_epochs=6,
    small_epochs=36,
)
