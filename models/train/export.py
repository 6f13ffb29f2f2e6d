"""Writes a trained network as models/ID/: the ONNX file, its manifest, its model card and its curve.

The accuracy in manifest and card is that of the exported file on all test images, run by onnxruntime.
"""

import argparse
import json
from pathlib import Path

import numpy as np
import onnx
import onnxruntime
import torch
from torch import nn

import curve as drawing
from checkpoint import Epoch
from datasets.dataset import Dataset, Split
from recipe import Recipe

MODELS = Path(__file__).resolve().parent.parent


def write_onnx(network: nn.Module, dataset: Dataset, path: Path) -> None:
    """fp32, opset 17, a dynamic batch axis; batch normalisation is folded into the convolutions."""
    network = network.cpu().float().eval().to(memory_format=torch.contiguous_format)
    torch.onnx.export(
        network, (torch.zeros(2, dataset.channels, dataset.size, dataset.size),), path, dynamo=False,
        opset_version=17, input_names=["image"], output_names=["logits"],
        dynamic_axes={"image": {0: "batch"}, "logits": {0: "batch"}},
    )  # fmt: skip
    onnx.checker.check_model(onnx.load(path), full_check=True)


def measure(path: Path, split: Split, dataset: Dataset) -> float:
    """Share of the images that onnxruntime classifies as their labels."""
    session = onnxruntime.InferenceSession(path, providers=["CPUExecutionProvider"])
    images, labels = split
    hits = 0
    for start in range(0, len(labels), 500):
        batch = images[start : start + 500].astype(np.float32) / np.float32(255)
        batch = (batch - np.float32(dataset.mean)) / np.float32(dataset.std)
        (logits,) = session.run(None, {"image": np.ascontiguousarray(batch.transpose(0, 3, 1, 2))})
        hits += int((logits.argmax(1) == labels[start : start + 500]).sum())
    return hits / len(labels)


def multiply_adds(network: nn.Module, dataset: Dataset) -> int:
    """Of the convolutions and dense layers, for one image."""
    total = 0

    def count(layer: nn.Module, _: tuple[torch.Tensor], output: torch.Tensor) -> None:
        nonlocal total
        total += output[0].numel() * layer.weight[0].numel()

    hooks = [
        layer.register_forward_hook(count) for layer in network.modules() if isinstance(layer, nn.Conv2d | nn.Linear)
    ]
    with torch.no_grad():
        network(torch.zeros(1, dataset.channels, dataset.size, dataset.size))
    for hook in hooks:
        hook.remove()
    return total


def trained_on(recipe: Recipe, options: argparse.Namespace) -> tuple[int, int]:
    """How many training images there are, and how many of them were trained on."""
    every = len(recipe.dataset.load(options.work, "train")[1])
    kept = every - recipe.held_out
    return every, min(kept, options.images or kept)


def manifest_of(name: str, recipe: Recipe, options: argparse.Namespace, accuracy: float, count: int) -> dict:
    dataset = recipe.dataset
    every, used = trained_on(recipe, options)
    share = f"{every:,} images" if used == every else f"{used:,} of {every:,} images"
    return {
        "id": name,
        "title": recipe.title,
        **({"default": True} if recipe.default else {}),
        "labels": dataset.labels,
        "input": {
            "width": dataset.size, "height": dataset.size, "channels": dataset.channels,
            "layout": "NCHW", "scale": 1 / 255, "mean": dataset.mean, "std": dataset.std,
        },
        "output": "logits",
        "samples": dataset.shipped.samples,
        "evaluation": dataset.shipped.evaluation,
        "testAccuracy": {"value": accuracy, "n": count, "dataset": f"{dataset.title} test set"},
        "training": {
            "data": f"{dataset.title} training set, {share}",
            "command": command_of(name, recipe, options),
            "epochs": options.epochs,
            "seed": options.seed,
        },
        "licence": "MIT",
    }  # fmt: skip


def command_of(name: str, recipe: Recipe, options: argparse.Namespace) -> str:
    parts = [f"python models/train/train.py {name}"]
    if options.epochs != recipe.epochs:
        parts.append(f"--epochs {options.epochs}")
    if options.images:
        parts.append(f"--images {options.images}")
    if options.seed != 1:
        parts.append(f"--seed {options.seed}")
    return " ".join(parts)


