"""Starts a network from the weights of a shipped classifier of the same architecture.

Its ONNX file has batch normalisation folded into the convolutions. Here it is taken apart again: each
normalisation gets the mean and the variance that its convolution gives on training images, and the
scale and the offset that undo them, so that the network answers as the ONNX file does.
"""

from pathlib import Path

import onnx
import torch
from onnx import numpy_helper
from torch import nn

MODELS = Path(__file__).resolve().parent.parent


def load(network: nn.Module, name: str, images: torch.Tensor) -> None:
    """Sets a new network whose convolutions all have batch normalisation and which ends in a dense layer."""
    graph = onnx.load(MODELS / name / "model.onnx").graph
    values = {entry.name: torch.tensor(numpy_helper.to_array(entry)) for entry in graph.initializer}
    layers = [[values[key] for key in node.input[1:3]] for node in graph.node if node.op_type in ("Conv", "Gemm")]
    convolutions = [module for module in network.modules() if isinstance(module, nn.Conv2d)]
    norms = [module for module in network.modules() if isinstance(module, nn.BatchNorm2d)]
    (dense,) = (module for module in network.modules() if isinstance(module, nn.Linear))

    outputs = []
    hooks = [layer.register_forward_hook(lambda _, __, output: outputs.append(output)) for layer in convolutions]
    with torch.no_grad():
        for convolution, norm, (weight, bias) in zip(convolutions, norms, layers[:-1], strict=True):
            convolution.weight.copy_(weight)
            norm.bias.copy_(bias)
            norm.running_var.fill_(1 - norm.eps)
        dense.weight.copy_(layers[-1][0])
        dense.bias.copy_(layers[-1][1])
        network.eval()(images)
        network.train()
        for norm, output in zip(norms, outputs, strict=True):
            variance, mean = torch.var_mean(output, dim=(0, 2, 3))
            norm.running_mean.copy_(mean)
            norm.running_var.copy_(variance)
            norm.weight.copy_((variance + norm.eps).sqrt())
            norm.bias.add_(mean)
    for hook in hooks:
        hook.remove()
