"""Arms that are drawn: one that holds out the hand of a view, or one alone, which is no hand.

In photographs that train, arms end with the square that was cut around the hand; before a camera they cross half of
the picture, often bare, at times before a face.
"""

# mypy: disable-error-code="no-any-return"
import cv2  # noqa: TID253 - only the training environment imports this module
import numpy as np
from numpy.typing import NDArray

from .drawn import cloth, skin
from .landmarks import Landmarks
from .patches import Patches

ROUND = ((1.0, 0.62), (0.86, 0.78), (0.66, 0.92), (0.42, 1.02), (0.2, 1.08))  # width and light of what is laid over
BARE = 0.6
Points = list[NDArray[np.float64]]


def towards_elbow(landmarks: Landmarks) -> NDArray[np.float32]:
    """(n, 2): in the photograph, from the middle finger's root to the wrist; 0 where no joints are known."""
    along = landmarks.world[:, 0, :2] - landmarks.world[:, 9, :2]
    length = np.linalg.norm(along, axis=1, keepdims=True)
    known = landmarks.found[:, None] & (length > 0.01 * np.linalg.norm(landmarks.world, axis=(1, 2))[:, None])
    return np.where(known, along / np.maximum(length, 1e-9), 0).astype(np.float32)


def held_out(
    rng: np.random.Generator,
    room: NDArray[np.uint8],
    patches: Patches,
    row: int,
    arm: NDArray[np.float32],
    matrix: NDArray[np.float64],
) -> NDArray[np.uint8]:
    """`room` with the arm of hand `row` in it, behind where the hand will be: its own skin, or a sleeve."""
    x, y, length = patches.hands[row, 0].astype(np.float64)
    along = matrix[:, :2] @ arm.astype(np.float64)
    size = float(np.sqrt(abs(np.linalg.det(matrix[:, :2])))) * length
    along /= np.linalg.norm(along)
    wrist = matrix[:, :2] @ np.array([x, y]) + matrix[:, 2] + 0.2 * size * along
    bare, sleeve = _flesh(patches, row), cloth(rng)
    wide = rng.uniform(0.26, 0.4) * size
    elbow = wrist + rng.uniform(1.0, 2.2) * size * _turned(along, rng.normal(0, 0.2))
    shoulder = elbow + 3 * size * _turned(along, rng.normal(0, 0.9))
    return _limb(rng, room, [wrist, elbow, shoulder], wide, bare, bare if rng.random() < BARE else sleeve)


def alone(rng: np.random.Generator, room: NDArray[np.uint8]) -> NDArray[np.uint8]:
    """`room` with an arm or two whose hand is not in the picture."""
    side = room.shape[0]
    for _ in range(rng.integers(1, 3)):
        colour = skin(rng)
        start = side / 2 + side * 0.75 * _turned(np.array([1.0, 0.0]), rng.uniform(-np.pi, np.pi))
        elbow = rng.uniform(0.1, 0.9, 2) * side
        end = elbow + side * 1.5 * _turned(np.array([1.0, 0.0]), rng.uniform(-np.pi, np.pi))
        wide = float(np.exp(rng.uniform(np.log(0.05), np.log(0.3)))) * side
        room = _limb(rng, room, [start, elbow, end], wide, colour, colour if rng.random() < BARE else cloth(rng))
    return room


def _limb(
    rng: np.random.Generator,
    room: NDArray[np.uint8],
    points: Points,
    wide: float,
    lower: NDArray[np.float32],
    upper: NDArray[np.float32],
) -> NDArray[np.uint8]:
    """Through `points`, wrist first, thicker towards the shoulder; rounded by strips that grow lighter inwards."""
    canvas = room.copy()
    lit = rng.uniform(-0.2, 0.2, 2) * wide
    (wrist, elbow, shoulder), thick = points, wide * rng.uniform(1.25, 1.7)
    cuff = wrist + rng.uniform(0.0, 0.9) * (elbow - wrist)
    for width, light in ROUND:
        shift = (1 - width) * lit
        for start, end, wider, colour in (
            (elbow, shoulder, thick, upper), (wrist, elbow, (wide + thick) / 2, lower), (cuff, elbow, thick, upper)
        ):  # fmt: skip
            shade = np.clip(colour * light, 0, 255).tolist()
            here, there = (np.round((point + shift) * 16).astype(int).tolist() for point in (start, end))
            cv2.line(canvas, here, there, shade, max(1, round(width * wider)), cv2.LINE_AA, 4)
    return canvas


def _flesh(patches: Patches, row: int) -> NDArray[np.float32]:
    """The hand's usual colour, RGB 0..255."""
    sure = np.asarray(patches.masks[row, 0, ::8, ::8]) > 200
    pixels = np.asarray(patches.pixels[row, 0, ::8, ::8])
    return np.median(pixels[sure] if sure.any() else pixels.reshape(-1, 3), axis=0).astype(np.float32)


def _turned(along: NDArray[np.float64], angle: float) -> NDArray[np.float64]:
    cos, sin = np.cos(angle), np.sin(angle)
    return np.array([cos * along[0] - sin * along[1], sin * along[0] + cos * along[1]])
