"""The rival that knows hands: MediaPipe's landmarks as the vector of a photograph, where it finds a hand.

It is shown what a backbone is shown, the same part of the picture at more pixels and not squeezed, and where it finds
nothing the same with a margin, without which it misses hands that fill the frame (23 % of the digits, else 0.3).
Twenty-one joints in the plane, wrist in the middle, scaled to length one and mirrored to one handedness; with depth, or
in metres, it was no better. What it has found is kept in a file.
"""

# mypy: disable-error-code="no-any-return"
from collections.abc import Sequence
from dataclasses import dataclass
from functools import partial
from pathlib import Path
from time import process_time

import numpy as np
from numpy.typing import NDArray

from .kept import Kept
from .shots import Shot

SHOWN_PX = 448
MARGIN_PX = 112
EDGE = 0.02  # of a side: a joint nearer to the edge is as good as cut off
JOINTS = 21
TIMED = 30  # photographs


@dataclass(frozen=True, slots=True, eq=False)
class Look:
    """How n photographs show their hands."""

    found: NDArray[np.bool_]  # (n,)
    cut: NDArray[np.bool_]  # (n,) found, and reaching out of what is seen


class Landmarks:
    """MediaPipe as a column."""

    name = "pose landmarks"

    def __init__(self, data: Path, work: Path) -> None:
        """`data` is where the photographs' paths begin, `work` the folder of caches. ImportError without MediaPipe."""
        from mediapipe.python.solutions.hands import Hands

        self._finder = Hands(static_image_mode=True, max_num_hands=2, model_complexity=1, min_detection_confidence=0.3)
        self._data, self._kept = data, Kept(work / "pose.npz")

    def describe(self, shots: Sequence[Shot]) -> NDArray[np.float32]:
        """(n, 42), of unit length; zeros where no hand is found."""
        rows = self._rows(shots)
        return np.stack([vector(row, shot.proportion) for row, shot in zip(rows, shots, strict=True)])

    def look(self, shots: Sequence[Shot]) -> Look:
        """Where hands are found, and which are cut off."""
        rows = self._rows(shots)
        found: NDArray[np.bool_] = np.any(rows, axis=1)
        outside = np.any((rows[:, 1:] < EDGE) | (rows[:, 1:] > 1 - EDGE), axis=1)
        return Look(found, found & outside)

    def milliseconds(self, shots: Sequence[Shot]) -> float:
        """Mean processor time to find the hand in a picture in RAM, over a few of the photographs."""
        times = []
        for shot in shots[:: max(1, len(shots) // TIMED)]:
            picture = self._picture(shot)
            begun = process_time()
            self._look(picture)
            times.append(1e3 * (process_time() - begun))
        return float(np.mean(times))

    def _rows(self, shots: Sequence[Shot]) -> NDArray[np.float32]:
        rows = [self._kept.get(shot.key, partial(self._look_at, shot)) for shot in shots]
        self._kept.save()
        return np.stack(rows)

    def _look_at(self, shot: Shot) -> NDArray[np.float32]:
        return self._look(self._picture(shot))

    def _picture(self, shot: Shot) -> NDArray[np.uint8]:
        return shot.picture(self._data, (round(SHOWN_PX * shot.proportion), SHOWN_PX)).pixels

    def _look(self, picture: NDArray[np.uint8]) -> NDArray[np.float32]:
        margin = ((MARGIN_PX, MARGIN_PX), (MARGIN_PX, MARGIN_PX), (0, 0))
        row = self._found(picture)
        if row.any():
            return row
        wider = self._found(np.pad(picture, margin, "edge"))
        if wider.any():
            sides = np.tile(picture.shape[1::-1], JOINTS)
            wider[1:] = (wider[1:] * (sides + 2 * MARGIN_PX) - MARGIN_PX) / sides
        return wider

    def _found(self, picture: NDArray[np.uint8]) -> NDArray[np.float32]:
        """(43,): whether it is a left hand, 21 x (x, y) in fractions of the picture's sides; zeros without a hand."""
        seen = self._finder.process(picture)
        if not seen.multi_hand_landmarks:
            return np.zeros(1 + 2 * JOINTS, np.float32)
        places = [np.array([(joint.x, joint.y) for joint in hand.landmark]) for hand in seen.multi_hand_landmarks]
        largest = int(np.argmax([np.ptp(place, axis=0).max() for place in places]))
        left = seen.multi_handedness[largest].classification[0].label == "Left"
        return np.concatenate([[float(left)], places[largest].ravel()]).astype(np.float32)


def vector(row: NDArray[np.float32], proportion: float = 1.0) -> NDArray[np.float32]:
    """(42,) of unit length from what was found in a picture so many times as wide as high; zeros from zeros."""
    joints = row[1:].reshape(JOINTS, 2) * np.array([proportion, 1], np.float32)
    centred = (joints - joints[0]) * np.array([-1.0 if row[0] else 1.0, 1], np.float32)
    return (centred / max(float(np.linalg.norm(centred)), 1e-9)).ravel()
