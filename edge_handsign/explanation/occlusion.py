"""Occlusion sensitivity: cover a part of the picture, see how much of the score goes with it, and do so everywhere.

After M. D. Zeiler and R. Fergus, "Visualizing and Understanding Convolutional Networks", ECCV 2014, section 4.2: a
patch slides over the picture, and what the score loses at each place is how much it rests on what was covered there.
"""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Self

import numpy as np
from numpy.typing import NDArray

Pixels = NDArray[np.uint8]  # (height, width, 3) RGB
Map = NDArray[np.float64]  # (height, width), in units of a score
Score = Callable[[Pixels], float]

# From an eighth to a quarter of the side the share of evidence on marked hands hardly changes; the strongest place lay
# on the hand most often with a sixth (scripts/evidence --patch). A quarter of that as stride makes 400 looks a picture.
PATCHES, STRIDES = 6, 4


@dataclass(frozen=True, slots=True)
class Patch:
    """What slides over the picture."""

    side: int  # px, a square
    stride: int  # px from one place to the next, at most; not beyond the side, or some pixels are never covered

    @classmethod
    def of(cls, size: tuple[int, int], side: int | None = None, stride: int | None = None) -> Self:
        """The one that suits a picture of `size`, (width, height) in pixels; what is given stays."""
        side = max(1, round(min(size) / PATCHES)) if side is None else side
        return cls(side, max(1, round(side / STRIDES)) if stride is None else stride)

    def places(self, length: int) -> tuple[int, ...]:
        """Where it begins along a side of `length` pixels, at least its own: evenly, from edge to edge."""
        room = length - self.side
        steps = -(-room // self.stride)
        return (*(round(room * step / steps) for step in range(steps)), room)


@dataclass(frozen=True, slots=True, eq=False)
class Occlusion:
    """What covering took away: one number for each place of the patch."""

    size: tuple[int, int]  # (width, height) of the picture, px
    side: int  # of the patch, px
    tops: tuple[int, ...]  # px, where it lay from above
    lefts: tuple[int, ...]  # px, where it lay from the left
    score: float  # of the picture as it is
    drops: NDArray[np.float64]  # (tops, lefts): score less that of the covered picture; negative where it rose

    def map(self) -> Map:
        """For each pixel the mean drop over all places at which it was covered, the nearer to the middle of the patch
        the weightier: that leaves no trace of the patch's edges.
        """
        tent = 1.0 - np.abs((2 * np.arange(self.side) + 1) / self.side - 1) + 1e-3
        weight = np.outer(tent, tent)
        total, weights = np.zeros(self.size[::-1]), np.zeros(self.size[::-1])
        for top, row in zip(self.tops, self.drops, strict=True):
            for left, drop in zip(self.lefts, row, strict=True):
                window = np.s_[top : top + self.side, left : left + self.side]
                total[window] += weight * drop
                weights[window] += weight
        return np.asarray(total / weights)


def occlude(pixels: Pixels, patch: Patch, score: Score) -> Occlusion:
    """Cover `pixels` place after place with their mean colour and score what is left.

    `score` is called once for the picture as it is and once for each place, always with the same array: it may not
    keep it. The mean colour, because a hole of another brightness is a thing of its own to look at; a blurred picture
    or the colour of the rim instead gave nearly the same maps.
    """
    height, width = pixels.shape[:2]
    tops, lefts = patch.places(height), patch.places(width)
    mean = pixels.mean((0, 1)).round().astype(np.uint8)
    seen = pixels.copy()
    whole = score(seen)
    drops = np.empty((len(tops), len(lefts)))
    for place in np.ndindex(drops.shape):
        top, left = tops[place[0]], lefts[place[1]]
        window = np.s_[top : top + patch.side, left : left + patch.side]
        seen[window] = mean
        drops[place] = whole - score(seen)
        seen[window] = pixels[window]
    return Occlusion((width, height), patch.side, tops, lefts, whole, drops)
