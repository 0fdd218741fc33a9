"""Rooms without hands: photographs that have none, parts of photographs away from the hand, and drawn textures."""

# mypy: disable-error-code="no-any-return"
from collections.abc import Iterator
from pathlib import Path

import cv2  # noqa: TID253 - only the training environment imports this module
import numpy as np
from numpy.typing import NDArray

from .faces import Faces
from .landmarks import Landmarks
from .patches import SIDE, cut, middle_and_length
from .photographs import Photograph

SMALLEST_PX = 90  # a strip narrower than this says nothing about a room
DRAWN = 400


def load(
    folder: Path,
    hands: list[Photograph],
    landmarks: Landmarks,
    rooms: list[Photograph],
    work: Path,
    left_out: frozenset[str],
) -> NDArray[np.uint8]:
    """(n, SIDE, SIDE, 3) RGB: `rooms` twice each, what is beside the hands of `hands`, faces, and drawn textures.

    Nothing of the sets `left_out`: who knows a room finds the hand in it more easily.
    """
    squares, sets = work / "backgrounds.npy", work / "backgrounds-sets.npy"
    if not (squares.exists() and sets.exists()):
        found = list(_found(folder, hands, landmarks, rooms))
        for path, column in zip((squares, sets), zip(*found, strict=True), strict=True):
            np.save(path.with_suffix(".new.npy"), np.array(column))
            path.with_suffix(".new.npy").replace(path)
        print(f"backgrounds: {len(found)}", flush=True)
    barred = np.isin(np.load(sets), list(left_out))
    kept = np.load(squares, mmap_mode="r")
    return kept[~barred] if barred.any() else kept


def _found(
    folder: Path, hands: list[Photograph], landmarks: Landmarks, rooms: list[Photograph]
) -> Iterator[tuple[NDArray[np.uint8], str]]:
    """Each square, and the set it is of; a drawn one is of none."""
    for room in rooms:
        yield from ((square, room.set) for square in _squares_of_room(folder, room))
    with Faces() as faces:
        for i in range(0, len(hands), 3):
            yield from ((square, hands[i].set) for square in _beside_the_hand(folder, hands[i], landmarks, i, faces))
    for seed in range(DRAWN):
        yield drawn(np.random.default_rng(seed)), ""


def _picture(folder: Path, photograph: Photograph) -> NDArray[np.uint8]:
    return cv2.cvtColor(cv2.imread(str(folder / "data" / photograph.path)), cv2.COLOR_BGR2RGB)


def _squares_of_room(folder: Path, photograph: Photograph) -> list[NDArray[np.uint8]]:
    picture = _picture(folder, photograph)
    height, width = picture.shape[:2]
    side = min(height, width)
    return [cut(picture, np.array([x, 0, side], np.float32)) for x in (0, width - side)]


def _beside_the_hand(
    folder: Path, photograph: Photograph, landmarks: Landmarks, i: int, faces: Faces
) -> list[NDArray[np.uint8]]:
    """The largest square of the photograph that the hand does not reach, and close-ups of faces."""
    if photograph.sign == "two_hands" or (photograph.box is None and not landmarks.found[i]):
        return []
    picture = _picture(folder, photograph)
    size = np.array([picture.shape[1], picture.shape[0]], np.float32)
    hand = middle_and_length(photograph, landmarks.place[i] * size if landmarks.found[i] else None, size)
    if hand is None:
        return []
    free = [cut(picture, w) for w in _free_squares(hand, size) if w[2] >= SMALLEST_PX]
    return [*free, *faces.squares(picture, hand)]


def _free_squares(hand: NDArray[np.float32], size: NDArray[np.float32]) -> list[NDArray[np.float32]]:
    """The largest of the squares left, right, above of the hand, as (x, y, side) in pixels."""
    x, y, length = hand
    width, height = size
    left, right, above = x - 0.7 * length, width - x - 0.7 * length, y - 0.7 * length
    squares = [
        (0.0, (height - min(left, height)) / 2, min(left, height)),
        (width - min(right, height), (height - min(right, height)) / 2, min(right, height)),
        ((width - min(above, width)) / 2, 0.0, min(above, width)),
    ]
    return [np.array(max(squares, key=lambda square: square[2]), np.float32)]


def drawn(rng: np.random.Generator) -> NDArray[np.uint8]:
    """A texture: soft colours, then rectangles, lines and grain; a room that nobody has to own."""
    coarse = rng.integers(0, 256, (int(rng.integers(2, 8)), int(rng.integers(2, 8)), 3), dtype=np.uint8)
    canvas = cv2.resize(coarse, (SIDE, SIDE), interpolation=cv2.INTER_CUBIC)
    for _ in range(int(rng.integers(0, 25))):
        _scribble(canvas, rng)
    grain = rng.normal(0, rng.uniform(0, 20), (SIDE, SIDE, 1))
    return np.clip(canvas + grain, 0, 255).astype(np.uint8)


def _scribble(canvas: NDArray[np.uint8], rng: np.random.Generator) -> None:
    start, end = rng.integers(-20, SIDE + 20, (2, 2)).tolist()
    colour = rng.integers(0, 256, 3).tolist()
    kind = rng.integers(3)
    if kind == 0:
        cv2.rectangle(canvas, start, end, colour, -1)
    elif kind == 1:
        cv2.line(canvas, start, end, colour, int(rng.integers(1, 16)))
    else:
        cv2.circle(canvas, start, int(rng.integers(4, 60)), colour, -1)
