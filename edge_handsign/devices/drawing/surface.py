"""From bones to a surface: how far towards the camera each pixel's skin is, where it ends, and its tone.

The view is parallel, so that a capsule's height has a closed form: the highest of the spheres along its axis. Each
bone is evaluated only inside its own box.
"""

from collections.abc import Iterable
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from edge_handsign.devices.drawing.skeleton import Bone

Plane = NDArray[np.float32]  # (height, width)
FAR = -100.0  # height where there is nothing


@dataclass(frozen=True, slots=True)
class Surface:
    """What was modelled, on the picture's grid; all float32 (height, width)."""

    height: Plane  # pixels towards the camera; FAR where nothing is
    cover: Plane  # 0..1: the share of the pixel that is covered
    tone: Plane  # 1: plain skin; less: a crease
    flush: Plane  # 0..1: redder skin

    def box(self) -> tuple[slice, slice]:
        """The rows and columns outside which nothing is, and one pixel more; empty when there is nothing at all."""
        rows, columns = (np.flatnonzero(self.cover.any(axis)) for axis in (1, 0))
        if not rows.size:
            return slice(0, 0), slice(0, 0)
        return slice(max(rows[0] - 1, 0), rows[-1] + 2), slice(max(columns[0] - 1, 0), columns[-1] + 2)

    def part(self, box: tuple[slice, slice]) -> "Surface":
        """What is inside the box; shared, not copied."""
        return Surface(self.height[box], self.cover[box], self.tone[box], self.flush[box])


@dataclass(frozen=True, slots=True)
class Placed:
    """Bones in pixels: `y` runs down."""

    bone: Bone
    start: NDArray[np.float32]  # (3,)
    end: NDArray[np.float32]  # (3,)
    radii: tuple[float, float]
    melt: float


def blank(height: int, width: int) -> Surface:
    """Nothing, yet."""
    shape = (height, width)
    far, none = np.full(shape, FAR, np.float32), np.zeros(shape, np.float32)
    return Surface(far, none, np.ones(shape, np.float32), none.copy())


def place(bones: Iterable[Bone], turn: NDArray[np.float32], scale: float, centre: tuple[float, float]) -> list[Placed]:
    """Turn by a (3, 3) matrix, scale to `scale` pixels a unit, move the wrist to `centre`, x and y in pixels."""
    flip = np.array((1.0, -1.0, 1.0), np.float32)
    shift = np.array((*centre, 0.0), np.float32)
    return [
        Placed(
            bone,
            turn @ np.array(bone.start, np.float32) * flip * scale + shift,
            turn @ np.array(bone.end, np.float32) * flip * scale + shift,
            (bone.radii[0] * scale, bone.radii[1] * scale),
            bone.melt * scale,
        )
        for bone in bones
    ]


def model(surface: Surface, placed: Iterable[Placed]) -> None:
    """Add the bones to the surface, in their order."""
    for bone in placed:
        _add(surface, bone)


def _box(surface: Surface, bone: Placed) -> tuple[slice, slice] | None:
    height, width = surface.height.shape
    reach = max(bone.radii) + 1.0
    low = np.floor(np.minimum(bone.start, bone.end) - reach).astype(int)
    high = np.ceil(np.maximum(bone.start, bone.end) + reach).astype(int) + 1
    left, top = max(low[0], 0), max(low[1], 0)
    right, bottom = min(high[0], width), min(high[1], height)
    return (slice(top, bottom), slice(left, right)) if left < right and top < bottom else None


def _add(surface: Surface, bone: Placed) -> None:
    box = _box(surface, bone)
    if box is None:
        return
    along, off = _coordinates(bone, box)
    new, edge, lengthwise = _capsule(bone, along, off)
    old = surface.height[box]
    inside = edge > -0.5
    new = np.where(inside, new, np.float32(FAR))
    front = new > old
    blend = np.maximum(bone.melt - np.abs(new - old), 0.0) ** 2 * (0.25 / bone.melt)
    surface.height[box] = np.where(inside, np.maximum(new, old) + blend, old)
    surface.cover[box] = np.maximum(surface.cover[box], np.clip(edge + 0.5, 0.0, 1.0))
    tone = 1.0 - 0.16 * np.exp(-((along / (0.16 * bone.radii[0])) ** 2)) if bone.bone.crease else np.float32(1.0)
    surface.tone[box] = np.where(front, tone, surface.tone[box])
    surface.flush[box] = np.where(front, lengthwise * np.float32(bone.bone.flush), surface.flush[box])


def _coordinates(bone: Placed, box: tuple[slice, slice]) -> tuple[Plane, Plane]:
    """Each pixel along the bone's axis in the picture, and across it, in pixels."""
    rows, columns = box
    y = np.arange(rows.start, rows.stop, dtype=np.float32)[:, None] - bone.start[1]
    x = np.arange(columns.start, columns.stop, dtype=np.float32)[None, :] - bone.start[0]
    dx, dy = bone.end[:2] - bone.start[:2]
    flat = max(float(np.hypot(dx, dy)), 1e-3)
    return (x * dx + y * dy) / flat, (x * dy - y * dx) / flat


def _capsule(bone: Placed, along: Plane, off: Plane) -> tuple[Plane, Plane, Plane]:
    """Height, signed distance to the outline (positive inside) and 0..1 lengthwise.

    The spheres on the axis reach highest at s + R * rise / length, not below the pixel: R is what is left of the
    radius across the axis.
    """
    rise = float(bone.end[2] - bone.start[2])
    flat = max(float(np.hypot(*(bone.end[:2] - bone.start[:2]))), 1e-3)
    first, last = bone.radii
    across = off * off
    beside = np.clip(along / flat, 0.0, 1.0)
    radius = first + (last - first) * beside
    edge = radius - np.sqrt(across + (along - beside * flat) ** 2)
    left = np.sqrt(np.maximum(radius * radius - across, 0.0))
    t = np.clip((along + left * (rise / float(np.hypot(rise, flat)))) / flat, 0.0, 1.0)
    radius = first + (last - first) * t
    room = np.maximum(radius * radius - across - (along - t * flat) ** 2, 0.0)
    return bone.start[2] + t * rise + np.sqrt(room), edge, t
