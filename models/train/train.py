"""Trains a classifier and writes models/ID/: the ONNX file, its manifest and its model card.

    pip install -r models/train/requirements.txt
    python models/train/train.py ID

ID is a file of models/train/networks/; without it, `cifar10-resnet8` is meant. The state is saved
after every epoch in the work folder: the same command goes on where it stopped, and ends with the
same weights as if it had not stopped. Where the work folder has no state, that of
models/train/checkpoints/ is taken, if it is there.

The weights after the last epoch are the result. No epoch is chosen, and test images are read only
after the last.
"""

import argparse
import math
import os
import time
from pathlib import Path

import numpy as np
import torch
from torch import nn
from torch.nn import functional as F

import checkpoint
import hardening
import warm_start
from datasets.dataset import Dataset
from export import export
from networks import NAMES, recipe_of
from recipe import Recipe


def normalise(images: np.ndarray, dataset: Dataset) -> torch.Tensor:
    """(n, h, w, c) uint8 -> (n, c, h, w) float32 in channels-last memory."""
    mean, std = torch.tensor(dataset.mean), torch.tensor(dataset.std)
    return ((torch.from_numpy(images).float() / 255 - mean) / std).permute(0, 3, 1, 2)


def augment(padded: torch.Tensor, size: int, flip: bool, generator: torch.Generator) -> torch.Tensor:
    """A random crop of `size` x `size` pixels of each image (n, c, h, w), half of them mirrored if `flip`."""
    count = len(padded)
    shift = torch.randint(0, padded.shape[2] - size + 1, (2, count, 1), generator=generator)
    line = torch.arange(size)
    rows, columns = shift[0] + line, shift[1] + line
    if flip:
        mirrored = torch.rand(count, 1, generator=generator) < 0.5
        columns = shift[1] + torch.where(mirrored, line.flip(0), line)
    batch = padded.permute(0, 2, 3, 1)
    crops = batch[torch.arange(count)[:, None, None], rows[:, :, None], columns[:, None, :]]
    return crops.permute(0, 3, 1, 2)


def accuracy(network: nn.Module, images: torch.Tensor, labels: torch.Tensor) -> float:
    """Share of `images` that the network classifies as `labels`. Leaves the network in training mode."""
    network.eval()
    with torch.no_grad():
        hits = sum(
            int((network(part).argmax(1) == answers).sum())
            for part, answers in zip(images.split(500), labels.split(500), strict=True)
        )
    network.train()
    return hits / len(labels)


def rate_at(step: int, steps: int, recipe: Recipe, epochs: int) -> float:
    """The learning rate of a step, of which an epoch has `steps`."""
    warm, total = recipe.warm_epochs * steps, epochs * steps
    if step < warm:
        return recipe.rate * (step + 1) / warm
    return recipe.rate * 0.5 * (1 + math.cos(math.pi * (step - warm) / (total - warm)))


