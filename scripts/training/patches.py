"""Photographs decoded once: squares around the hand, near and far, with the hand's mask, kept as arrays on disk.

A patch is a square of `SIDE` pixels. Near shows a hand over half of it, far over about a quarter with the person and
the room; where no hand was found, both are the photograph's middle square and nothing may be cut out of it.
"""

# mypy: disable-error-code="no-any-return"
import json
from dataclasses import dataclass
from pathlib import Path

import cv2  # noqa: TID253 - only the training environment imports this module
import numpy as np
from numpy.typing import NDArray

from . import masks
from .landmarks import Landmarks
from .photographs import Photograph

SIDE = 224
CLOSE = frozenset({"ardamavi_digits", "asl_hackmit"})  # the hand fills the frame, the wall is bare
REACH = (2.0, 3.6)  # a patch's side in lengths of the hand


@dataclass(frozen=True, slots=True)
class Patches:
    """n photographs; axis 1 of the arrays is (near, far). Colours are RGB."""

    pixels: NDArray[np.uint8]  # (n, 2, SIDE, SIDE, 3)
    masks: NDArray[np.uint8]  # (n, 2, SIDE, SIDE)
    hands: NDArray[np.float32]  # (n, 2, 3): x and y of the hand's middle, its length; pixels of the patch
    known: NDArray[np.bool_]  # (n,) the hand's place is known
    masked: NDArray[np.bool_]  # (n,) the mask can be trusted


def load(folder: Path, photographs: list[Photograph], landmarks: Landmarks, work: Path) -> Patches:
    """The patches of `photographs`, cut now unless `work` has those of exactly this list."""
    stamp = json.dumps([p.sha256_16 for p in photographs])
    if not (work / "patches.json").exists() or (work / "patches.json").read_text() != stamp:
        _cut_all(folder, photographs, landmarks, work)
        (work / "patches.json").write_text(stamp)
    with np.load(work / "hands.npz") as about:
        pixels, mask = (np.load(work / f"{name}.npy", mmap_mode="r") for name in ("pixels", "masks"))
        return Patches(pixels, mask, about["hands"], about["known"], about["masked"])


def _cut_all(folder: Path, photographs: list[Photograph], landmarks: Landmarks, work: Path) -> None:
    n = len(photographs)
    (work / "patches.json").unlink(missing_ok=True)
    pixels = np.lib.format.open_memmap(work / "pixels.npy", "w+", np.uint8, (n, 2, SIDE, SIDE, 3))
    mask = np.lib.format.open_memmap(work / "masks.npy", "w+", np.uint8, (n, 2, SIDE, SIDE))
    hands, known, masked = np.zeros((n, 2, 3), np.float32), np.zeros(n, bool), np.zeros(n, bool)
    for i, photograph in enumerate(photographs):
        picture = cv2.cvtColor(cv2.imread(str(folder / "data" / photograph.path)), cv2.COLOR_BGR2RGB)
        size = np.array([picture.shape[1], picture.shape[0]], np.float32)
        joints = landmarks.place[i] * size if landmarks.found[i] else None
        hand = middle_and_length(photograph, joints, size)
        known[i] = hand is not None
        windows = [_window(hand, reach, size) for reach in REACH]
        for j, window in enumerate(windows):
            pixels[i, j] = cut(picture, window)
            hands[i, j] = _moved(hand, window, size)
        masked[i] = _mask(mask[i], pixels[i], windows, joints, photograph)
        if (i + 1) % 1000 == 0:
            print(f"patches: {i + 1} of {n} photographs", flush=True)
    np.savez(work / "hands.npz", hands=hands, known=known, masked=masked)


def middle_and_length(
    photograph: Photograph, joints: NDArray[np.float32] | None, size: NDArray[np.float32]
) -> NDArray[np.float32] | None:
    """(x, y, length) of the hand in pixels: from its joints, else from a box, else None unless it fills the frame."""
    if joints is not None:
        low, high = joints.min(0), joints.max(0)
        return np.array([*((low + high) / 2), 1.2 * (high - low).max()], np.float32)
    if photograph.box is not None:
        box = np.array(photograph.box, np.float32).reshape(2, 2) * size
        return np.array([*box.mean(0), (box[1] - box[0]).max()], np.float32)
    return np.array([*(size / 2), 0.8 * size.min()], np.float32) if photograph.set in CLOSE else None


def _window(hand: NDArray[np.float32] | None, reach: float, size: NDArray[np.float32]) -> NDArray[np.float32]:
    """(x, y, side) of the square to cut: around the hand, pushed into the photograph, no larger than it."""
    largest = float(size.min())
    if hand is None:
        return np.array([*((size - largest) / 2), largest], np.float32)
    side = min(reach * float(hand[2]), largest)
    corner = np.clip(hand[:2] - side / 2, 0, size - side)
    return np.array([*corner, side], np.float32)


def cut(picture: NDArray[np.uint8], window: NDArray[np.float32], side: int = SIDE) -> NDArray[np.uint8]:
    """The square `window` (x, y, side) of `picture` at `side` pixels, averaged where it shrinks."""
    x, y, length = np.round(window).astype(int)
    square = picture[max(y, 0) : y + length, max(x, 0) : x + length]
    way = cv2.INTER_AREA if length > side else cv2.INTER_CUBIC
    return cv2.resize(square, (side, side), interpolation=way)


def _moved(
    hand: NDArray[np.float32] | None, window: NDArray[np.float32], size: NDArray[np.float32]
) -> NDArray[np.float32]:
    if hand is None:
        hand = np.array([*(size / 2), 0.5 * size.min()], np.float32)
    return np.array([*(hand[:2] - window[:2]), hand[2]], np.float32) * (SIDE / window[2])


def _mask(
    out: NDArray[np.uint8],
    pixels: NDArray[np.uint8],
    windows: list[NDArray[np.float32]],
    joints: NDArray[np.float32] | None,
    photograph: Photograph,
) -> bool:
    """Fill `out` (2, SIDE, SIDE); False where no mask can be trusted."""
    near, far = windows
    found = masks.of_bare_wall(pixels[0]) if joints is None and photograph.set in CLOSE else None
    if joints is not None:
        found = masks.of_joints(pixels[0], (joints - near[:2]) * (SIDE / near[2]))
    if found is None:
        return False
    out[0] = found
    zoom = near[2] / far[2]
    shift = (near[:2] - far[:2]) * (SIDE / far[2])
    out[1] = cv2.warpAffine(found, np.array([[zoom, 0, shift[0]], [0, zoom, shift[1]]]), (SIDE, SIDE))
    return True
