"""From a pose to bones: tapered capsules in space, palm and arm included.

The unit is the length from the wrist to the middle knuckle; x is right, y up, z towards the camera, and the wrist is
the origin. Lengths are those of a plain drawing of a hand, not of a measured one.
"""

from dataclasses import dataclass
from functools import lru_cache

import numpy as np
from numpy.typing import NDArray

from edge_handsign.devices.drawing.poses import Finger, Pose, Thumb

Vector = NDArray[np.float32]  # (3,)

KNUCKLES = ((-0.33, 0.97, 0.0), (-0.105, 1.02, 0.02), (0.12, 0.97, 0.02), (0.32, 0.85, 0.0))
LENGTHS = ((0.46, 0.29, 0.22), (0.51, 0.33, 0.23), (0.47, 0.31, 0.23), (0.37, 0.23, 0.20))
RADII = (
    (0.132, 0.118, 0.108, 0.088),
    (0.134, 0.12, 0.11, 0.09),
    (0.126, 0.113, 0.104, 0.086),
    (0.108, 0.097, 0.09, 0.074),
)
FOLDS = (82.0, 104.0, 62.0)  # degrees at knuckle, middle and last joint of a fully curled finger
ARM_BONES = 3
THUMB_ROOT = (-0.22, 0.22, 0.06)
THUMB_LENGTHS = (0.44, 0.36, 0.27)
THUMB_RADII = (0.20, 0.15, 0.128, 0.098)


@dataclass(frozen=True, slots=True)
class Bone:
    """A capsule from `start` to `end`."""

    start: tuple[float, float, float]
    end: tuple[float, float, float]
    radii: tuple[float, float]  # at start, at end
    melt: float  # how widely it melts into what is there already
    crease: bool = False  # a skin line where it starts
    flush: float = 0.0  # how much redder its far end is


def _direction(aside_deg: float, forward_deg: float, lean_deg: float = 0.0) -> Vector:
    """A unit vector: from upright, `aside` to the right, then `forward` to the camera (`lean`: to the thumb)."""
    aside, forward, lean = np.radians((aside_deg, forward_deg, lean_deg))
    along = np.array((np.sin(aside), np.cos(aside), 0.0))
    across = np.array((-np.cos(aside), np.sin(aside), 0.0))
    fold = np.cos(lean) * np.array((0.0, 0.0, 1.0)) + np.sin(lean) * across
    return np.asarray(np.cos(forward) * along + np.sin(forward) * fold, np.float32)


def _chain(
    root: Vector, steps: list[tuple[Vector, float]], radii: tuple[float, ...], melts: tuple[float, ...]
) -> list[Bone]:
    bones, here = [], root
    for i, (direction, length) in enumerate(steps):
        there = here + direction * length
        flush = 1.0 if i == len(steps) - 1 else 0.0
        bones.append(Bone(tuple(here), tuple(there), (radii[i], radii[i + 1]), melts[i], crease=i > 0, flush=flush))
        here = there
    return bones


def _finger(which: int, finger: Finger, fan: float) -> list[Bone]:
    aside = (which - 1.5) * fan * (1.0 - 0.8 * finger.curl) + finger.aside
    bends = np.cumsum(FOLDS) * finger.curl
    steps = [(_direction(aside, bend, finger.lean), length) for bend, length in zip(bends, LENGTHS[which], strict=True)]
    return _chain(np.array(KNUCKLES[which], np.float32), steps, RADII[which], (0.10, 0.05, 0.04))


def _thumb(thumb: Thumb) -> list[Bone]:
    steps = [(_direction(-a, f), n) for a, f, n in zip(thumb.away, thumb.forward, THUMB_LENGTHS, strict=True)]
    return _chain(np.array(THUMB_ROOT, np.float32), steps, THUMB_RADII, (0.14, 0.06, 0.04))


def _palm() -> list[Bone]:
    roots = ((-0.17, 0.10, 0.0), (-0.06, 0.08, 0.0), (0.06, 0.08, 0.0), (0.17, 0.10, 0.0))
    hand = [Bone(r, k, (0.19, 0.15), 0.14) for r, k in zip(roots, KNUCKLES, strict=True)]
    heel = Bone((0.20, 0.20, 0.03), (0.28, 0.62, 0.0), (0.19, 0.16), 0.14)
    arm = [Bone((x, -1.1, -0.02), (x, 0.12, -0.02), (0.22, 0.18), 0.3) for x in (-0.09, 0.0, 0.09)]
    return [*arm, *hand, heel]


@lru_cache(maxsize=64)
def bones(pose: Pose) -> tuple[Bone, ...]:
    """The whole hand, arm first, so that later bones melt into earlier ones."""
    found = _palm()
    for which, finger in enumerate(pose.fingers):
        found += _finger(which, finger, pose.fan)
    return (*found, *_thumb(pose.thumb))


@lru_cache(maxsize=64)
def middle(pose: Pose) -> Vector:
    """The point of the hand that is put where the hand is said to be."""
    ends = np.array([bone.end for bone in bones(pose)][ARM_BONES:], np.float32)
    centre = (ends.min(0) + ends.max(0)) / 2
    return np.asarray(0.6 * centre + 0.4 * np.array((0.0, 0.95, 0.1)), np.float32)


def sleeve() -> tuple[Bone, ...]:
    """The end of a sleeve: it hides where the arm ends."""
    return tuple(Bone((x, -2.6, 0.0), (x, -0.72, 0.0), (0.36, 0.29), 0.4) for x in (-0.1, 0.0, 0.1))
