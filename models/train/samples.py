"""Writes the shipped images of CIFAR-10 and of MNIST: samples as PNG, and the evaluation sets.

    python models/train/samples.py

What is written of each is in `datasets/`: `shipped`. An evaluation set is one file, images.bin: for each image a byte
for the label, then all bytes of the first channel and so on, rows from top to bottom.
"""

import argparse
import json
from pathlib import Path

import numpy as np
from PIL import Image

from datasets.cifar10 import CIFAR10
from datasets.dataset import Dataset
from datasets.mnist import MNIST

MODELS = Path(__file__).resolve().parent.parent


def write_manifest(folder: Path, dataset: Dataset, layout: dict) -> None:
    shipped = dataset.shipped
    manifest = {
        "id": folder.name,
        "title": shipped.title,
        "labels": dataset.labels,
        "width": dataset.size,
        "height": dataset.size,
        "channels": dataset.channels,
        "licence": shipped.licence,
        "source": shipped.source,
        **layout,
    }
    (folder / "manifest.json").write_text(json.dumps(manifest, indent=2, ensure_ascii=False) + "\n")


def write_samples(dataset: Dataset, images: np.ndarray, labels: np.ndarray) -> None:
    shipped = dataset.shipped
    folder = MODELS / "samples" / shipped.samples
    folder.mkdir(parents=True, exist_ok=True)
    listed = []
    for number, label in enumerate(dataset.labels):
        for place, index in enumerate(np.flatnonzero(labels == number)[: shipped.samples_a_class]):
            file = shipped.sample_name.format(label=label, place=place) + ".png"
            pixels = images[index] if dataset.channels == 3 else images[index, :, :, 0]
            Image.fromarray(pixels).save(folder / file, optimize=True)
            listed.append({"file": file, "label": label})
    write_manifest(folder, dataset, {"format": "files", "count": len(listed), "images": listed})


def write_evaluation(dataset: Dataset, images: np.ndarray, labels: np.ndarray) -> None:
    shipped = dataset.shipped
    folder = MODELS / "evaluation" / shipped.evaluation
    folder.mkdir(parents=True, exist_ok=True)
    count = shipped.evaluation_images
    planes = images[:count].transpose(0, 3, 1, 2).reshape(count, -1)
    first = labels[:count, None].astype(np.uint8)
    (folder / "images.bin").write_bytes(np.hstack([first, planes]).tobytes())
    write_manifest(folder, dataset, {"format": "planes", "count": count})


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--work", type=Path, default=Path(".train"), help="folder of the tarballs")
    work = parser.parse_args().work
    for dataset in (CIFAR10, MNIST):
        images, labels = dataset.load(work, "test")
        write_samples(dataset, images, labels)
        write_evaluation(dataset, images, labels)


if __name__ == "__main__":
    main()
