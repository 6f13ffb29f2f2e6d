"""Exports well-known architectures with random weights, for `npm run bench -- --models FOLDER`.

    pip install -r requirements.txt
    python export.py FOLDER [NAME ...]

Speed and memory do not depend on what a network has learnt. Batch normalisation gets its statistics from noise, so
that about half of what a ReLU sees is negative, as in a trained network.
"""

import json
import sys
import warnings
from pathlib import Path

import operators  # noqa: F401  before torchvision
import timm
import torch
import torchvision

OPSET = 17
OPSET_DYNAMO = 20
NOISE_BATCHES = 4
IMAGENET = {"scale": 1 / 255, "mean": [0.485, 0.456, 0.406], "std": [0.229, 0.224, 0.225]}

# name: (library, the library's name, side of the image, labels)
NETWORKS = {
    "vgg11-32": ("torchvision", "vgg11_bn", 32, 10),
    "resnet18-32": ("torchvision", "resnet18", 32, 10),
    "densenet121-32": ("torchvision", "densenet121", 32, 10),
    "efficientnet-b0-32": ("torchvision", "efficientnet_b0", 32, 10),
    "squeezenet-224": ("torchvision", "squeezenet1_1", 224, 1000),
    "mobilenetv2-224": ("torchvision", "mobilenet_v2", 224, 1000),
    "resnet18-224": ("torchvision", "resnet18", 224, 1000),
    "efficientnet-lite0-224": ("timm", "efficientnet_lite0", 224, 1000),
}


def small_vgg(labels):
    """VGG-11 as CIFAR-10 has it: its convolutions, and one linear layer in place of three."""
    network = torchvision.models.vgg11_bn(num_classes=labels)
    network.avgpool = torch.nn.Identity()
    network.classifier = torch.nn.Linear(512, labels)
    return network


def network_of(library, name, labels):
    torch.manual_seed(1)
    if name == "vgg11_bn":
        return small_vgg(labels)
    if library == "timm":
        return timm.create_model(name, pretrained=False, num_classes=labels)
    return torchvision.models.get_model(name, weights=None, num_classes=labels)


def normalise(network, side):
    """Statistics for batch normalisation: the mean over some batches of noise."""
    for module in network.modules():
        if isinstance(module, torch.nn.modules.batchnorm._BatchNorm):
            module.momentum = None
    network.train()
    with torch.no_grad():
        for _ in range(NOISE_BATCHES):
            network(torch.randn(8, 3, side, side))
    network.eval()


def export(folder, name, library, source, side, labels, dynamo=False):
    network = network_of(library, source, labels)
    normalise(network, side)
    target = folder / name
    target.mkdir(parents=True, exist_ok=True)
    image = torch.randn(2 if dynamo else 1, 3, side, side)
    settings = {"input_names": ["image"], "output_names": ["logits"], "dynamo": dynamo}
    if dynamo:
        dynamic = {"dynamic_shapes": ({0: torch.export.Dim("batch")},), "opset_version": OPSET_DYNAMO}
    else:
        axes = {"image": {0: "batch"}, "logits": {0: "batch"}}
        dynamic = {"dynamic_axes": axes, "opset_version": OPSET}
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        torch.onnx.export(network, (image,), str(target / "model.onnx"), **settings, **dynamic)
    manifest = {
        "id": name,
        "title": f"{source} of {library}, random weights",
        "labels": [f"label {i}" for i in range(labels)],
        "input": {"width": side, "height": side, "channels": 3, "layout": "NCHW", **IMAGENET},
        "output": "logits",
    }
    (target / "manifest.json").write_text(json.dumps(manifest))
    print(name, sum(file.stat().st_size for file in target.glob("model.onnx*")) // 1024, "KiB")


def main():
    if len(sys.argv) < 2:
        sys.exit(__doc__)
    folder = Path(sys.argv[1])
    for name in sys.argv[2:] or NETWORKS:
        export(folder, name, *NETWORKS[name])


if __name__ == "__main__":
    main()
