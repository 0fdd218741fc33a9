"""From a surface to a photograph: light, shadow on the wall, exposure and the noise of a sensor."""

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from edge_handsign.devices.drawing.poses import Pose
from edge_handsign.devices.drawing.room import room, soften
from edge_handsign.devices.drawing.skeleton import bones, middle, sleeve
from edge_handsign.devices.drawing.surface import Plane, Surface, blank, model, place

Colour = tuple[float, float, float]  # RGB, 0..255

SKINS: tuple[Colour, ...] = (
    (241, 200, 176),
    (228, 180, 150),
    (206, 154, 120),
    (176, 122, 90),
    (138, 90, 64),
    (98, 64, 48),
)


@dataclass(frozen=True, slots=True)
class Stance:
    """How the hand is held before the camera, and what the camera makes of it."""

    centre: tuple[float, float] = (0.5, 0.54)  # of the hand, in shares of width and height
    scale: float = 0.33  # the unit (wrist to middle knuckle) as a share of the picture's shorter side
    turn: float = 0.0  # degrees, clockwise
    swing: float = 0.0  # degrees about the upright axis
    nod: float = 0.0  # degrees about the level axis
    mirror: bool = False  # the other hand
    skin: int = 1  # index into SKINS
    cloth: int = 0  # seed of the sleeve's colour
    room: int = 0  # seed of the room
    sun: float = -40.0  # degrees: where the light comes from, 0 above, positive right
    exposure: float = 1.0
    grain: float = 3.0  # standard deviation of the sensor's noise, 8-bit steps
    seed: int = 0  # of that noise


def draw(pose: Pose | None, size: tuple[int, int], stance: Stance) -> NDArray[np.uint8]:
    """The picture, uint8 (height, width, 3) RGB; `size` is (width, height); None draws the room alone."""
    width, height = size
    seen = room(stance.room, width, height)
    if pose is not None:
        seen = _with_hand(seen, pose, stance)
    noise = np.random.default_rng(stance.seed).standard_normal((height, width, 3), np.float32)
    lit = seen * np.float32(stance.exposure) + noise * np.float32(stance.grain)
    return np.clip(lit, 0, 255).astype(np.uint8)


def _with_hand(seen: NDArray[np.float32], pose: Pose, stance: Stance) -> NDArray[np.float32]:
    height, width = seen.shape[:2]
    unit = stance.scale * min(width, height)
    turn = _rotation(stance.turn + pose.turn, stance.swing + pose.swing, stance.nod)
    if stance.mirror:
        turn = np.diag((-1.0, 1.0, 1.0)).astype(np.float32) @ turn
    heart = turn @ middle(pose) * unit
    wrist = (stance.centre[0] * width - float(heart[0]), stance.centre[1] * height + float(heart[1]))
    skin, cloth = blank(height, width), blank(height, width)
    model(skin, place(bones(pose), turn, unit, wrist))
    model(cloth, place(sleeve(), turn, unit, wrist))
    seen = seen * (1.0 - 0.35 * _shadow(np.maximum(skin.cover, cloth.cover), stance, unit)[..., None])
    dye = np.random.default_rng(stance.cloth).uniform(30, 200, 3)
    for surface, colour in ((skin, np.array(SKINS[stance.skin % len(SKINS)])), (cloth, dye)):
        box = surface.box()
        _put(seen[box], surface.part(box), colour.astype(np.float32), stance, unit)
    return seen


def _shadow(cover: Plane, stance: Stance, unit: float) -> Plane:
    """Where the hand keeps the light from the wall: its outline, softened, away from the light."""
    fall = max(1, int(unit * 0.12))
    aside = -fall if stance.sun > 0 else fall
    height, width = cover.shape
    padded = np.pad(cover, fall, mode="edge")
    return soften(padded[:height, fall - aside : fall - aside + width], fall)


def _put(seen: NDArray[np.float32], surface: Surface, colour: NDArray[np.float32], stance: Stance, unit: float) -> None:
    """Paint the surface over what is seen, in place."""
    if seen.size:
        seen += (lit(surface, colour, stance, unit) - seen) * surface.cover[..., None]


def _rotation(turn: float, swing: float, nod: float) -> NDArray[np.float32]:
    a, b, c = np.radians((turn, swing, nod))
    about_z = np.array(((np.cos(a), np.sin(a), 0), (-np.sin(a), np.cos(a), 0), (0, 0, 1)))
    about_y = np.array(((np.cos(b), 0, np.sin(b)), (0, 1, 0), (-np.sin(b), 0, np.cos(b))))
    about_x = np.array(((1, 0, 0), (0, np.cos(c), -np.sin(c)), (0, np.sin(c), np.cos(c))))
    return np.asarray(about_z @ about_x @ about_y, np.float32)


def lit(surface: Surface, colour: NDArray[np.float32], stance: Stance, unit: float) -> NDArray[np.float32]:
    """Lambert's law, wrapped a little as skin does, and darker where the surface lies deep among its surroundings."""
    floor = -0.35 * unit
    depth = soften(np.maximum(surface.height, floor), 1)
    slope_y, slope_x = np.gradient(depth)
    slope_x, slope_y = np.clip(slope_x, -3, 3), np.clip(slope_y, -3, 3)
    sun = np.radians(stance.sun)
    light = np.array((np.sin(sun) * 0.6, -np.cos(sun) * 0.6, 0.75), np.float32)
    facing = (-slope_x * light[0] - slope_y * light[1] + light[2]) / np.sqrt(slope_x**2 + slope_y**2 + 1.0)
    deep = np.clip((soften(depth, max(1, int(unit * 0.09))) - depth) / (0.28 * unit), -0.35, 1.0)
    shade = (0.42 + 0.62 * np.clip((facing + 0.25) / 1.25, 0, 1)) * (1.0 - 0.55 * deep) * surface.tone
    tint = np.stack([shade**0.82, shade * (1 - 0.07 * surface.flush), shade**1.1 * (1 - 0.09 * surface.flush)], -1)
    return np.asarray(colour * tint, np.float32)
