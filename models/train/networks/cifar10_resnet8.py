"""A residual network with one block a stage. It was trained on all training images, none held out."""

from datasets.cifar10 import CIFAR10
from layers import ResNet
from recipe import Recipe

RECIPE = Recipe(
    title="ResNet-8 on CIFAR-10",
    architecture="3 × 3 convolution (16), three residual blocks (16, 32, 64; strides 1, 2, 2), global average, dense layer",
    limits="It has no defence of any kind.",
    dataset=CIFAR10,
    network=lambda: ResNet(1),
    epochs=100,
    batch=128,
    rate=0.1,
    held_out=0,
    default=True,
)
