"""Where the hand is, in the backbone's own words, and whether a second look at it is worth the time.

A backbone that looks for hands says two numbers of each cell of its picture: the logit that a hand covers the cell, and
log2 of that hand's length in sides of the picture. The first look takes in the whole frame at half its size. Where that
shows a hand, there is a second one, of the mirror image, because a left hand is described as a right one is, and what
the two say differently is chance. It goes to the hand: whatever its size, it fills that look alike, and it is no longer
squeezed. The answer lies halfway between both, if the second look sees the hand too: that of the closer look alone is
better where hands are tiny and worse where they are not, or where it matters where they are held (scripts/second_look).
"""

from collections.abc import Sequence
from dataclasses import dataclass
from math import exp, sqrt, tanh
from operator import mul

from edge_handsign.core.messages import Part

ZOOM = 2  # a frame for two looks has so many times the width and height of what the backbone takes
PERHAPS = 0.3  # presence from which a second look is worth the time
THERE = 0.5  # presence from which there is a hand to go closer to
REACH = 1.6  # lengths of the hand, as told, that the second look takes in
NEAREST = 0.4  # side of the second look in sides of the frame, at least: below, there is no more to see
TOGETHER = 0.2  # spread; of one hand nine in ten lie below it, of two hands held apart nine in ten above or near it
SHARP = 2  # power of the softmax by which cells are weighed: halves the pull of a face towards itself
CONFIRMED = 0.8  # share of the first look's presence that the second must reach to be believed
# Whoever changes the rule changes this, so that what was taught before is kept apart from what is taught after.
RULE = (
    f"edge-handsign gaze 3: mirrored, zoom {ZOOM}, perhaps {PERHAPS}, there {THERE}, reach {REACH}, nearest {NEAREST}, "
    f"together {TOGETHER}, sharp {SHARP}, confirmed {CONFIRMED}, both looks".encode()
)


@dataclass(frozen=True, slots=True)
class Hand:
    """The likeliest hand in a picture; if there is none, `presence` is low and the length means nothing."""

    presence: float  # 0..1, how surely there is one
    length: float  # sides of the picture, 0..2


@dataclass(frozen=True, slots=True)
class Place:
    """Where that hand is."""

    x: float  # of its centre, share of the width
    y: float  # share of the height
    spread: float  # root mean square distance from there of what looks like a hand, shares of the sides


ASSUMED = Hand(presence=1.0, length=1.0)  # where a backbone does not tell


def is_map(shape: Sequence[int]) -> bool:
    """Whether an output of this shape says two numbers of each cell of a picture: (1, height, width, 2)."""
    return len(shape) == 4 and shape[0] == 1 and shape[3] == 2 and min(shape[1:3]) > 1


class HandMap:
    """How a map of (height, width) cells is read whose numbers are (stored - zero) * scale.

    Numbers are taken one by one: of so few, NumPy takes longer, coming fresh after each run of the network.
    """

    def __init__(self, height: int, width: int, scale: float = 1.0, zero: int = 0) -> None:
        self._scale, self._zero = scale, zero
        self._xs = [(column + 0.5) / width for _ in range(height) for column in range(width)]
        self._ys = [(row + 0.5) / height for row in range(height) for _ in range(width)]
        self._squares = [x * x + y * y for x, y in zip(self._xs, self._ys, strict=True)]

    def hand(self, cells: Sequence[float]) -> Hand:
        """What the surest cell tells of; `cells` are row by row, logit and size in turn.

        `length` is not finite where that cell's numbers are not.
        """
        logits = cells[0::2]
        top = max(logits)
        size = self._real(cells[2 * logits.index(top) + 1])
        presence = (1 + tanh(self._real(top) / 2)) / 2  # the logistic function, without overflow
        return Hand(presence, 2.0 ** min(size, 1.0))

    def place(self, cells: Sequence[float]) -> Place:
        """Where it is: a cell weighs as much as the softmax of the logits, to the power SHARP, has it."""
        logits = cells[0::2]
        top = max(logits)
        weights = [exp(SHARP * (logit - top) * self._scale) for logit in logits]
        total = sum(weights)
        x, y, square = (sum(map(mul, weights, each)) / total for each in (self._xs, self._ys, self._squares))
        return Place(x, y, sqrt(max(square - x * x - y * y, 0.0)))

    def _real(self, stored: float) -> float:
        return (stored - self._zero) * self._scale


def may_be_there(hand: Hand) -> bool:
    """Whether to look once more."""
    return hand.presence >= PERHAPS


def is_there(hand: Hand) -> bool:
    """Whether there surely is one to go to."""
    return hand.presence >= THERE


def is_one(place: Place) -> bool:
    """Whether it is a single hand: of two that are held apart, a closer look would see one or none."""
    return place.spread < TOGETHER


def part(hand: Hand, place: Place, squeeze: float) -> Part:
    """What the second look takes in: the hand in its middle, unless it is near an edge of the frame.

    `squeeze` says how many times more of what is seen a pixel of the frame shows across than upright. The part is so
    much less wide than high, so that the look, which is as wide as it is high, is not squeezed any more.
    """
    side = max(REACH * hand.length, NEAREST)
    wide, high = min(side * min(1.0, 1 / squeeze), 1.0), min(side * min(1.0, squeeze), 1.0)
    left, top = (
        min(max(middle - length / 2, 0.0), 1.0 - length)
        for middle, length in zip((place.x, place.y), (wide, high), strict=True)
    )
    return left, top, left + wide, top + high


def confirmed(first: Hand, second: Hand) -> bool:
    """Whether the second look saw the hand of the first: it may also have gone where none is."""
    return second.presence >= CONFIRMED * first.presence
