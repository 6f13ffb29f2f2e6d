"""The classifiers, one a file: `cifar10_nin.py` holds the recipe of `cifar10-nin`."""

import importlib
from pathlib import Path

from recipe import Recipe

NAMES = sorted(path.stem.replace("_", "-") for path in Path(__file__).parent.glob("*.py") if path.stem != "__init__")


def recipe_of(name: str) -> Recipe:
    return importlib.import_module(f"networks.{name.replace('-', '_')}").RECIPE
