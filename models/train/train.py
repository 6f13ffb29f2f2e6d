"""Trains `cifar10-resnet8` on the real CIFAR-10 training set and writes models/cifar10-resnet8/.

    pip install -r models/train/requirements.txt
    python models/train/train.py

Seeded, and resumable: the state is saved after every epoch in the work folder. The recipe is the
usual one for CIFAR-10 (He et al. 2015, section 4.2: crops of the image padded by 4, horizontal
flips, SGD with momentum) with a cosine schedule (Loshchilov and Hutter 2016).
"""

import argparse
import math
import time
from pathlib import Path

import numpy as np
import torch
from torch.nn import functional as F

import cifar10
from export import export
from network import ResNet8

PADDING = 4
MEAN = [0.4914, 0.4822, 0.4465]
STD = [0.2470, 0.2435, 0.2616]


def normalise(images: np.ndarray) -> torch.Tensor:
    """(n, 32, 32, 3) uint8 -> (n, 3, 32, 32) float32 in channels-last memory."""
    mean, std = torch.tensor(MEAN), torch.tensor(STD)
    return ((torch.from_numpy(images).float() / 255 - mean) / std).permute(0, 3, 1, 2)


def augment(padded: torch.Tensor, generator: torch.Generator) -> torch.Tensor:
    """A random crop and a random horizontal flip of each image of a padded batch (n, c, h, w)."""
    count = len(padded)
    shift = torch.randint(0, 2 * PADDING + 1, (2, count, 1), generator=generator)
    flip = torch.rand(count, 1, generator=generator) < 0.5
    line = torch.arange(cifar10.SIZE)
    rows = shift[0] + line
    columns = shift[1] + torch.where(flip, line.flip(0), line)
    batch = padded.permute(0, 2, 3, 1)
    crops = batch[torch.arange(count)[:, None, None], rows[:, :, None], columns[:, None, :]]
    return crops.permute(0, 3, 1, 2)


def accuracy(network: ResNet8, images: torch.Tensor, labels: torch.Tensor) -> float:
    network.eval()
    with torch.no_grad():
        hits = sum(
            (network(images[start : start + 500]).argmax(1) == labels[start : start + 500]).sum().item()
            for start in range(0, len(labels), 500)
        )
    network.train()
    return hits / len(labels)


def train(options: argparse.Namespace) -> ResNet8:
    torch.manual_seed(options.seed)
    torch.set_num_threads(options.threads)
    tarball = cifar10.fetch(options.work)
    images, labels = (torch.from_numpy(part) for part in cifar10.load(tarball, "train"))
    padded = F.pad(normalise(images.numpy()), [PADDING] * 4).contiguous(memory_format=torch.channels_last)
    test_images, test_labels = cifar10.load(tarball, "test")
    test_images, test_labels = normalise(test_images), torch.from_numpy(test_labels)

    network = ResNet8().to(memory_format=torch.channels_last)
    decayed = [p for p in network.parameters() if p.ndim > 1]
    plain = [p for p in network.parameters() if p.ndim <= 1]
    optimiser = torch.optim.SGD(
        [{"params": decayed, "weight_decay": options.weight_decay}, {"params": plain}],
        lr=options.rate, momentum=0.9, nesterov=True,
    )  # fmt: skip
    steps = math.ceil(len(labels) / options.batch)
    warm = 3 * steps
    total = options.epochs * steps
    schedule = torch.optim.lr_scheduler.LambdaLR(
        optimiser,
        lambda step: (step + 1) / warm
        if step < warm
        else 0.5 * (1 + math.cos(math.pi * (step - warm) / (total - warm))),
    )
    generator = torch.Generator().manual_seed(options.seed)
    checkpoint = options.work / f"resnet8-{options.epochs}-{options.seed}.pt"
    first = 0
    if checkpoint.exists():
        state = torch.load(checkpoint)
        network.load_state_dict(state["network"])
        optimiser.load_state_dict(state["optimiser"])
        schedule.load_state_dict(state["schedule"])
        generator.set_state(state["generator"])
        first = state["epoch"] + 1

    for epoch in range(first, options.epochs):
        started, loss_sum = time.time(), 0.0
        for chosen in torch.randperm(len(labels), generator=generator).split(options.batch):
            batch = augment(padded[chosen], generator)
            with torch.autocast("cpu", torch.bfloat16, enabled=options.bf16):
                loss = F.cross_entropy(network(batch), labels[chosen])
            optimiser.zero_grad()
            loss.backward()
            optimiser.step()
            schedule.step()
            loss_sum += loss.item() * len(chosen)
        state = {
            "network": network.state_dict(), "optimiser": optimiser.state_dict(),
            "schedule": schedule.state_dict(), "generator": generator.get_state(), "epoch": epoch,
        }  # fmt: skip
        torch.save(state, checkpoint.with_suffix(".new"))
        checkpoint.with_suffix(".new").replace(checkpoint)
        print(
            f"epoch {epoch + 1}/{options.epochs} loss {loss_sum / len(labels):.4f} "
            f"test {accuracy(network, test_images, test_labels):.4f} {time.time() - started:.1f} s",
            flush=True,
        )
    return network


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--work", type=Path, default=Path(".train"), help="tarball and checkpoints")
    parser.add_argument("--epochs", type=int, default=100)
    parser.add_argument("--batch", type=int, default=128)
    parser.add_argument("--rate", type=float, default=0.1, help="peak learning rate")
    parser.add_argument("--weight-decay", type=float, default=5e-4)
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--threads", type=int, default=2)
    parser.add_argument("--bf16", action=argparse.BooleanOptionalAction, default=True)
    options = parser.parse_args()
    export(train(options), options, MEAN, STD)


if __name__ == "__main__":
    main()
