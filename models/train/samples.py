"""Writes the shipped images: 100 samples as PNG and the evaluation set.

    python models/train/samples.py

Samples are the first ten CIFAR-10 test images of each class, named like `cat-3` (0 to 9). The
evaluation set is the first 1,000 test images in CIFAR-10's own binary format: a label byte, then
1,024 red, 1,024 green and 1,024 blue bytes an image.
"""

import argparse
from pathlib import Path

import numpy as np
from PIL import Image

from datasets.cifar10 import CIFAR10

MODELS = Path(__file__).resolve().parent.parent
EVALUATION_IMAGES = 1_000
SAMPLES_A_CLASS = 10


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--work", type=Path, default=Path(".train"), help="folder of the tarball")
    images, labels = CIFAR10.load(parser.parse_args().work, "test")

    samples = MODELS / "samples"
    samples.mkdir(exist_ok=True)
    for number, name in enumerate(CIFAR10.labels):
        for place, index in enumerate(np.flatnonzero(labels == number)[:SAMPLES_A_CLASS]):
            Image.fromarray(images[index]).save(samples / f"{name}-{place}.png", optimize=True)

    evaluation = MODELS / "evaluation"
    evaluation.mkdir(exist_ok=True)
    planes = images[:EVALUATION_IMAGES].transpose(0, 3, 1, 2).reshape(EVALUATION_IMAGES, -1)
    first = labels[:EVALUATION_IMAGES, None].astype(np.uint8)
    (evaluation / "cifar10-test-1000.bin").write_bytes(np.hstack([first, planes]).tobytes())


if __name__ == "__main__":
    main()
