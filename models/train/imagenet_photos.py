"""Writes the photos of `imagenet-efficientnet-lite0` from the packages that `imagenet/photos.py` names.

    python models/train/imagenet_photos.py

Their labels are added by efficientnet_lite0.py.
"""

import argparse
import json
from pathlib import Path

from imagenet.card import PHOTOS_FOLDER
from imagenet.photos import PHOTOS, changed, described, original


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--work", type=Path, default=Path(".train"), help="folder of the packages")
    work = parser.parse_args().work
    folder = PHOTOS_FOLDER
    folder.mkdir(parents=True, exist_ok=True)
    images = []
    for photo in PHOTOS:
        data, changes = changed(photo, original(photo, work))
        (folder / photo.file).write_bytes(data)
        images.append(described(photo, data, changes))
    (folder / "manifest.json").write_text(json.dumps({"images": images}, indent=2, ensure_ascii=False) + "\n")


if __name__ == "__main__":
    main()
