"""The teacher: where 21 joints of a hand are, as MediaPipe's hand landmark model (Apache-2.0) sees them.

Found once for every photograph and kept; training never runs it. Joint numbers are MediaPipe's: 0 wrist, then four a
finger from thumb (1-4) to little finger (17-20), root to tip.
"""

from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import cv2  # noqa: TID253 - only the training environment imports this module
import numpy as np
from numpy.typing import NDArray

from .photographs import Photograph

SEEN_PX = 448  # longer side of what the teacher is shown


@dataclass(frozen=True, slots=True)
class Landmarks:
    """The joints of n photographs; rows where `found` is false hold zeros."""

    found: NDArray[np.bool_]  # (n,)
    place: NDArray[np.float32]  # (n, 21, 2), fractions of the photograph's width and height
    world: NDArray[np.float32]  # (n, 21, 3), metres, x right, y down, z away, as photographed
    left: NDArray[np.bool_]  # (n,), the picture shows what looks like a left hand

    def and_drawn(self, world: NDArray[np.float32]) -> "Landmarks":
        """These, then drawn right hands whose joints are `world`, (m, 21, 3); their place is not kept."""
        m = len(world)
        return Landmarks(
            np.concatenate([self.found, np.ones(m, bool)]),
            np.concatenate([self.place, np.zeros((m, 21, 2), np.float32)]),
            np.concatenate([self.world, world]),
            np.concatenate([self.left, np.zeros(m, bool)]),
        )


def find_all(folder: Path, photographs: list[Photograph], work: Path) -> Landmarks:
    """Landmarks of `photographs`, from `work`/landmarks.npz as far as it has them; the rest is found and added."""
    known = _read(work / "landmarks.npz")
    missing = [p for p in photographs if p.sha256_16 not in known]
    for done, (photograph, row) in enumerate(_teach(folder, missing), 1):
        known[photograph.sha256_16] = row
        if done % 500 == 0 or done == len(missing):
            _write(work / "landmarks.npz", known)
            print(f"landmarks: {done} of {len(missing)} photographs", flush=True)
    rows = np.stack([known[p.sha256_16] for p in photographs])
    return Landmarks(rows[:, 0] > 0, rows[:, 2:44].reshape(-1, 21, 2), rows[:, 44:].reshape(-1, 21, 3), rows[:, 1] > 0)


def _read(path: Path) -> dict[str, NDArray[np.float32]]:
    if not path.exists():
        return {}
    with np.load(path) as stored:
        return dict(zip(stored["keys"].tolist(), stored["rows"], strict=True))


def _write(path: Path, known: dict[str, NDArray[np.float32]]) -> None:
    np.savez(path.with_suffix(".new.npz"), keys=np.array(list(known)), rows=np.stack(list(known.values())))
    path.with_suffix(".new.npz").replace(path)


def _teach(folder: Path, photographs: list[Photograph]) -> Iterator[tuple[Photograph, NDArray[np.float32]]]:
    """(photograph, row of 107 numbers: found, left, 21 x (x, y), 21 x (x, y, z)), one after the other."""
    if not photographs:
        return
    from mediapipe.python.solutions.hands import Hands

    with Hands(static_image_mode=True, max_num_hands=2, model_complexity=1, min_detection_confidence=0.3) as teacher:
        for photograph in photographs:
            picture = cv2.imread(str(folder / "data" / photograph.path))
            yield photograph, _look(teacher, picture, photograph)


def _look(teacher: Any, picture: NDArray[np.uint8], photograph: Photograph) -> NDArray[np.float32]:
    """Show the whole picture, then closer windows, until a hand is found."""
    for window in _windows(picture, photograph):
        row = _look_at(teacher, picture, window)
        if row is not None:
            return row
    return np.zeros(107, np.float32)


def _windows(picture: NDArray[np.uint8], photograph: Photograph) -> list[tuple[float, float, float]]:
    """Squares to try as (x, y, side) in pixels; they may reach over the edge."""
    height, width = picture.shape[:2]
    if photograph.box is not None:
        x0, y0, x1, y1 = np.array(photograph.box) * (width, height, width, height)
        sides = [1.8 * max(x1 - x0, y1 - y0), 2.6 * max(x1 - x0, y1 - y0)]
        return [((x0 + x1 - side) / 2, (y0 + y1 - side) / 2, side) for side in sides]
    side = max(width, height)
    whole = ((width - side) / 2, (height - side) / 2, float(side))
    wider = (width / 2 - 0.7 * side, height / 2 - 0.7 * side, 1.4 * side)
    return [whole, wider] if side <= 100 else [whole, *_closer(width, height)]


def _closer(width: int, height: int) -> list[tuple[float, float, float]]:
    side = 0.62 * min(width, height)
    return [(x * (width - side), y * (height - side), side) for y in (0.2, 0.8) for x in (0.5, 0.15, 0.85)]


def _look_at(
    teacher: Any, picture: NDArray[np.uint8], window: tuple[float, float, float]
) -> NDArray[np.float32] | None:
    x, y, side = window
    zoom = SEEN_PX / side
    moved = np.array([[zoom, 0, -x * zoom], [0, zoom, -y * zoom]])
    shown = cv2.warpAffine(picture, moved, (SEEN_PX, SEEN_PX), flags=cv2.INTER_LINEAR, borderMode=cv2.BORDER_REPLICATE)
    seen = teacher.process(cv2.cvtColor(shown, cv2.COLOR_BGR2RGB))
    if not seen.multi_hand_landmarks:
        return None
    size = np.array([picture.shape[1], picture.shape[0]])
    places = [(_xyz(hand)[:, :2] * side + (x, y)) / size for hand in seen.multi_hand_landmarks]
    largest = int(np.argmax([np.ptp(place * size, axis=0).max() for place in places]))
    world = _xyz(seen.multi_hand_world_landmarks[largest])
    # The solution assumes a mirrored picture; ours are as the camera saw them.
    left = seen.multi_handedness[largest].classification[0].label == "Right"
    head = np.array([1.0, float(left)])
    return np.concatenate([head, places[largest].ravel(), world.ravel()]).astype(np.float32)


def _xyz(hand: Any) -> NDArray[np.float64]:
    return np.array([(joint.x, joint.y, joint.z) for joint in hand.landmark])
