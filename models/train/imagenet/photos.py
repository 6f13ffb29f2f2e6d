"""The photos: where each comes from, who took it, under which licence, and what was changed.

    pip download --no-deps --dest .train scikit-image==0.26.0 scikit-learn==1.9.1
    (cd .train && apt-get download lomiri-wallpapers-16.04=20.04.0-2 && dpkg-deb -x lomiri-*.deb lomiri)
    python models/train/imagenet_photos.py

Every photo has a licence that its package states, and that lets works made from it have another one.
"""

import hashlib
from dataclasses import dataclass
from io import BytesIO
from pathlib import Path
from zipfile import ZipFile

from PIL import Image

LONGER_SIDE = 640
QUALITY = 88

SKIMAGE = "scikit-image 0.26.0 (PyPI)"
SKLEARN = "scikit-learn 1.9.1 (PyPI)"
LOMIRI = "lomiri-wallpapers-16.04 20.04.0-2 (Debian)"
CC0 = ("CC0-1.0", "https://creativecommons.org/publicdomain/zero/1.0/")
PUBLIC_DOMAIN = (
    "public domain",
    "https://arstechnica.com/tech-policy/2015/03/elon-musk-puts-spacex-photos-into-the-public-domain/",
)
BY_2 = ("CC-BY-2.0", "https://creativecommons.org/licenses/by/2.0/")
BY_4 = ("CC-BY-4.0", "https://creativecommons.org/licenses/by/4.0/")

Box = tuple[int, int, int, int]


@dataclass(frozen=True)
class Photo:
    """`member`: its path in the package. `box`: left, top, right and bottom of what is kept of it, if not all of it."""

    file: str
    title: str
    author: str
    licence: tuple[str, str]
    source: str
    package: str
    member: str
    box: Box | None = None


def skimage(name: str) -> str:
    return f"https://scikit-image.org/docs/stable/api/skimage.data.html#skimage.data.{name}"


SPACEX = "https://www.flickr.com/photos/spacexphotos/16511594820/"
LOMIRI_SOURCE = "https://gitlab.com/ubports/development/core/lomiri-wallpapers"
BACKGROUNDS = "usr/share/backgrounds"
AITZOL = "Aitzol Berasategi"

PHOTOS = [
    Photo("cat.png", "A cat", "Stefan van der Walt", CC0, skimage("chelsea"), SKIMAGE, "skimage/data/chelsea.png"),
    Photo("china.jpg", "A building in China", "danielbuechele", BY_2,
          "https://www.flickr.com/photos/danielbuechele/6061409035/", SKLEARN, "sklearn/datasets/images/china.jpg"),
    Photo("coffee.jpg", "A cup of coffee", "Rachel Michetti", CC0, skimage("coffee"), SKIMAGE, "skimage/data/coffee.png"),
    Photo("creek.jpg", "A creek", AITZOL, BY_4, LOMIRI_SOURCE, LOMIRI, "life_by_Aitzol_Berasategi.jpg"),
    Photo("fig.jpg", "Half a fig", "Trevor “Freespace”", BY_4, LOMIRI_SOURCE, LOMIRI, "Picture_0B_by_freespace.jpg",
          (1100, 500, 2000, 1450)),
    # The package's notice links vultilion's page, but repeats the name of china.jpg's author.
    Photo("flower.jpg", "A flower", "vultilion", BY_2, "https://www.flickr.com/photos/vultilion/6056698931/", SKLEARN,
          "sklearn/datasets/images/flower.jpg"),
    Photo("mountain.jpg", "A mountain", AITZOL, BY_4, LOMIRI_SOURCE, LOMIRI, "picosdeeuropa_by_Aitzol_Berasategi.jpg"),
    Photo("paintbrushes.jpg", "Paintbrushes", "Trevor “Freespace”", BY_4, LOMIRI_SOURCE, LOMIRI, "Picture_1A_by_freespace.jpg"),
    Photo("photographer.png", "A photographer, grey", "Lav Varshney", CC0, skimage("camera"), SKIMAGE, "skimage/data/camera.png"),
    Photo("rocket.jpg", "A rocket", "SpaceX", PUBLIC_DOMAIN, SPACEX, SKIMAGE, "skimage/data/rocket.jpg"),
    Photo("spaniel.jpg", "A spaniel", AITZOL, BY_4, LOMIRI_SOURCE, LOMIRI, "friends_by_Aitzol_Berasategi.jpg",
          (500, 650, 1700, 1450)),
    Photo("table.jpg", "A table", "Jakub Mede", BY_4, LOMIRI_SOURCE, LOMIRI, "Wine_by_Jakkub_Mede.jpg",
          (700, 400, 2300, 1900)),
]  # fmt: skip


def original(photo: Photo, work: Path) -> bytes:
    """The file in its package, which must be in the folder `work`."""
    if photo.package == LOMIRI:
        return (work / "lomiri" / BACKGROUNDS / photo.member).read_bytes()
    name, version = photo.package.split()[:2]
    (wheel,) = work.glob(f"{name.replace('-', '_')}-{version}-*.whl")
    return ZipFile(wheel).read(photo.member)


def changed(photo: Photo, data: bytes) -> tuple[bytes, list[str]]:
    """The photo's own bytes with what was changed of it: nothing where size and format do already."""
    image = Image.open(BytesIO(data))
    changes = []
    if photo.box:
        image = image.crop(photo.box)
        changes.append("cropped to " + ", ".join(map(str, photo.box)))
    if max(image.size) > LONGER_SIDE:
        scale = LONGER_SIDE / max(image.size)
        image = image.resize([round(side * scale) for side in image.size], Image.Resampling.LANCZOS)
        changes.append(f"reduced to {image.width}×{image.height}")
    if not changes and image.format == {".png": "PNG", ".jpg": "JPEG"}[Path(photo.file).suffix]:
        return data, changes
    changes.append(f"stored as JPEG of quality {QUALITY}")
    buffer = BytesIO()
    image.save(buffer, "JPEG", quality=QUALITY, optimize=True)
    return buffer.getvalue(), changes


def described(photo: Photo, data: bytes, changes: list[str]) -> dict:
    """The photo in the manifest, but for its label."""
    image = Image.open(BytesIO(data))
    return {
        "file": photo.file,
        "title": photo.title,
        "width": image.width,
        "height": image.height,
        "author": photo.author,
        "licence": photo.licence[0],
        "licenceUrl": photo.licence[1],
        "source": photo.source,
        "package": f"{photo.package}: {photo.member}",
        "changes": ", ".join(changes) or "none",
        "sha256": hashlib.sha256(data).hexdigest(),
    }
