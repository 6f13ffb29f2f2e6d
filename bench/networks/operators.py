"""To be imported before torchvision: makes it work beside a torch without CUDA.

PyPI's torchvision then cannot load its compiled operators, and stops where it names two of them. No network here uses
them, so a declaration is enough.
"""

import torch

try:
    import torchvision  # noqa: F401
except RuntimeError:
    for operator in ("nms", "qnms"):
        torch.library.define(f"torchvision::{operator}", "(Tensor boxes, Tensor scores, float overlap) -> Tensor")
