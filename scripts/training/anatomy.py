"""From 21 joints to flesh: the capsules that the drawing room lights, fingers, thumb, palm, wrist and sleeve.

Joints are in the drawing's axes (x right, y up, z towards the camera), the wrist at 0, the palm 1 long.
"""

# mypy: disable-error-code="no-any-return"
from dataclasses import replace

import numpy as np
from numpy.typing import NDArray

from edge_handsign.devices.drawing.skeleton import RADII, THUMB_RADII, Bone

LEAST_AWAY = 0.8  # lengths of the palm between the camera and whatever is nearest to it


def bones_through(joints: NDArray[np.float64], thick: float) -> list[Bone]:
    """The skin over joints (21, 3), palm 1 long: fingers, thumb, palm and wrist; `thick` is 1 for a plain hand."""
    up = _unit(joints[9] - joints[0])
    across = joints[17] - joints[5]
    across = _unit(across - up * (across @ up))
    found = [_bone(-0.9 * up + s * across, 0.1 * up + s * across, (0.22, 0.18), 0.3, thick) for s in (-0.09, 0, 0.09)]
    for place_, root in zip((-0.17, -0.06, 0.06, 0.17), (5, 9, 13, 17), strict=True):
        found.append(_bone(0.1 * up + place_ * across, joints[root], (0.19, 0.15), 0.14, thick))
    found.append(_bone(0.2 * up + 0.2 * across, 0.7 * joints[17] + 0.1 * up, (0.19, 0.16), 0.14, thick))
    for finger, radii in zip((5, 9, 13, 17), RADII, strict=True):
        found += _finger(joints[finger : finger + 4], radii, (0.10, 0.05, 0.04), thick)
    return found + _finger(joints[1:5], THUMB_RADII, (0.14, 0.06, 0.04), thick)


def forearm(joints: NDArray[np.float64], rng: np.random.Generator) -> list[Bone]:
    """What the arm wears, from some way below the wrist on; the wrist bends a little."""
    down = _unit(joints[0] - joints[9]) + rng.normal(0, 0.22, 3)
    down[2] = min(down[2], -0.1)  # never before the hand
    down = _unit(down)
    start, wide = float(rng.uniform(0.35, 0.95)), float(rng.uniform(1.0, 1.4))
    return [_bone(down * start, down * 5.0, (0.30 * wide, 0.38 * wide), 0.4, 1.0)]


def in_perspective(bones: list[Bone], away: float) -> list[Bone]:
    """As a camera sees them that is `away` from the wrist, not one at the end of the world."""
    return [_nearer(bone, away) for bone in bones]


def _nearer(bone: Bone, away: float) -> Bone:
    ends = np.array([bone.start, bone.end])
    (x, y, z), (u, v, w) = nearer_larger(ends, away).tolist()
    first, last = (np.array(bone.radii) * _growth(ends[:, 2], away)).tolist()
    return replace(bone, start=(x, y, z), end=(u, v, w), radii=(first, last))


def nearer_larger(points: NDArray[np.float64], away: float) -> NDArray[np.float64]:
    """(n, 3) points as they appear beside those that are as far away as the wrist; their depth is left as it is."""
    growth = _growth(points[:, 2], away)
    return points * np.column_stack([growth, growth, np.ones(len(points))])


def _growth(depths: NDArray[np.float64], away: float) -> NDArray[np.float64]:
    return away / (away - np.minimum(depths, away - LEAST_AWAY))


def _finger(
    joints: NDArray[np.float64], radii: tuple[float, ...], melts: tuple[float, ...], thick: float
) -> list[Bone]:
    return [
        _bone(joints[i], joints[i + 1], (radii[i], radii[i + 1]), melts[i], thick, crease=i > 0, flush=float(i == 2))
        for i in range(3)
    ]


def _bone(
    start: NDArray[np.float64],
    end: NDArray[np.float64],
    radii: tuple[float, float],
    melt: float,
    thick: float,
    *,
    crease: bool = False,
    flush: float = 0.0,
) -> Bone:
    (x, y, z), (u, v, w) = start.tolist(), end.tolist()
    return Bone((x, y, z), (u, v, w), (radii[0] * thick, radii[1] * thick), melt, crease, flush)


def _unit(vector: NDArray[np.float64]) -> NDArray[np.float64]:
    return vector / max(float(np.linalg.norm(vector)), 1e-6)
