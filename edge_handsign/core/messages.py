"""The nouns that cross walls. All are frozen; every field says its shape, dtype and unit.

Times are seconds on the monotonic clock. `Feedback` is a picture of the outside, not an order: writing it twice is
harmless, a lost write heals itself, a simulator can draw it and a test can compare it.
"""

from dataclasses import dataclass
from enum import Enum
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

Part = tuple[float, float, float, float]  # left, top, right, bottom as shares of width and height, 0..1
WHOLE: Part = (0.0, 0.0, 1.0, 1.0)


@dataclass(frozen=True, slots=True, eq=False)
class Frame:
    """One picture, already cropped and scaled to what the backbone asks for."""

    pixels: NDArray[np.uint8]  # (height, width, 3) RGB
    taken_at: float  # s, monotonic: when the sensor saw it
    proportion: float = 1.0  # width by height of what is seen, which the pixels may show squeezed


@dataclass(frozen=True, slots=True, eq=False)
class Embedding:
    """What the backbone says of a picture."""

    vector: NDArray[np.float32]  # (d,), unit length
    norm: float  # length before normalising
    presence: float = 1.0  # 0..1, how surely there is a hand; 1 where the backbone does not tell
    part: Part = WHOLE  # of the frame: what was looked at


@dataclass(frozen=True, slots=True, eq=False)
class Sight:
    """A frame and its embedding: what the eye hands over."""

    frame: Frame
    embedding: Embedding


class Sample(NamedTuple):
    """One durable example of a sign; a tuple, as a start makes thousands."""

    id: int  # given by the store, grows with time, never used twice
    sign: str
    lesson: int  # samples of one press or one burst share it
    vector: NDArray[np.float32]  # (d,), unit length


@dataclass(frozen=True, slots=True)
class Neighbour:
    """A taught sample near to what is seen now: the reason for an answer."""

    id: int
    sign: str
    similarity: float  # cosine, -1..1


@dataclass(frozen=True, slots=True)
class Match:
    """What one picture looks like."""

    sign: str | None  # None: unknown
    closed: str | None  # the nearest sign, however far; None only while nothing is taught
    similarity: float  # mean cosine of the nearest sign's neighbours, -1..1; -1 while nothing is taught
    margin: float  # similarity less that of the next sign, or at least that; negative where numbers tell against it
    evidence: float  # nats above what is asked of a sign; below 0 unknown; -inf while nothing is taught
    nearest: tuple[Neighbour, ...]  # most similar first


@dataclass(frozen=True, slots=True, eq=False)
class NonSigns:
    """Pictures without a sign: what "nothing" looks like to one backbone."""

    near: NDArray[np.float32]  # (m, d), unit length: a picture like these shows nothing
    trials: NDArray[np.float32]  # (n, d), unit length, other ones: on these thresholds are tried
    presence: NDArray[np.float32]  # (n,) 0..1, of the trials


@dataclass(frozen=True, slots=True)
class Decision:
    """What the box has decided to show."""

    sign: str | None
    since: float  # s, monotonic


@dataclass(frozen=True, slots=True)
class Feedback:
    """How the box looks and sounds at one moment."""

    status: bool  # status LED
    leds: tuple[bool, ...]  # one for each LED of Box.leds
    tone_hz: int  # 0: silent


class Gesture(Enum):
    """What happened to a button, bouncing removed."""

    PRESS = "press"
    RELEASE = "release"


@dataclass(frozen=True, slots=True)
class ButtonEvent:
    """One clean edge of one button."""

    gesture: Gesture
    button: int  # index into Box.buttons
    at: float  # s, monotonic
    held_s: float = 0.0  # s; only a release has it


@dataclass(frozen=True, slots=True, eq=False)
class Teach:
    """A sample that wants to become durable."""

    sign: str
    lesson: int
    vector: NDArray[np.float32]  # (d,), unit length
    frame: Frame | None = None  # the picture, for who wants to keep it


@dataclass(frozen=True, slots=True)
class Undo:
    """One lesson is to be taken back."""

    lesson: int


@dataclass(frozen=True, slots=True)
class Forget:
    """Everything taught of one sign is to go."""

    sign: str


@dataclass(frozen=True, slots=True, eq=False)
class Settle:
    """What the room looks like without signs, instead of what it looked like before."""

    room: NonSigns


Change = Teach | Undo | Forget | Settle
