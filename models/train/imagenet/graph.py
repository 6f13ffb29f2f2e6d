"""Writes the network as ONNX: with float32 weights, or with int8 weights and one scale for each output channel.

Small weight tensors stay float32: they hold little of the file, and rounding those of the first blocks and of the
depthwise convolutions changes the predictions most.
"""

import numpy as np
import onnx
from onnx import TensorProto, helper, numpy_helper

from imagenet.network import SIDE, Convolution, State, blocks, classifier

OPSET = 17
IR_VERSION = 8
LEVELS = 127
FEWEST_ROUNDED = 20_000


def quantise(weight: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    """Symmetric int8 (−127 to 127) with the scale of each output channel that its largest weight needs."""
    flat = np.abs(weight).reshape(len(weight), -1).max(1)
    scale = np.where(flat > 0, flat / LEVELS, 1).astype(np.float32)
    steps = weight / scale.reshape(-1, *[1] * (weight.ndim - 1))
    return np.clip(np.rint(steps), -LEVELS, LEVELS).astype(np.int8), scale


class Graph:
    """Nodes and constants in the order of their making; equal calls give equal bytes."""

    def __init__(self, int8: bool) -> None:
        self.int8 = int8
        self.nodes: list[onnx.NodeProto] = []
        self.constants: list[onnx.TensorProto] = []

    def constant(self, name: str, value: np.ndarray) -> str:
        self.constants.append(numpy_helper.from_array(np.ascontiguousarray(value), name))
        return name

    def add(self, operator: str, name: str, inputs: list[str], **attributes: object) -> str:
        self.nodes.append(helper.make_node(operator, inputs, [name], name=name, **attributes))
        return name

    def weight(self, name: str, value: np.ndarray) -> str:
        if not self.int8 or value.size < FEWEST_ROUNDED:
            return self.constant(name, value)
        steps, scale = quantise(value)
        inputs = [self.constant(f"{name}.int8", steps), self.constant(f"{name}.scale", scale)]
        return self.add("DequantizeLinear", name, inputs, axis=0)

    def convolution(self, layer: Convolution, value: str, side: int) -> tuple[str, int]:
        """The name of the output, and its side."""
        kernel, stride = layer.weight.shape[2], layer.stride
        output = -(-side // stride)
        padding = max((output - 1) * stride + kernel - side, 0)
        before, after = padding // 2, padding - padding // 2
        inputs = [value, self.weight(f"{layer.name}.weight", layer.weight)]
        inputs.append(self.constant(f"{layer.name}.bias", layer.bias))
        name = self.add(
            "Conv", layer.name, inputs, kernel_shape=[kernel, kernel], strides=[stride, stride],
            pads=[before, before, after, after], group=len(layer.weight) if layer.depthwise else 1,
        )  # fmt: skip
        return (self.add("Clip", f"{layer.name}.relu6", [name, "zero", "six"]) if layer.clips else name), output


def build(state: State, int8: bool) -> onnx.ModelProto:
    """The network with a dynamic batch axis: `image` [batch, 3, 224, 224] to `logits` [batch, 1000]."""
    graph = Graph(int8)
    graph.constant("zero", np.float32(0))
    graph.constant("six", np.float32(6))
    value, side = "image", SIDE
    for block in blocks(state):
        entering = value
        for layer in block:
            value, side = graph.convolution(layer, value, side)
            if layer.adds:
                value = graph.add("Add", f"{layer.name}.sum", [value, entering])
    value = graph.add("GlobalAveragePool", "average", [value])
    value = graph.add("Flatten", "features", [value], axis=1)
    weight, bias = classifier(state)
    inputs = [value, graph.weight("classifier.weight", weight), graph.constant("classifier.bias", bias)]
    graph.add("Gemm", "logits", inputs, transB=1)
    model = helper.make_model(
        helper.make_graph(
            graph.nodes,
            "efficientnet-lite0",
            [helper.make_tensor_value_info("image", TensorProto.FLOAT, ["batch", 3, SIDE, SIDE])],
            [helper.make_tensor_value_info("logits", TensorProto.FLOAT, ["batch", len(bias)])],
            graph.constants,
        ),
        opset_imports=[helper.make_opsetid("", OPSET)],
        ir_version=IR_VERSION,
        producer_name="onepixel models/train/efficientnet_lite0.py",
    )
    onnx.checker.check_model(model, full_check=True)
    return model
