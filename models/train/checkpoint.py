"""The state of a training run on disk: weights, momentum, random numbers and what each epoch came to."""

import argparse
from pathlib import Path
from typing import TYPE_CHECKING, NamedTuple

import torch

if TYPE_CHECKING:
    from train import Trainer

SHIPPED = Path(__file__).resolve().parent / "checkpoints"


class Epoch(NamedTuple):
    loss: float
    held_out_accuracy: float | None
    seconds: float
    cpu_seconds: float

    def __str__(self) -> str:
        held = "" if self.held_out_accuracy is None else f"held-out {self.held_out_accuracy:.4f} "
        return f"loss {self.loss:.4f} {held}{self.seconds:.1f} s, {self.cpu_seconds:.1f} s of processor time"


def settings_of(options: argparse.Namespace) -> dict[str, int | bool | None]:
    """What must be equal for a run to go on where another stopped."""
    return {key: getattr(options, key) for key in ("epochs", "images", "seed", "bf16")}


def save(name: str, trainer: "Trainer", curve: list[Epoch], options: argparse.Namespace) -> None:
    """Replaces the run's checkpoint in the work folder at once, so that none is ever half written."""
    state = {
        "settings": settings_of(options),
        "network": trainer.network.state_dict(),
        "optimiser": trainer.optimiser.state_dict(),
        "generator": trainer.generator.get_state(),
        "curve": [tuple(epoch) for epoch in curve],
    }
    path = options.work / f"{name}.pt"
    torch.save(state, path.with_suffix(".new"))
    path.with_suffix(".new").replace(path)


def restore(name: str, trainer: "Trainer", options: argparse.Namespace) -> list[Epoch]:
    """Sets the trainer to the newest state there is and returns its curve, which is empty for a new run."""
    for path in (options.work / f"{name}.pt", SHIPPED / f"{name}.pt"):
        if not path.exists():
            continue
        state = torch.load(path)
        if state["settings"] != settings_of(options):
            if path.parent == SHIPPED:
                continue
            raise SystemExit(
                f"{path} is of a run with {state['settings']}, not {settings_of(options)}: "
                "remove it, or name another folder with --work"
            )
        trainer.network.load_state_dict(state["network"])
        trainer.optimiser.load_state_dict(state["optimiser"])
        trainer.generator.set_state(state["generator"])
        print(f"{name} goes on from {path}, after epoch {len(state['curve'])}", flush=True)
        return [Epoch(*epoch) for epoch in state["curve"]]
    return []
