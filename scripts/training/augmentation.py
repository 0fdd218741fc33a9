"""One hand, seen again: another place, size and tilt, another light and lens, often another room.

A view is turned by an angle that is meant for the hand, not for the picture: `angle` turns the hand as if it were a
right hand, so two views with equal angles have equal poses, mirrored or not.
"""

# mypy: disable-error-code="no-any-return"
from dataclasses import dataclass, replace

import cv2  # noqa: TID253 - only the training environment imports this module
import numpy as np
from numpy.typing import NDArray

from . import arms
from .optics import lens, light
from .patches import SIDE, Patches
from .things import Things

SMALLEST, LARGEST = 0.17, 1.0  # length of the hand in widths of the frame
NARROWEST = 0.72  # a camera's 4:3 frame, whole, made square
NEAR = (0.42, 0.9)  # the same length in a look that went to the hand, missing its size by up to a third
ARMED = 0.5  # share of the hands before another room that get an arm
LIMBS = 0.25  # share of the empty rooms that an arm reaches into
ASTRAY = 0.07  # of the frame, by how far such a look misses the hand's middle; standard deviation


@dataclass(frozen=True, slots=True)
class Studio:
    """What views are made from."""

    patches: Patches  # n photographs
    drawn: Patches  # m drawn hands, which are rows n to n + m - 1 of whatever asks for a view
    left: NDArray[np.bool_]  # (n,) looks like a left hand
    rooms: NDArray[np.uint8]  # (k, SIDE, SIDE, 3)
    things: Things
    arms: NDArray[np.float32]  # (n + m, 2) unit vectors, from the hand towards its elbow; 0 where unknown
    pixels: int  # side of a view
    light: float = 0.7  # how much colours change; 1 is harsh
    even: float = 0.3  # share of views whose hand's length is drawn evenly, not towards small ones
    near: float = 0.4  # share of views as a look has them that went to the hand


def coarser(studio: Studio) -> Studio:
    """The same at four fifths of the resolution, a multiple of 32, in harsher light and with more small hands."""
    return replace(studio, pixels=round(studio.pixels * 0.8 / 32) * 32, light=1.0, even=0.0)


@dataclass(frozen=True, slots=True)
class Source:
    """One hand to make views of."""

    patches: Patches
    row: int
    left: bool
    drawn: bool
    arm: NDArray[np.float32]


def source(studio: Studio, row: int) -> Source:
    """Photograph `row`, or a drawn hand beyond the photographs."""
    n = len(studio.left)
    if row < n:
        return Source(studio.patches, row, bool(studio.left[row]), drawn=False, arm=studio.arms[row])
    return Source(studio.drawn, row - n, left=False, drawn=True, arm=studio.arms[row])


def view(
    studio: Studio, rng: np.random.Generator, row: int, angle: float
) -> tuple[NDArray[np.uint8], tuple[float, ...]]:
    """(pixels, pixels, 3) RGB of hand `row`, turned by `angle` radians; and (x, y, length) in sides of the view.

    Where the hand's place is not known, the length is 0.
    """
    own, side = source(studio, row), studio.pixels
    patches, known = own.patches, bool(own.patches.known[own.row])
    near = known and bool(rng.random() < studio.near)
    share = (rng.uniform(*NEAR) if near else _share(studio, rng)) if known else rng.uniform(0.45, 0.7)
    replaced = own.drawn or (bool(patches.masked[own.row]) and rng.random() < 0.55)
    which = 0 if replaced or share > 0.42 else 1
    hand = patches.hands[own.row, which]
    matrix = _placement(rng, hand, share * side, side, angle, left=own.left, near=near)
    x, y = ((matrix[:, :2] @ hand[:2] + matrix[:, 2]) / side).tolist()
    picture = _in_another_room(studio, rng, own, matrix) if replaced else _as_it_was(studio, rng, own, which, matrix)
    return lens(rng, picture), (x, y, share if known else 0.0)


def _in_another_room(
    studio: Studio, rng: np.random.Generator, own: Source, matrix: NDArray[np.float64]
) -> NDArray[np.uint8]:
    side = studio.pixels
    hand = _warp(own.patches.pixels[own.row, 0], matrix, side, cv2.BORDER_REPLICATE)
    alpha = _warp(own.patches.masks[own.row, 0], matrix, side, cv2.BORDER_CONSTANT)
    room = empty(studio, rng)
    if rng.random() < 0.2:
        room = _with_thing(studio, rng, room)
    if own.arm.any() and rng.random() < ARMED:
        room = arms.held_out(rng, room, own.patches, own.row, own.arm, matrix)
    hand, room = (light(rng, each, 0.8 * studio.light) for each in (hand, room))
    return light(rng, over(hand, alpha, room), 0.5 * studio.light)


def _as_it_was(
    studio: Studio, rng: np.random.Generator, own: Source, which: int, matrix: NDArray[np.float64]
) -> NDArray[np.uint8]:
    return light(rng, _framed(studio, rng, own.patches.pixels[own.row, which], matrix), studio.light)


def _share(studio: Studio, rng: np.random.Generator) -> float:
    """Length of the hand in widths of the frame."""
    if studio.even and rng.random() < studio.even:
        return float(rng.uniform(SMALLEST, LARGEST))
    return float(np.exp(rng.uniform(np.log(SMALLEST), np.log(LARGEST))))


