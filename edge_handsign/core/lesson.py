"""Which frames deserve to be remembered.

A press takes one frame: the first that was taken at or after it, unless nothing can be seen on it. A press that is
held becomes a burst: from then on frames are kept only if they are sharp for this scene, well exposed, and new, that
is unlike those already kept. Moving the hand is what makes frames new.
"""

from dataclasses import dataclass
from enum import Enum

import numpy as np
from numpy.typing import NDArray

from edge_handsign.core.knob import knob
from edge_handsign.core.messages import Sight


@dataclass(frozen=True, slots=True)
class LessonSettings:
    """What a press and a held press take in."""

    hold_s: float = knob(0.6, "seconds after which a held press becomes a burst", low=0.2, high=5)
    limit_s: float = knob(10.0, "seconds after which a burst ends by itself (a button may be stuck)", low=1, high=120)
    wait_s: float = knob(2.0, "seconds a press waits for a picture before it is refused", low=0.2, high=10)
    sharp_from: float = knob(0.5, "share of the burst's sharpest picture that is sharp enough", low=0, high=1)
    dark_below: float = knob(16.0, "mean brightness below which a picture is too dark (0-255)", low=0, high=255)
    bright_above: float = knob(240.0, "mean brightness above which it is too bright (0-255)", low=0, high=255)
    new_below: float = knob(0.97, "cosine to the burst's other pictures below which one is new", low=-1, high=1)


class Verdict(Enum):
    """What becomes of a frame."""

    KEEP = "kept"
    OLD = "taken before the press"
    DARK = "too dark"
    BRIGHT = "too bright"
    BLURRED = "blurred"
    KNOWN = "like the one before: move your hand"
    EARLY = "the press is not a burst yet"


class Lesson:
    """One press of a teach button, from the finger to the last frame it takes."""

    def __init__(self, number: int, sign: str, pressed_at: float, settings: LessonSettings) -> None:
        self.number = number
        self.sign = sign
        self.pressed_at = pressed_at
        self.released_at: float | None = None
        self._settings = settings
        self._kept: list[NDArray[np.float32]] = []
        self._sharpest = 0.0

    @property
    def waiting(self) -> bool:
        """Not one frame has been judged worthy or unworthy yet."""
        return not self._kept

    def late(self, now: float) -> bool:
        """The first frame has not come in time."""
        return self.waiting and now - self.pressed_at > self._settings.wait_s

    def over(self, now: float) -> bool:
        """Nothing more will be taken."""
        ended = self.released_at is not None or now - self.pressed_at > self._settings.limit_s
        return ended and not self.waiting

    def judge(self, sight: Sight) -> Verdict:
        """Whether to keep this frame; a kept one counts as such from now on."""
        frame = sight.frame
        if frame.taken_at < self.pressed_at:
            return Verdict.OLD
        if self._kept and not self._bursting(frame.taken_at):
            return Verdict.EARLY
        grey = luma(frame.pixels)
        verdict = self._exposure(float(grey.mean())) or self._worth(sharpness(grey), sight.embedding.vector)
        if verdict is Verdict.KEEP:
            self._kept.append(sight.embedding.vector)
        return verdict

    def _bursting(self, taken_at: float) -> bool:
        held = taken_at >= self.pressed_at + self._settings.hold_s
        return held and (self.released_at is None or taken_at <= self.released_at)

    def _exposure(self, brightness: float) -> Verdict | None:
        if brightness < self._settings.dark_below:
            return Verdict.DARK
        return Verdict.BRIGHT if brightness > self._settings.bright_above else None

    def _worth(self, sharp: float, vector: NDArray[np.float32]) -> Verdict:
        self._sharpest = max(self._sharpest, sharp)
        if sharp < self._settings.sharp_from * self._sharpest:
            return Verdict.BLURRED
        seen = max((float(kept @ vector) for kept in self._kept), default=-1.0)
        return Verdict.KEEP if seen < self._settings.new_below else Verdict.KNOWN


def luma(pixels: NDArray[np.uint8]) -> NDArray[np.float32]:
    """Brightness 0-255, (h, w), of RGB pixels (h, w, 3), with the weights of ITU-R BT.601."""
    weights = np.array([0.299, 0.587, 0.114], np.float32)
    return np.asarray(pixels @ weights, np.float32)


def sharpness(grey: NDArray[np.float32]) -> float:
    """Root mean square difference of neighbouring pixels, in grey levels: the energy that blur takes away first."""
    across, down = np.diff(grey, axis=1), np.diff(grey, axis=0)
    return float(np.sqrt((np.mean(across * across) + np.mean(down * down)) / 2))
