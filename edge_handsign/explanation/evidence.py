"""What can be read off an occlusion map in a sentence: where the evidence lies, how close together, and a doubt."""

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from edge_handsign.explanation.occlusion import Map

PLACES = (("upper left", "top", "upper right"), ("left", "middle", "right"), ("lower left", "bottom", "lower right"))
LEAST = 0.005  # a drop below this is the rounding of an int8 network, not evidence
SCATTERED = 0.25  # of the picture; about a hand, half of the evidence mostly lies on less than 15 % (scripts/evidence)
RIM = 0.15  # of each side: on three of four photographs with marked hands, about a third of the hand or less is there
DOUBT = "more than half of the evidence lies at the rim of the picture, where a hand seldom is: it may be the room"


@dataclass(frozen=True, slots=True)
class Evidence:
    """A map, summed up. Evidence is where covering takes something away; shares are 0..1."""

    most: float  # score that is lost where most is
    against: float  # score that is gained where covering helps most
    where: str | None  # one of PLACES; None when no part matters by itself
    half_on: float  # share of the picture that holds half of the evidence
    at_rim: float  # share of the evidence at the rim

    @classmethod
    def of(cls, heat: Map) -> "Evidence":
        """Sum up."""
        most, against = max(0.0, float(heat.max())), max(0.0, float(-heat.min()))
        if most < LEAST:
            return cls(most, against, None, 0.0, 0.0)
        return cls(most, against, _where(heat), float(half(heat).mean()), _at_rim(heat))

    @property
    def sentence(self) -> str:
        """Where it rests."""
        if self.where is None:
            return f"It rests on no part by itself: whatever is covered, at most {self.most:.3f} is lost."
        on = f"half of the evidence lies on {self.half_on:.0%} of it"
        if self.half_on > SCATTERED:
            return f"It rests on the whole picture: {on}."
        return f"It rests on the {self.where} of the picture: {on}."

    @property
    def doubt(self) -> str | None:
        """What a person should know before believing it; None when there is nothing."""
        return DOUBT if self.at_rim > 0.5 else None


def half(heat: Map) -> NDArray[np.bool_]:
    """(height, width): the smallest part of the picture that holds half of the evidence."""
    lost = heat.clip(0)
    order = np.argsort(-lost, axis=None, kind="stable")
    enough = int(np.searchsorted(np.cumsum(lost.flat[order]), lost.sum() / 2)) + 1
    part = np.zeros(heat.size, bool)
    part[order[:enough]] = lost.any()
    return part.reshape(heat.shape)


def _where(heat: Map) -> str:
    """The ninth of the picture in which the evidence has its centre of mass."""
    lost = heat.clip(0)
    row, column = (
        int(3 * np.average(np.arange(side) + 0.5, weights=lost.sum(1 - axis)) / side)
        for axis, side in enumerate(heat.shape)
    )
    return PLACES[row][column]


def _at_rim(heat: Map) -> float:
    lost = heat.clip(0)
    inner = lost[tuple(slice(round(RIM * side), side - round(RIM * side)) for side in heat.shape)]
    return 1.0 - float(inner.sum() / lost.sum())
