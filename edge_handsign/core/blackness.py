"""A lens cap, or night: pictures on which nothing can be seen, for so long that it is no shadow.

A sensor in the dark gives noise around black; both its mean and how far it strays are small then.
"""

import numpy as np

from edge_handsign.core.messages import Frame

MEAN, STRAY = 8.0, 3.0  # grey levels, 0-255, below which a picture is black
LASTS_S = 3.0
EVERY = 16  # rows and columns: a few hundred of the pixels tell as much


class Blackness:
    """Remembers since when."""

    def __init__(self) -> None:
        self._since: float | None = None

    def lasts(self, frame: Frame) -> bool:
        """Whether this picture and all of the last while were black."""
        if not black(frame):
            self._since = None
            return False
        self._since = frame.taken_at if self._since is None else self._since
        return frame.taken_at - self._since >= LASTS_S


def black(frame: Frame) -> bool:
    """Whether nothing can be seen on this picture."""
    sample = frame.pixels[::EVERY, ::EVERY]
    return float(sample.mean(dtype=np.float32)) < MEAN and float(np.std(sample, dtype=np.float32)) < STRAY
