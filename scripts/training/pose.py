"""How a hand is held, in numbers that the network is asked for: as the camera sees it, and in the palm's own axes.

A fist is a fist from the front and from the side. As the camera sees them, its bones point elsewhere each time; in the
palm's own axes they do not. Directions of the same joints tell rock, paper and scissors of another person in 92 % as
the camera sees them and in 98 % three quarters in the palm's axes (models/RUNS.md, "bones").
"""

# mypy: disable-error-code="no-any-return"
import numpy as np
from numpy.typing import NDArray

ROOTS = np.array([0, 1, 2, 3, 0, 5, 6, 7, 0, 9, 10, 11, 0, 13, 14, 15, 0, 17, 18, 19])  # joints in MediaPipe's order
TIPS = np.arange(1, 21)
BENDING = (ROOTS > 0) | (TIPS == 1)  # the bones that move against the palm
JOINTS, BONES, FINGERS = slice(0, 63), slice(63, 123), slice(123, 171)
NUMBERS = 171
PALM = 0.7  # share of a difference between two hands that is measured in the palm's own axes


def poses(world: NDArray[np.float32], left: NDArray[np.bool_], angles: NDArray[np.float64]) -> NDArray[np.float32]:
    """(n, NUMBERS) of joints (n, 21, 3), of hands made right hands and turned in the picture by `angles`, radians.

    JOINTS from the wrist in lengths of the palm; directions of BONES, then of those of FINGERS in the palm's axes.
    """
    joints = (world - world[:, :1]).astype(np.float64)
    joints[left, :, 0] *= -1
    cos, sin = np.cos(angles)[:, None], np.sin(angles)[:, None]
    x, y = joints[..., 0].copy(), joints[..., 1].copy()
    joints[..., 0], joints[..., 1] = cos * x - sin * y, sin * x + cos * y
    joints /= np.maximum(np.linalg.norm(joints[:, 9], axis=1), 1e-3)[:, None, None]
    bones = _unit(joints[:, TIPS] - joints[:, ROOTS])
    fingers = bones[:, BENDING] @ _palm(joints)
    return np.concatenate([each.reshape(len(world), -1) for each in (joints, bones, fingers)], 1).astype(np.float32)


def _palm(joints: NDArray[np.float64]) -> NDArray[np.float64]:
    """(n, 3, 3): its columns point from the wrist to the middle knuckle, across the knuckles, and out of the palm."""
    along = _unit(joints[:, 9] - joints[:, 0])
    across = joints[:, 17] - joints[:, 5]
    across = _unit(across - np.sum(across * along, axis=1, keepdims=True) * along)
    return np.stack([along, across, np.cross(along, across)], axis=2)


def _unit(vectors: NDArray[np.float64]) -> NDArray[np.float64]:
    return vectors / np.maximum(np.linalg.norm(vectors, axis=-1, keepdims=True), 1e-6)
