"""The all-convolutional network (Springenberg et al. 2014, All-CNN-C), in half its width.

Strided convolutions take the place of pooling. Batch normalisation takes the place of dropout, so
that it trains in few epochs.
"""

import torch
from torch import nn

from datasets.cifar10 import CIFAR10
from layers import convolution, initialise
from recipe import Recipe

WIDTH = 48
"""The paper's is 96."""


class AllConvolutional(nn.Module):
    """(n, 3, h, w) normalised images -> (n, 10) logits."""

    def __init__(self) -> None:
        super().__init__()
        self.layers = nn.Sequential(
            convolution(3, WIDTH, 3),
            convolution(WIDTH, WIDTH, 3),
            convolution(WIDTH, WIDTH, 3, stride=2),
            convolution(WIDTH, 2 * WIDTH, 3),
            convolution(2 * WIDTH, 2 * WIDTH, 3),
            convolution(2 * WIDTH, 2 * WIDTH, 3, stride=2),
            convolution(2 * WIDTH, 2 * WIDTH, 3),
            convolution(2 * WIDTH, 2 * WIDTH, 1),
            nn.Conv2d(2 * WIDTH, 10, 1),
        )
        initialise(self)

    def forward(self, x: torch.Tensor) -> torch.Tensor:
        return self.layers(x).mean(dim=(2, 3))


RECIPE = Recipe(
    title="All-convolutional network on CIFAR-10",
    architecture=f"All-CNN-C in half its width: 3 × 3 convolutions of {WIDTH}, {WIDTH}, {WIDTH} (stride 2), {2 * WIDTH}, {2 * WIDTH}, {2 * WIDTH} (stride 2), {2 * WIDTH}, then 1 × 1 of {2 * WIDTH} and 10, global average",
    limits="It has no defence of any kind.",
    dataset=CIFAR10,
    network=AllConvolutional,
    epochs=18,
    batch=128,
    rate=0.1,
    warm_epochs=3,
    small_epochs=10,
)
