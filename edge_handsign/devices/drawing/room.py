"""The room behind the hand: a wall with light falling on it, some texture, and things out of focus.

The same number is always the same room. What is drawn here is a background, not a picture of any place.
"""

from functools import lru_cache

import numpy as np
from numpy.typing import NDArray

Picture = NDArray[np.float32]  # (height, width, 3), 0..255


def soften(plane: NDArray[np.float32], reach: int) -> NDArray[np.float32]:
    """A box blur over 2 * reach + 1 pixels both ways, edges repeated; (height, width) or (height, width, 3)."""
    for axis in (0, 1):
        pad = [(0, 0)] * plane.ndim
        pad[axis] = (reach + 1, reach)
        total = np.cumsum(np.pad(plane, pad, mode="edge"), axis=axis, dtype=np.float32)
        wide = 2 * reach + 1
        n = total.shape[axis]
        plane = (np.take(total, range(wide, n), axis) - np.take(total, range(n - wide), axis)) / np.float32(wide)
    return plane


@lru_cache(maxsize=16)
def room(seed: int, width: int, height: int) -> Picture:
    """The room with that number; the array is shared and read-only."""
    rng = np.random.default_rng(seed)
    picture = _wall(rng, width, height)
    for _ in range(int(rng.integers(3, 8))):
        _put_thing(picture, rng)
    picture = soften(soften(picture, max(1, width // 80)), max(1, width // 100))
    picture += rng.normal(0.0, 2.5, (height, width, 1)).astype(np.float32)  # plaster
    picture.setflags(write=False)
    return picture


def _wall(rng: np.random.Generator, width: int, height: int) -> Picture:
    y, x = np.mgrid[0:height, 0:width].astype(np.float32)
    angle = rng.uniform(0, 2 * np.pi)
    ramp = (x / width - 0.5) * np.cos(angle) + (y / height - 0.5) * np.sin(angle)
    colour = rng.uniform(60, 200) + rng.normal(0, 9, 3)
    coarse = rng.normal(0.0, 1.0, (9, 9)).astype(np.float32)
    mottle = coarse[(y * 8 / height).astype(int), (x * 8 / width).astype(int)]
    light = 1.0 + rng.uniform(0.15, 0.5) * ramp + 0.04 * soften(mottle, max(1, width // 16))
    return np.asarray(light[..., None] * colour, np.float32)


def _put_thing(picture: Picture, rng: np.random.Generator) -> None:
    """A frame, a shelf, a lamp: a box or an ellipse of one colour."""
    height, width = picture.shape[:2]
    y, x = np.mgrid[0:height, 0:width].astype(np.float32)
    across, down = rng.uniform(0.05, 0.35, 2)
    u = np.abs(x / width - rng.uniform(0, 1)) / across
    v = np.abs(y / height - rng.uniform(0, 1)) / down
    inside = np.maximum(u, v) < 1 if rng.random() < 0.65 else u * u + v * v < 1
    colour = rng.uniform(25, 225) + rng.normal(0, 20, 3)
    picture[inside] = (0.25 * picture[inside] + 0.75 * colour).astype(np.float32)
