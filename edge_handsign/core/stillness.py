"""A camera that has frozen: the same picture, or the same stamp, again and again.

Pixels are compared only where a sensor's noise makes no two pictures alike, and only of pictures on which something can
be seen: one that is black or white all over has no noise left.
"""

import numpy as np

from edge_handsign.core.messages import Frame

FROZEN_S = 2.0
EVERY = 16  # rows and columns that are compared first
FLAT = 3.0  # grey levels: a picture that strays less than that says nothing


class Stillness:
    """Remembers the newest picture that was new. Time is an argument, in s, monotonic."""

    def __init__(self) -> None:
        self._newest: Frame | None = None
        self._new_at = 0.0

    def lasts(self, frame: Frame, now: float, *, noisy: bool) -> bool:
        """Whether nothing new has come for a while; `noisy`: no two pictures of this camera are equal."""
        if self._newest is None or not _same(self._newest, frame, noisy=noisy):
            self._newest, self._new_at = frame, now
        return now - self._new_at >= FROZEN_S


def _same(one: Frame, other: Frame, *, noisy: bool) -> bool:
    if one.taken_at == other.taken_at:
        return True
    few = other.pixels[::EVERY, ::EVERY]
    if not noisy or not np.array_equal(one.pixels[::EVERY, ::EVERY], few):
        return False
    return float(np.std(few, dtype=np.float32)) >= FLAT and np.array_equal(one.pixels, other.pixels)