def nothing(studio: Studio, rng: np.random.Generator) -> NDArray[np.uint8]:
    """(pixels, pixels, 3) RGB of a room without a hand, at times with a thing in it, through the same lens."""
    room = empty(studio, rng)
    for _ in range(rng.choice(3, p=[0.5, 0.4, 0.1])):
        room = _with_thing(studio, rng, room)
    if rng.random() < LIMBS:
        room = arms.alone(rng, room)
    return lens(rng, light(rng, room, studio.light))


def _with_thing(studio: Studio, rng: np.random.Generator, room: NDArray[np.uint8]) -> NDArray[np.uint8]:
    side, row = studio.pixels, int(rng.integers(len(studio.things.masks)))
    middle = np.array([SIDE / 2, SIDE / 2, SIDE / 2], np.float32)
    matrix = _placement(
        rng, middle, rng.uniform(SMALLEST, LARGEST) * side, side, rng.uniform(-np.pi, np.pi), left=False
    )
    thing = _warp(studio.things.pixels[row], matrix, side, cv2.BORDER_REPLICATE)
    alpha = _warp(studio.things.masks[row], matrix, side, cv2.BORDER_CONSTANT)
    return over(light(rng, thing, 0.8 * studio.light), alpha, room)


def empty(studio: Studio, rng: np.random.Generator) -> NDArray[np.uint8]:
    """A part of some room, sometimes two laid over each other."""
    room = _part(studio, rng)
    if rng.random() < 0.2:
        room = cv2.addWeighted(room, 0.5, _part(studio, rng), 0.5, 0)
    return room


def _part(studio: Studio, rng: np.random.Generator) -> NDArray[np.uint8]:
    room = studio.rooms[rng.integers(len(studio.rooms))]
    side = int(rng.integers(SIDE // 3, SIDE + 1))
    x, y = rng.integers(0, SIDE - side + 1, 2)
    square = room[y : y + side, x : x + side, :: (1 if rng.random() < 0.8 else -1)]
    square = square[:, :: (1 if rng.random() < 0.5 else -1)]
    way = cv2.INTER_AREA if side > studio.pixels else cv2.INTER_LINEAR
    return cv2.resize(np.ascontiguousarray(square), (studio.pixels, studio.pixels), interpolation=way)


def over(hand: NDArray[np.uint8], alpha: NDArray[np.uint8], room: NDArray[np.uint8]) -> NDArray[np.uint8]:
    """`hand` (h, w, 3) where `alpha` (h, w) is 255, `room` where it is 0."""
    weight = cv2.cvtColor(alpha, cv2.COLOR_GRAY2RGB).astype(np.uint16)
    return ((hand * weight + room * (255 - weight) + 127) // 255).astype(np.uint8)


def _placement(
    rng: np.random.Generator,
    hand: NDArray[np.float32],
    length: float,
    side: int,
    angle: float,
    *,
    left: bool,
    near: bool = False,
) -> NDArray[np.float64]:
    """2x3 matrix from patch to view: mirror a left hand, turn, mirror half of the time, put somewhere in the frame."""
    zoom = length / float(hand[2])
    turn = np.array([[np.cos(angle), -np.sin(angle)], [np.sin(angle), np.cos(angle)]])
    linear = zoom * np.diag([rng.choice([-1.0, 1.0]), 1.0]) @ turn @ np.diag([-1.0 if left else 1.0, 1.0])
    linear = linear @ np.diag(np.exp(rng.normal(0, 0.05, 2)))
    if near:
        target = side / 2 + rng.normal(0, ASTRAY * side, 2)
        return np.column_stack([linear, target - linear @ hand[:2]])
    if rng.random() < 0.5:
        linear = np.diag([rng.uniform(NARROWEST, 1.0), 1.0]) @ linear
    room = max(0.0, (side - length) / 2) + 0.06 * side
    target = side / 2 + rng.uniform(-room, room, 2) * rng.choice([1.0, 0.5])
    return np.column_stack([linear, target - linear @ hand[:2]])


def _warp(patch: NDArray[np.uint8], matrix: NDArray[np.float64], side: int, border: int) -> NDArray[np.uint8]:
    """Averaged before it shrinks, so that it looks as a camera's picture made smaller does."""
    patch = np.asarray(patch)
    if abs(np.linalg.det(matrix[:, :2])) < 0.36:
        patch = cv2.resize(patch, (SIDE // 2, SIDE // 2), interpolation=cv2.INTER_AREA)
        matrix = matrix @ np.diag([2.0, 2.0, 1.0])
    return cv2.warpAffine(patch, matrix, (side, side), flags=cv2.INTER_LINEAR, borderMode=border)


def _framed(
    studio: Studio, rng: np.random.Generator, patch: NDArray[np.uint8], matrix: NDArray[np.float64]
) -> NDArray[np.uint8]:
    """The patch itself; what it does not cover repeats its edge or shows another room."""
    side = studio.pixels
    picture = _warp(patch, matrix, side, cv2.BORDER_REPLICATE)
    if rng.random() < 0.5:
        return picture
    covered = _warp(np.full((SIDE, SIDE), 255, np.uint8), matrix, side, cv2.BORDER_CONSTANT)
    return picture if covered.min() > 250 else over(picture, covered, empty(studio, rng))
