"""Photographs as a row of the table wants them: what they show, who must not be on both sides, which part is seen."""

import re
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path, PurePath

import numpy as np

from edge_handsign.core.messages import Frame
from edge_handsign.devices.album import read_picture
from edge_handsign.devices.crop import SQUEEZED, Region, seen
from edge_handsign.evaluation import NONE
from scripts.training.photographs import Photograph

from .protocols import Labels

SAME = {"I_love_u": "I_Love_You", "Thanks": "Thank_You"}  # one sign, written in two ways by those who published it
LEAST = 0.35  # of the shorter side: less beside a hand is too little to be a frame
TURNED = frozenset({"rps_drgfreeman"})  # hands that come in from the right
INSIDE = 1e-3  # px; on the very edge a rounded fraction may lie outside


@dataclass(frozen=True, slots=True)
class Shot:
    """A photograph and the part of it that is seen; None: as the product crops."""

    photograph: Photograph
    group: str
    sign: str
    region: Region | None = None

    @property
    def key(self) -> str:
        """Which photograph, and how it is seen: equal keys, equal pictures."""
        return f"{self.photograph.sha256_16} {self.region} {SQUEEZED:.3f}{' turned' if self._turned else ''}"

    @property
    def proportion(self) -> float:
        """Width by height of what is seen, upright, before it is squeezed."""
        left, top, right, bottom = seen((self.photograph.width, self.photograph.height), (1, 1), self.region)
        lying = (right - left) / (bottom - top)
        return 1 / lying if self._turned else lying

    def picture(self, data: Path, size: tuple[int, int]) -> Frame:
        """As the product's camera would hand it over, at `size` (width, height), upright."""
        frame = read_picture(data / self.photograph.path, size[::-1] if self._turned else size, self.region)
        pixels = np.ascontiguousarray(np.rot90(frame.pixels, -1)) if self._turned else frame.pixels
        return Frame(pixels, 0.0, self.proportion)

    @property
    def _turned(self) -> bool:
        return self.photograph.set in TURNED


def hand(photograph: Photograph, by: str, crop: float = 0.0) -> Shot:
    """A hand; `by` names the column that groups, with `crop` the square of that many hand lengths around its box."""
    group = photograph.set if by == "set" else f"{photograph.set} {getattr(photograph, by)}"
    return Shot(photograph, group, SAME.get(photograph.sign, photograph.sign), around(photograph, crop))


def none(photograph: Photograph) -> Shot | None:
    """No hand: the photograph, or what it shows beside its hand; None where the hand leaves no room."""
    if photograph.role == "negative":
        return Shot(photograph, photograph.set, NONE)
    region = beside(photograph)
    return region and Shot(photograph, photograph.set, NONE, region)


def around(photograph: Photograph, crop: float) -> Region | None:
    """The square of `crop` hand lengths around the box, moved inside the picture; None without a box."""
    if not crop or photograph.box is None:
        return None
    size = np.array([photograph.width, photograph.height])
    low, high = np.array(photograph.box[:2]) * size, np.array(photograph.box[2:]) * size
    side = min(crop * float(np.max(high - low)), float(size.min()) - 2 * INSIDE)
    corner = np.clip((low + high - side) / 2, INSIDE, size - side - INSIDE)
    (left, top), (right, bottom) = corner / size, (corner + side) / size
    return float(left), float(top), float(right), float(bottom)


def beside(photograph: Photograph) -> Region | None:
    """The largest square left, right, above or below the box; None under `LEAST` of the picture's shorter side."""
    if photograph.box is None:
        return None
    width, height = photograph.width, photograph.height
    x0, y0, x1, y1 = photograph.box
    strips = ((0, 0, x0, 1), (x1, 0, 1, 1), (0, 0, 1, y0), (0, y1, 1, 1))
    left, top, right, bottom = max(strips, key=lambda s: min((s[2] - s[0]) * width, (s[3] - s[1]) * height))
    side = min((right - left) * width, (bottom - top) * height)
    if side < LEAST * min(width, height):
        return None
    x, y = (left + right) / 2, (top + bottom) / 2
    half = side / 2 - INSIDE
    return x - half / width, y - half / height, x + half / width, y + half / height


def evenly(shots: Sequence[Shot], most: int) -> list[Shot]:
    """At most `most` of each sign and group, evenly spread over their time: beyond, near-copies say little new."""
    kept: list[Shot] = []
    taken = _order([shot.photograph.path for shot in shots])
    for key in dict.fromkeys((shot.group, shot.sign) for shot in shots):
        rows = [row for row, shot in enumerate(shots) if (shot.group, shot.sign) == key]
        rows.sort(key=lambda row: taken[row])
        chosen = np.unique(np.linspace(0, len(rows) - 1, min(most, len(rows))).round().astype(int))
        kept += [shots[rows[place]] for place in chosen]
    return kept


def labels(shots: Sequence[Shot]) -> Labels:
    """What the protocols need to know of them."""
    return Labels(
        np.array([shot.sign for shot in shots]),
        np.array([shot.group for shot in shots]),
        _order([shot.photograph.path for shot in shots]),
    )


def _order(paths: Sequence[str]) -> "np.ndarray[tuple[int], np.dtype[np.int_]]":
    """Ranks by the numbers in the files' names, which count frames or tell the time."""
    numbers = [[int(n) for n in re.findall(r"\d+", PurePath(path).name.partition(".rf.")[0])] for path in paths]
    rank = {each: place for place, each in enumerate(sorted({tuple(each) for each in numbers}))}
    return np.array([rank[tuple(each)] for each in numbers], np.int_)
