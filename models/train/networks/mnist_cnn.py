"""A small convolutional network for grey digits of 28 x 28 pixels."""

import torch
from torch import nn

from datasets.mnist import MNIST
from layers import convolution, initialise
from recipe import Recipe


class DigitNetwork(nn.Module):
    """(n, 1, h, w) normalised images -> (n, 10) logits."""

    def __init__(self) -> None:
        super().__init__()
        self.layers = nn.Sequential(
            convolution(1, 16, 3),
            convolution(16, 16, 3),
            nn.MaxPool2d(2),
            convolution(16, 32, 3),
            convolution(32, 32, 3),
            nn.MaxPool2d(2),
            convolution(32, 64, 3),
        )
        self.head = nn.Linear(64, 10)
        initialise(self)

    def forward(self, x: torch.Tensor) -> torch.Tensor:
        return self.head(self.layers(x).mean(dim=(2, 3)))


RECIPE = Recipe(
    title="Convolutional network on MNIST",
    architecture="3 × 3 convolutions of 16, 16, 32, 32 and 64 channels, 2 × 2 maximum pooling after the second and the fourth, global average, dense layer",
    limits="It has no defence of any kind, and knows only digits that are centred, bright on dark.",
    dataset=MNIST,
    network=DigitNetwork,
    epochs=40,
    batch=64,
    rate=0.1,
    warm_epochs=3,
    padding=2,
    flip=False,
    held_out=800,
)
