"""The index of openly licensed photographs, and what the box would see of each: the product's own crop and backbone."""

import csv
import os
import sys
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from pathlib import Path

import numpy as np

from edge_handsign.core.messages import Embedding
from edge_handsign.devices.album import read_picture
from edge_handsign.devices.crop import WHOLE, Region
from edge_handsign.hardware import Backbone

ROOT = Path(__file__).resolve().parents[2]
Box = tuple[float, float, float, float]  # left, top, right, bottom as fractions
SMALLEST_PX = 90  # a strip narrower than this says nothing about a room
INSIDE = 1e-6  # of the picture: a region that ends at its edge must not be rounded out of it
BESIDE = 0.1  # of the hand's width is left free around it


@dataclass(frozen=True, slots=True)
class Photograph:
    """One row of INDEX.csv."""

    path: str
    set: str
    sign: str
    role: str
    session: str
    order: int  # in its recording; 0 where it is not known
    size: tuple[int, int]  # (width, height), px
    boxes: tuple[Box, ...]  # of hands, where they are known


@dataclass(frozen=True, slots=True)
class View:
    """A part of a photograph, as bright as `brightness` makes it."""

    photograph: Photograph
    region: Region = WHOLE
    brightness: float = 1.0


def data_folder() -> Path:
    """$EDGE_HANDSIGN_DATA/data, else ../shared/data; ends the script with a sentence when it is not there."""
    folder = Path(os.environ.get("EDGE_HANDSIGN_DATA", ROOT.parent / "shared")) / "data"
    if not (folder / "INDEX.csv").is_file():
        sys.exit(f"{folder} holds no INDEX.csv: EDGE_HANDSIGN_DATA names the folder above data/")
    return folder


def read_index(folder: Path) -> list[Photograph]:
    """All photographs, those of a recording in its order."""
    boxes: dict[str, list[Box]] = {}
    with (folder / "BOXES.csv").open(newline="", encoding="utf-8") as rows:
        for row in csv.DictReader(rows):
            box = (float(row["x0"]), float(row["y0"]), float(row["x1"]), float(row["y1"]))
            boxes.setdefault(row["path"], []).append(box)
    with (folder / "INDEX.csv").open(newline="", encoding="utf-8") as rows:
        found = [_photograph(row, boxes.get(row["path"], [])) for row in csv.DictReader(rows)]
    return sorted(found, key=lambda one: (one.set, one.session, one.sign, one.order, one.path))


def _photograph(row: dict[str, str], boxes: list[Box]) -> Photograph:
    names = (row["path"], row["set"], row["sign"], row["role"], row["session"])
    return Photograph(*names, int(row["order"] or 0), (int(row["width"]), int(row["height"])), tuple(boxes))


def without_hands(photographs: Iterable[Photograph]) -> list[View]:
    """The largest square beside or above the hands of each photograph whose boxes are known, where there is one."""
    return [view for one in photographs if one.boxes and (view := _beside(one))]


def _beside(one: Photograph) -> View | None:
    width, height = one.size
    left, top = min(box[0] for box in one.boxes) * width, min(box[1] for box in one.boxes) * height
    right = max(box[2] for box in one.boxes) * width
    margin = BESIDE * (right - left)
    sides = {"left": min(left - margin, height), "right": min(width - right - margin, height), "above": top - margin}
    where = max(sides, key=lambda side: sides[side])
    side = min(sides[where], width)
    if side < SMALLEST_PX:
        return None
    x = {"left": 0.0, "right": width - side, "above": (width - side) / 2}[where]
    y = 0.0 if where == "above" else (height - side) / 2
    return View(one, (x / width, y / height, (x + side) / width, (y + side) / height))


def jittered(one: View, rng: np.random.Generator) -> View:
    """The same, as a hand-held moment later: up to 8 % closer, a little off, up to 15 % darker or brighter."""
    left, top, right, bottom = one.region
    share = rng.uniform(0.92, 1.0)
    dx, dy = rng.uniform(0, 1 - share, 2)
    x, y = left + dx * (right - left), top + dy * (bottom - top)
    region = (x, y, x + share * (right - left), y + share * (bottom - top))
    return View(one.photograph, region, float(rng.uniform(0.85, 1.15)))


def embedded(views: Sequence[View], folder: Path, backbone: Backbone, doing: str) -> list[Embedding]:
    """What the box would make of each."""
    from tqdm import tqdm

    return [_seen(view, folder, backbone) for view in tqdm(views, desc=doing, disable=None, leave=False)]


def _seen(view: View, folder: Path, backbone: Backbone) -> Embedding:
    left, top, right, bottom = view.region
    inside = (left + INSIDE, top + INSIDE, right - INSIDE, bottom - INSIDE)
    frame = read_picture(folder / view.photograph.path, backbone.input_size, inside)
    if view.brightness != 1.0:
        lit = np.clip(frame.pixels * np.float32(view.brightness), 0, 255).astype(np.uint8)
        frame = replace(frame, pixels=lit)
    return backbone.embed(frame)
