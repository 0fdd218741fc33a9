"""The quiet minute: a room is watched while nobody shows a sign, so that the box knows what nothing looks like here.

The first half shows what is near to nothing, the second half puts thresholds on trial: frames in a row are too alike to
do both. Two frames a second are kept, so that a minute is the same at any frame rate. It works before anything has been
taught: what is kept are pictures, and the threshold follows from them with every lesson.
"""

import numpy as np
from numpy.typing import NDArray

from edge_handsign.core.messages import Embedding, NonSigns, Settle, Sight

MINUTE_S = 60.0
EVERY_S = 0.5  # between frames that are kept
FEWEST = 10  # frames of either half; a camera that is so slow has not shown the room
BLIND_S = 2.0  # without a picture for so long, there is nothing to watch


class QuietMinute:
    """At most one at a time; beginning again replaces the one that is going on."""

    def __init__(self) -> None:
        self._began: float | None = None
        self._seen_at = 0.0
        self._kept: list[tuple[float, Embedding]] = []
        self._frames = self._signs = 0

    @property
    def going_on(self) -> bool:
        """The room is being watched."""
        return self._began is not None

    def begin(self, now: float) -> None:
        """From now on."""
        self._began = self._seen_at = now
        self._kept = []
        self._frames = self._signs = 0

    def stop(self) -> None:
        """Drop it, if one is going on."""
        self._began = None

    def watch(self, sight: Sight, *, sign: bool) -> None:
        """A frame, and whether it would be answered with a sign."""
        at = sight.frame.taken_at
        if self._began is None or at < self._began:
            return
        self._seen_at = at
        self._frames += 1
        self._signs += sign
        if not self._kept or at >= self._kept[-1][0] + EVERY_S:
            self._kept.append((at, sight.embedding))

    def conclude(self, now: float) -> Settle | str | None:
        """Once it is over, the room; or why there is none; None while it is going on, or none is."""
        if self._began is None or (now < self._began + MINUTE_S and now - self._seen_at <= BLIND_S):
            return None
        middle, self._began = self._began + MINUTE_S / 2, None
        near = [one for at, one in self._kept if at < middle]
        trials = [one for at, one in self._kept if at >= middle]
        if now - self._seen_at > BLIND_S or min(len(near), len(trials)) < FEWEST:
            return "too few pictures came"
        if self._signs > self._frames / 2:
            return "a sign was seen most of the time"
        presence = np.array([one.presence for one in trials], np.float32)
        return Settle(NonSigns(_stacked(near), _stacked(trials), presence))


def known(per_hour: float | None) -> str:
    """What it has brought, and what the room costs, as far as what is taught can say."""
    costs = "" if per_hour is None else f", about {per_hour:.2g} false alarms an hour are to be expected"
    return f"quiet minute: the room is known{costs}"


def _stacked(seen: list[Embedding]) -> NDArray[np.float32]:
    return np.stack([one.vector for one in seen])
