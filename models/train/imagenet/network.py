"""EfficientNet-Lite0 as a list of convolutions, with batch normalisation folded into them.

The structure is that of Liu's and Tan's description (2020): EfficientNet-B0's inverted residual blocks without squeeze
and excite, with ReLU6, and with TensorFlow's padding ("same": at stride 2, the odd pixel is at the bottom and right).
"""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass

import numpy as np

SIDE = 224
EPSILON = 1e-3

# blocks, kernel, stride of the first block, expansion
STAGES = [(1, 3, 1, 1), (2, 3, 2, 6), (2, 5, 2, 6), (3, 3, 2, 6), (3, 5, 1, 6), (4, 5, 2, 6), (1, 3, 1, 6)]

State = Mapping[str, np.ndarray]


@dataclass(frozen=True)
class Convolution:
    """One convolution with its bias. `clips`: a ReLU6 follows. `adds`: the block's input is added to the output."""

    name: str
    weight: np.ndarray
    bias: np.ndarray
    stride: int = 1
    depthwise: bool = False
    clips: bool = True
    adds: bool = False


Block = list[Convolution]
"""Convolutions in a row: an inverted residual block, or the convolution before or after them all."""


def fold(state: State, convolution: str, norm: str) -> tuple[np.ndarray, np.ndarray]:
    """Weight and bias of a convolution with the batch normalisation that follows it, computed in float64."""
    weight, gamma, beta, mean, variance = (
        state[name].astype(np.float64)
        for name in (
            f"{convolution}.weight", f"{norm}.weight", f"{norm}.bias", f"{norm}.running_mean", f"{norm}.running_var",
        )
    )  # fmt: skip
    scale = gamma / np.sqrt(variance + EPSILON)
    return (weight * scale[:, None, None, None]).astype(np.float32), (beta - mean * scale).astype(np.float32)


def inverted_residual(state: State, number: int, stride: int, expansion: int) -> Block:
    prefix, name = f"_blocks.{number}", f"block{number}"
    convolutions: Block = []
    if expansion != 1:
        convolutions.append(Convolution(f"{name}.expand", *fold(state, f"{prefix}._expand_conv", f"{prefix}._bn0")))
    depthwise = fold(state, f"{prefix}._depthwise_conv", f"{prefix}._bn1")
    convolutions.append(Convolution(f"{name}.depthwise", *depthwise, stride, depthwise=True))
    weight, bias = fold(state, f"{prefix}._project_conv", f"{prefix}._bn2")
    adds = stride == 1 and len(weight) == convolutions[0].weight.shape[1]
    convolutions.append(Convolution(f"{name}.project", weight, bias, clips=False, adds=adds))
    return convolutions


def blocks(state: State) -> Iterator[Block]:
    """The network up to the global average, in order."""
    yield [Convolution("stem", *fold(state, "_conv_stem", "_bn0"), 2)]
    number = 0
    for count, kernel, first_stride, expansion in STAGES:
        for repeat in range(count):
            block = inverted_residual(state, number, 1 if repeat else first_stride, expansion)
            assert all(c.weight.shape[2] == kernel for c in block if c.depthwise)
            yield block
            number += 1
    yield [Convolution("head", *fold(state, "_conv_head", "_bn1"))]


def classifier(state: State) -> tuple[np.ndarray, np.ndarray]:
    """Weight and bias of the dense layer."""
    return state["_fc.weight"], state["_fc.bias"]


def size_of(state: State) -> tuple[int, int]:
    """The parameters of the folded network, and its multiply-adds for one image."""
    dense, bias = classifier(state)
    parameters, total, side = dense.size + bias.size, dense.size, SIDE
    for layer in (layer for block in blocks(state) for layer in block):
        side = -(-side // layer.stride)
        parameters += layer.weight.size + layer.bias.size
        total += layer.weight.size * side * side
    return parameters, total
