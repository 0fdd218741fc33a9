"""The rival that knows hands: MediaPipe's landmarks as the vector of a photograph, where it finds a hand.

It is shown what a backbone is shown, the same part of the picture at more pixels and not squeezed, and where it finds
nothing the same with a margin, without which it misses hands that fill the frame (23 % of the digits, else 0.3).
Two columns come of what it found: twenty-one joints in the plane, wrist in the middle, scaled to length one and
mirrored to one handedness, as it is commonly done; and the directions of bones in space, seven tenths of them in the
palm's own axes, which is what teaches our backbone. What it has found is kept in a file.
"""

# mypy: disable-error-code="no-any-return"
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from functools import partial
from pathlib import Path
from threading import Lock
from time import process_time

import numpy as np
from numpy.typing import NDArray

from scripts.training import pose

from .kept import Kept
from .shots import Shot

Vector = NDArray[np.float32]

SHOWN_PX = 448
MARGIN_PX = 112
EDGE = 0.02  # of a side: a joint nearer to the edge is as good as cut off
JOINTS = 21
NUMBERS = 1 + 5 * JOINTS  # of a hand
PLANE = slice(1, 1 + 2 * JOINTS)  # x, y of each joint in sides of the picture; before it, whether the hand is left
SPACE = slice(1 + 2 * JOINTS, NUMBERS)  # x, y, z in metres
TIMED = 30  # photographs


@dataclass(frozen=True, slots=True, eq=False)
class Look:
    """How n photographs show their hands."""

    found: NDArray[np.bool_]  # (n,)
    cut: NDArray[np.bool_]  # (n,) found, and reaching out of what is seen


class Landmarks:
    """MediaPipe as a column."""

    def __init__(self, finder: "Finder", name: str, vector: Callable[[NDArray[np.float32], float], Vector]) -> None:
        """`vector` makes one, of unit length, of what was found in a picture so many times as wide as high."""
        self.name = name
        self._finder, self._vector = finder, vector

    def describe(self, shots: Sequence[Shot]) -> NDArray[np.float32]:
        """(n, d), of unit length; zeros where no hand is found."""
        rows = self._finder.rows(shots)
        return np.stack([self._vector(row, shot.proportion) for row, shot in zip(rows, shots, strict=True)])

    def look(self, shots: Sequence[Shot]) -> Look:
        """Where hands are found, and which are cut off."""
        rows = self._finder.rows(shots)
        found: NDArray[np.bool_] = np.any(rows, axis=1)
        outside = np.any((rows[:, PLANE] < EDGE) | (rows[:, PLANE] > 1 - EDGE), axis=1)
        return Look(found, found & outside)

    def milliseconds(self, shots: Sequence[Shot]) -> float:
        """Mean processor time to find the hand in a picture in RAM, over a few of the photographs."""
        return self._finder.milliseconds(shots)


class Finder:
    """MediaPipe itself, and all that it has found."""

    def __init__(self, data: Path, work: Path) -> None:
        """`data` is where the photographs' paths begin, `work` the folder of caches. ImportError without MediaPipe."""
        from mediapipe.python.solutions.hands import Hands

        self._solution = Hands(
            static_image_mode=True, max_num_hands=2, model_complexity=1, min_detection_confidence=0.3
        )
        self._lock = Lock()
        self._data, self._kept = data, Kept(work / "hands-found.npz")

    def rows(self, shots: Sequence[Shot]) -> NDArray[np.float32]:
        """(n, NUMBERS)."""
        with self._lock:  # columns are asked side by side
            rows = [self._kept.get(shot.key, partial(self._look_at, shot)) for shot in shots]
            self._kept.save()
        return np.stack(rows)

    def milliseconds(self, shots: Sequence[Shot]) -> float:
        """Mean processor time to find the hand in a picture in RAM, over a few of the photographs."""
        times = []
        for shot in shots[:: max(1, len(shots) // TIMED)]:
            picture = self._picture(shot)
            begun = process_time()
            self._look(picture)
            times.append(1e3 * (process_time() - begun))
        return float(np.mean(times))

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
            wider[PLANE] = (wider[PLANE] * (sides + 2 * MARGIN_PX) - MARGIN_PX) / sides
        return wider

    def _found(self, picture: NDArray[np.uint8]) -> NDArray[np.float32]:
        """Of the largest hand; zeros without one."""
        seen = self._solution.process(picture)
        if not seen.multi_hand_landmarks:
            return np.zeros(NUMBERS, np.float32)
        places = [np.array([(joint.x, joint.y) for joint in hand.landmark]) for hand in seen.multi_hand_landmarks]
        largest = int(np.argmax([np.ptp(place, axis=0).max() for place in places]))
        left = seen.multi_handedness[largest].classification[0].label == "Left"
        space = [(joint.x, joint.y, joint.z) for joint in seen.multi_hand_world_landmarks[largest].landmark]
        return np.concatenate([[float(left)], places[largest].ravel(), np.ravel(space)]).astype(np.float32)


def columns(data: Path, work: Path) -> list[Landmarks]:
    """Both, of one finder. ImportError without MediaPipe."""
    finder = Finder(data, work)
    return [Landmarks(finder, "pose landmarks", in_plane), Landmarks(finder, "bones", in_space)]


def in_plane(row: NDArray[np.float32], proportion: float = 1.0) -> Vector:
    """(42,) of unit length from what was found in a picture so many times as wide as high; zeros from zeros."""
    joints = row[PLANE].reshape(JOINTS, 2) * np.array([proportion, 1], np.float32)
    centred = (joints - joints[0]) * np.array([-1.0 if row[0] else 1.0, 1], np.float32)
    return (centred / max(float(np.linalg.norm(centred)), 1e-9)).ravel()


def in_space(row: NDArray[np.float32], proportion: float = 1.0) -> Vector:  # noqa: ARG001 - space knows no picture
    """(108,) of unit length: directions of bones, those of fingers in the palm's axes; zeros from zeros."""
    held = pose.poses(row[SPACE].reshape(1, JOINTS, 3), row[:1] > 0, np.zeros(1))[0]
    parts = ((1 - pose.PALM, held[pose.BONES]), (pose.PALM, held[pose.FINGERS]))
    vector = np.concatenate([np.sqrt(3 * weight / len(part)) * part for weight, part in parts])
    return np.asarray(vector, np.float32)
