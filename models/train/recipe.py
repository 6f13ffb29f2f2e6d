"""What a file of networks/ says: a network, its data and how it is trained."""

from collections.abc import Callable
from dataclasses import dataclass

from torch import nn

from datasets.dataset import Dataset


@dataclass(frozen=True)
class Hardening:
    """Training on images with changed pixels (see hardening.py)."""

    pixels: tuple[int, ...]
    """How many pixels are changed; drawn anew for each batch. 0 leaves the batch as it is."""
    candidates: int
    """Among how many changes of an image the worst is taken."""
    random_epochs: int
    """How many epochs at first take a random change in place of the worst."""


@dataclass(frozen=True)
class Recipe:
    """SGD with Nesterov momentum 0.9; the learning rate rises linearly, then falls as a cosine to 0."""

    title: str
    architecture: str
    """One line for the model card."""
    limits: str
    """What the model card says about what the classifier is not good for."""
    dataset: Dataset
    network: Callable[[], nn.Module]
    epochs: int
    batch: int
    rate: float
    """The highest learning rate."""
    warm_epochs: int = 3
    """How many epochs the learning rate rises."""
    weight_decay: float = 5e-4
    """Of all weights but biases and those of batch normalisation."""
    small_epochs: int = 0
    """How many epochs at first see random crops of three quarters of the side, unpadded: they cost about half."""
    padding: int = 4
    """Random crops are taken from an image with this many pixels of padding on each side."""
    flip: bool = True
    """Whether half of the images are mirrored."""
    held_out: int = 5_000
    """The last so many training images are not trained on; the accuracy after each epoch is measured on them."""
    start: str | None = None
    """The classifier whose shipped weights it starts from (see warm_start.py)."""
    hardening: Hardening | None = None
    default: bool = False
    """Whether requests that name no model mean this one."""
