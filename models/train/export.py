"""Writes a trained network as models/cifar10-resnet8/: the ONNX file and its manifest.

The accuracy in the manifest is that of the exported file, run by onnxruntime.
"""

import argparse
import json
from pathlib import Path

import numpy as np
import onnx
import onnxruntime
import torch

import cifar10
from network import ResNet8

FOLDER = Path(__file__).resolve().parent.parent / "cifar10-resnet8"


def write_onnx(network: ResNet8, path: Path) -> None:
    """fp32, opset 17, a dynamic batch axis; batch normalisation is folded into the convolutions."""
    network = network.cpu().float().eval().to(memory_format=torch.contiguous_format)
    torch.onnx.export(
        network, (torch.zeros(2, 3, cifar10.SIZE, cifar10.SIZE),), path, dynamo=False, opset_version=17,
        input_names=["image"], output_names=["logits"],
        dynamic_axes={"image": {0: "batch"}, "logits": {0: "batch"}},
    )  # fmt: skip
    model = onnx.load(path)
    onnx.checker.check_model(model, full_check=True)


def measure(path: Path, images: np.ndarray, labels: np.ndarray, mean: list, std: list) -> float:
    """Share of `images` (n, 32, 32, 3) uint8 that onnxruntime classifies as `labels`."""
    session = onnxruntime.InferenceSession(path, providers=["CPUExecutionProvider"])
    hits = 0
    for start in range(0, len(labels), 500):
        batch = images[start : start + 500].astype(np.float32) / np.float32(255)
        batch = (batch - np.float32(mean)) / np.float32(std)
        (logits,) = session.run(None, {"image": np.ascontiguousarray(batch.transpose(0, 3, 1, 2))})
        hits += int((logits.argmax(1) == labels[start : start + 500]).sum())
    return hits / len(labels)


def export(network: ResNet8, options: argparse.Namespace, mean: list, std: list) -> None:
    FOLDER.mkdir(parents=True, exist_ok=True)
    path = FOLDER / "model.onnx"
    write_onnx(network, path)
    images, labels = cifar10.load(cifar10.fetch(options.work), "test")
    accuracy = measure(path, images, labels, mean, std)
    manifest = {
        "id": "cifar10-resnet8",
        "title": "ResNet-8 on CIFAR-10",
        "default": True,
        "labels": cifar10.LABELS,
        "input": {
            "width": cifar10.SIZE, "height": cifar10.SIZE, "channels": 3,
            "layout": "NCHW", "scale": 1 / 255, "mean": mean, "std": std,
        },
        "output": "logits",
        "testAccuracy": {"value": accuracy, "n": len(labels), "dataset": "CIFAR-10 test set"},
        "training": {
            "data": "CIFAR-10 training set, 50,000 images",
            "command": "python models/train/train.py",
            "epochs": options.epochs,
            "seed": options.seed,
        },
        "licence": "MIT",
    }  # fmt: skip
    (FOLDER / "manifest.json").write_text(json.dumps(manifest, indent=2) + "\n")
    print(f"{path}: {accuracy:.4f} of {len(labels)} test images, by onnxruntime {onnxruntime.__version__}")