def recipe_text(recipe: Recipe, options: argparse.Namespace) -> str:
    """One sentence on how it was trained."""
    steps = [f"from the weights of `{recipe.start}`"] if recipe.start else []
    steps.append(
        f"{options.epochs} epochs of SGD with Nesterov momentum, batches of {recipe.batch}, learning rate up to "
        f"{recipe.rate:g} and down as a cosine, random crops{' and mirroring' if recipe.flip else ''}, seed {options.seed}"
    )
    if recipe.small_epochs:
        steps.append(f"the first {recipe.small_epochs} epochs on crops of {recipe.dataset.size * 3 // 4} pixels")
    plan = recipe.hardening
    if plan:
        steps.append(
            f"each batch with {', '.join(map(str, sorted(set(plan.pixels))))} changed pixels: random ones in the first "
            f"{plan.random_epochs} epochs, then the worst of {plan.candidates} changes by loss"
        )
    return "; ".join(steps)


def card_of(
    name: str, recipe: Recipe, options: argparse.Namespace, network: nn.Module, curve: list[Epoch],
    accuracy: float, count: int,
) -> str:  # fmt: skip
    dataset = recipe.dataset
    every, used = trained_on(recipe, options)
    held = (
        f" {recipe.held_out:,} were held out: the accuracy on them after each epoch is in the curve"
        if recipe.held_out
        else ""
    )
    held_accuracy = curve[-1].held_out_accuracy
    parameters = sum(p.numel() for p in network.parameters())
    spent = sum(epoch.cpu_seconds for epoch in curve)
    sides = f"{dataset.size} × {dataset.size}"
    rows = {
        "Architecture": recipe.architecture,
        "Size": f"{parameters:,} parameters in training, {multiply_adds(network, dataset) / 1e6:.1f} million multiply-adds an image; "
        "ONNX, fp32, opset 17, dynamic batch axis",
        "Input": f"{sides} {'RGB' if dataset.channels == 3 else 'grey'}, NCHW; value = (byte ÷ 255 − mean) ÷ std, in `manifest.json` only",
        "Output": f"{len(dataset.labels)} logits, in the order of `labels`",
        "Data": f"{dataset.source}. Trained on {used:,} of the {every:,} training images.{held}{'.' if held else ''} "
        "The test images were never trained on, nor used to choose anything",
        "Accuracy": f"{100 * accuracy:.2f} % of the {count:,} test images, by onnxruntime on `model.onnx`"
        + (f"; {100 * held_accuracy:.2f} % of the held-out images" if held_accuracy is not None else ""),
        "Training": f"{recipe_text(recipe, options)}; {spent:,.0f} seconds of processor time on {options.threads} thread{'s' if options.threads > 1 else ''}",
        "Command": f"`{command_of(name, recipe, options)}`, see [models/train](../train/README.md)",
        "Licence": "MIT",
    }
    keys, values = max(map(len, rows)), max(map(len, rows.values()))
    lines = [("", ""), ("-" * keys, "-" * values), *rows.items()]
    table = "\n".join(f"| {key:{keys}} | {value:{values}} |" for key, value in lines)
    return (
        f"# `{name}`\n\n{recipe.title}.\n\n{table}\n\n![Training curve](curve.svg)\n\n"
        f"{recipe.limits} Do not use it to classify anything that matters.\n"
    )


def export(name: str, recipe: Recipe, network: nn.Module, curve: list[Epoch], options: argparse.Namespace) -> None:
    folder = MODELS / name
    folder.mkdir(parents=True, exist_ok=True)
    path = folder / "model.onnx"
    write_onnx(network, recipe.dataset, path)
    split = recipe.dataset.load(options.work, "test")
    count = len(split[1])
    accuracy = measure(path, split, recipe.dataset)
    manifest = manifest_of(name, recipe, options, accuracy, count)
    (folder / "manifest.json").write_text(json.dumps(manifest, indent=2, ensure_ascii=False) + "\n")
    (folder / "curve.svg").write_text(drawing.draw(f"{recipe.title}: training", curve))
    (folder / "README.md").write_text(card_of(name, recipe, options, network, curve, accuracy, count))
    print(f"{path}: {accuracy:.4f} of {count} test images, by onnxruntime {onnxruntime.__version__}")
