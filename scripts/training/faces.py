"""Close-ups of faces in the photographs that train: what a network for hands must not take for one.

Found by MediaPipe's face detector (Apache-2.0); a square that the hand reaches into is not taken.
"""

from collections.abc import Iterator
from typing import Any, Self

import cv2  # noqa: TID253 - only the training environment imports this module
import numpy as np
from numpy.typing import NDArray

from .patches import SIDE

SEEN_PX = 320
REACH = (1.15, 1.7, 2.6)  # side of the square in widths of the face
SMALLEST_PX = 24  # of a face in the photograph; below, nothing is left of it


class Faces:
    """A face detector; close it by leaving its `with`."""

    def __init__(self) -> None:
        from mediapipe.python.solutions.face_detection import FaceDetection

        self._detector = FaceDetection(model_selection=1, min_detection_confidence=0.5)

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self._detector.close()

    def squares(self, picture: NDArray[np.uint8], hand: NDArray[np.float32]) -> Iterator[NDArray[np.uint8]]:
        """Squares (SIDE, SIDE, 3) RGB around the faces of `picture` that `hand` (x, y, length) does not reach."""
        zoom = SEEN_PX / max(picture.shape[:2])
        seen = self._detector.process(cv2.resize(picture, None, fx=zoom, fy=zoom))
        for found in seen.detections or []:
            box = found.location_data.relative_bounding_box
            yield from (_square(picture, window) for window in _windows(box, hand, picture.shape))


def _windows(box: Any, hand: NDArray[np.float32], shape: tuple[int, ...]) -> Iterator[tuple[int, int, int]]:
    """(x, y, side) around one face, inside the photograph and away from the hand."""
    height, width = shape[:2]
    x, y, face = (box.xmin + box.width / 2) * width, (box.ymin + box.height / 2) * height, box.width * width
    for reach in REACH:
        side = int(min(reach * face, width, height))
        left, top = int(np.clip(x - side / 2, 0, width - side)), int(np.clip(y - side / 2, 0, height - side))
        apart = max(abs(left + side / 2 - hand[0]), abs(top + side / 2 - hand[1]))
        if face >= SMALLEST_PX and apart > side / 2 + 0.6 * hand[2]:
            yield left, top, side


def _square(picture: NDArray[np.uint8], window: tuple[int, int, int]) -> NDArray[np.uint8]:
    x, y, side = window
    found: NDArray[np.uint8] = cv2.resize(picture[y : y + side, x : x + side], (SIDE, SIDE))
    return found
