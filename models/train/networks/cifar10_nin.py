"""Network in network (Lin, Chen and Yan 2013), in half its width.

Each convolution is followed by two of 1 x 1, and the last has one map a class. Batch normalisation
takes the place of dropout, so that it trains in few epochs.
"""

import torch
from torch import nn

from datasets.cifar10 import CIFAR10
from layers import convolution, initialise
from recipe import Recipe

WIDTH = 96
"""The paper's is 192."""


class NetworkInNetwork(nn.Module):
    """(n, 3, h, w) normalised images -> (n, 10) logits."""

    def __init__(self) -> None:
        super().__init__()
        self.layers = nn.Sequential(
            convolution(3, WIDTH, 5),
            convolution(WIDTH, WIDTH * 5 // 6, 1),
            convolution(WIDTH * 5 // 6, WIDTH // 2, 1),
            nn.MaxPool2d(3, 2, 1),
            convolution(WIDTH // 2, WIDTH, 5),
            convolution(WIDTH, WIDTH, 1),
            convolution(WIDTH, WIDTH, 1),
            nn.MaxPool2d(3, 2, 1),
            convolution(WIDTH, WIDTH, 3),
            convolution(WIDTH, WIDTH, 1),
            nn.Conv2d(WIDTH, 10, 1),
        )
        initialise(self)

    def forward(self, x: torch.Tensor) -> torch.Tensor:
        return self.layers(x).mean(dim=(2, 3))


RECIPE = Recipe(
    title="Network in network on CIFAR-10",
    architecture=f"network in network in half its width: three groups of a convolution (5 × 5, 5 × 5, 3 × 3; {WIDTH} channels) and two of 1 × 1, maximum pooling between them, global average",
    limits="It has no defence of any kind.",
    dataset=CIFAR10,
    network=NetworkInNetwork,
    epochs=40,
    batch=128,
    rate=0.1,
    warm_epochs=3,
    small_epochs=20,
)