class Trainer:
    """The state of one training run, and an epoch of it."""

    def __init__(self, recipe: Recipe, options: argparse.Namespace) -> None:
        torch.manual_seed(options.seed)
        torch.set_num_threads(options.threads)
        self.recipe, self.options = recipe, options
        images, labels = recipe.dataset.load(options.work, "train")
        kept = len(labels) - recipe.held_out
        self.held_images = normalise(images[kept:], recipe.dataset)
        self.held_labels = torch.from_numpy(labels[kept:])
        self.images, self.labels = images[: min(kept, options.images or kept)], torch.from_numpy(labels)
        self.corners = hardening.corner_colours(recipe.dataset)

        self.network = recipe.network().to(memory_format=torch.channels_last)
        if recipe.start:
            warm_start.load(self.network, recipe.start, normalise(self.images[:1_000], recipe.dataset))
        decayed = [p for p in self.network.parameters() if p.ndim > 1]
        plain = [p for p in self.network.parameters() if p.ndim <= 1]
        self.optimiser = torch.optim.SGD(
            [{"params": decayed, "weight_decay": recipe.weight_decay}, {"params": plain}],
            lr=recipe.rate, momentum=0.9, nesterov=True,
        )  # fmt: skip
        self.generator = torch.Generator().manual_seed(options.seed)

    def changed(self, batch: torch.Tensor, labels: torch.Tensor, epoch: int) -> torch.Tensor:
        """A batch as the recipe's hardening changes it."""
        plan = self.recipe.hardening
        if plan is None:
            return batch
        pixels = plan.pixels[int(torch.randint(len(plan.pixels), (), generator=self.generator))]
        if pixels == 0:
            return batch
        if epoch < plan.random_epochs:
            return hardening.random_change(batch, pixels, self.corners, self.generator)
        return hardening.worst_change(
            self.network, batch, labels, pixels, self.corners, plan.candidates, self.generator
        )

    def run_epoch(self, epoch: int) -> float:
        """Trains for one epoch and returns the mean loss."""
        recipe, size = self.recipe, self.recipe.dataset.size
        small = epoch < recipe.small_epochs
        padding, size = (0, size * 3 // 4) if small else (recipe.padding, size)
        order = torch.randperm(len(self.images), generator=self.generator)
        batches = order.split(recipe.batch)
        loss_sum = 0.0
        for number, chosen in enumerate(batches):
            rate = rate_at(epoch * len(batches) + number, len(batches), recipe, self.options.epochs)
            for group in self.optimiser.param_groups:
                group["lr"] = rate
            labels = self.labels[chosen]
            images = normalise(self.images[chosen.numpy()], recipe.dataset)
            padded = F.pad(images, [padding] * 4, value=recipe.dataset.border)
            batch = augment(padded, size, recipe.flip, self.generator)
            # Apart from the training pass: autocast keeps its copies of the weights until a block ends.
            with torch.autocast("cpu", torch.bfloat16, enabled=self.options.bf16):
                batch = self.changed(batch, labels, epoch)
            with torch.autocast("cpu", torch.bfloat16, enabled=self.options.bf16):
                loss = F.cross_entropy(self.network(batch), labels)
            self.optimiser.zero_grad()
            loss.backward()
            self.optimiser.step()
            loss_sum += loss.item() * len(chosen)
        return loss_sum / len(self.images)


def train(name: str, options: argparse.Namespace) -> tuple[nn.Module, list[checkpoint.Epoch]]:
    """The trained network, and what each epoch came to."""
    trainer = Trainer(recipe_of(name), options)
    curve = checkpoint.restore(name, trainer, options)
    for epoch in range(len(curve), options.epochs):
        started, cpu = time.time(), time.process_time()
        loss = trainer.run_epoch(epoch)
        held = accuracy(trainer.network, trainer.held_images, trainer.held_labels) if len(trainer.held_labels) else None
        curve.append(checkpoint.Epoch(loss, held, time.time() - started, time.process_time() - cpu))
        checkpoint.save(name, trainer, curve, options)
        print(f"{name} epoch {epoch + 1}/{options.epochs} {curve[-1]}", flush=True)
    return trainer.network, curve


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("id", nargs="?", choices=NAMES, default="cifar10-resnet8")
    parser.add_argument("--work", type=Path, default=Path(".train"), help="tarballs and checkpoints")
    parser.add_argument("--epochs", type=int, help="other than the recipe's")
    parser.add_argument("--images", type=int, help="train on the first so many images only")
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--threads", type=int, default=os.cpu_count())
    parser.add_argument("--bf16", action=argparse.BooleanOptionalAction, default=True)
    parser.add_argument("--no-export", action="store_true", help="leave models/ID/ as it is")
    options = parser.parse_args()
    recipe = recipe_of(options.id)
    options.epochs = options.epochs or recipe.epochs
    network, curve = train(options.id, options)
    if not options.no_export:
        export(options.id, recipe, network, curve, options)


if __name__ == "__main__":
    main()
