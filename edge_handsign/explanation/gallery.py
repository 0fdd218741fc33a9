"""Units of a backbone, each as a row of the pictures that excite it most, with what of them it answers to."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

import numpy as np

from edge_handsign.explanation.heat import painted
from edge_handsign.explanation.occlusion import Map, Pixels
from edge_handsign.explanation.paper import FAINT, Paper, enlarged, spread, within

EDGE, LABEL, TILE, GAP = 40, 150, 176, 12  # px
TOP, ROW = 176, 2 * TILE + 64  # px


@dataclass(frozen=True, slots=True, eq=False)
class Exciting:
    """A picture that excites a unit."""

    picture: str  # where it is
    sign: str
    activation: float
    pixels: Pixels
    heat: Map  # what covering takes from the activation


@dataclass(frozen=True, slots=True, eq=False)
class Unit:
    """One number of the embedding."""

    number: int
    spread: float  # standard deviation of its activation over all pictures
    pictures: tuple[Exciting, ...]  # strongest first

    @property
    def full(self) -> float:
        """The strength that is painted in the darkest colour, above 0: the same for the whole row."""
        return max(1e-6, *(float(np.abs(exciting.heat).max()) for exciting in self.pictures))


@dataclass(frozen=True, slots=True, eq=False)
class Gallery:
    """What was looked at, and the units."""

    title: str
    detail: str
    units: Sequence[Unit]

    def lines(self) -> Iterator[str]:
        """What a terminal shows."""
        yield f"{self.title}: {self.detail}"
        for unit in self.units:
            yield f"\nunit {unit.number}, standard deviation {unit.spread:.2f}"
            for exciting in unit.pictures:
                yield f"  {exciting.activation:8.2f}  {exciting.sign}  {exciting.picture}"

    def as_json(self) -> dict[str, object]:
        """Every figure but the maps."""
        return {
            "title": self.title,
            "units": [
                {
                    "unit": unit.number,
                    "spread": unit.spread,
                    "pictures": [
                        {"picture": one.picture, "sign": one.sign, "activation": one.activation}
                        for one in unit.pictures
                    ],
                }
                for unit in self.units
            ],
        }

    def page(self) -> Paper:
        """Painted: for each unit its pictures, and below each what of it excites the unit."""
        columns = max(len(unit.pictures) for unit in self.units)
        width = 2 * EDGE + LABEL + max(4, columns) * (TILE + GAP) - GAP
        paper = Paper(width, TOP + len(self.units) * ROW + EDGE // 2)
        paper.words((EDGE, 28), self.title, 32, room=width - 2 * EDGE)
        paper.words((EDGE, 74), self.detail, 17, FAINT, width - 2 * EDGE)
        words = ("covered, it answers more", "no difference", "covered, it answers less")
        paper.scale((EDGE + LABEL, 108), 4 * (TILE + GAP) - GAP, words)
        for row, unit in enumerate(self.units):
            _unit(paper, TOP + row * ROW, unit)
        return paper


def _unit(paper: Paper, y: int, unit: Unit) -> None:
    paper.words((EDGE, y + 30), f"unit {unit.number}", 24)
    paper.words((EDGE, y + 64), f"varies by {unit.spread:.2f}", 15, FAINT)
    for column, exciting in enumerate(unit.pictures):
        x = EDGE + LABEL + column * (TILE + GAP)
        paper.words((x, y + 4), f"{exciting.activation:.1f}  {exciting.sign}", 15, FAINT, TILE)
        size = within(exciting.pixels, TILE)
        pixels = enlarged(exciting.pixels, size)
        paper.picture((x, y + 28), pixels)
        paper.picture((x, y + 28 + TILE), painted(pixels, spread(exciting.heat, size), unit.full))
