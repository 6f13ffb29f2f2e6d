"""Square crops of the photos, chosen by a seed: which photo, how large, and where."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass

import numpy as np
from PIL import Image

from imagenet.network import SIDE

SEED = 1
SMALLEST = 0.5
SET_SIZE = 100
CLOSEST = 0.01
"""How near the probabilities of the two likeliest labels of a crop of the evaluation set may be."""


@dataclass(frozen=True)
class Crop:
    """`side` pixels of a photo from `left` and `top` on, in the photo's own pixels."""

    photo: str
    left: int
    top: int
    side: int

    def cut(self, photos: Mapping[str, Image.Image]) -> Image.Image:
        """The crop in the model's size."""
        box = (self.left, self.top, self.left + self.side, self.top + self.side)
        return photos[self.photo].crop(box).resize((SIDE, SIDE), Image.Resampling.BILINEAR)


def crops(photos: Mapping[str, Image.Image], count: int) -> Iterator[Crop]:
    """The first crops of the sequence: the photos take turns; the side is half to all of the photo's shorter side."""
    random = np.random.default_rng(SEED)
    names = sorted(photos)
    for number in range(count):
        name = names[number % len(names)]
        width, height = photos[name].size
        most = min(width, height)
        side = int(random.integers(int(most * SMALLEST), most + 1))
        left, top = (int(random.integers(0, length - side + 1)) for length in (width, height))
        yield Crop(name, left, top, side)
