"""Hands that are drawn for training: poses without end, exactly known, of people who never were.

A pose is either a photographed one, its joints as the teacher saw them, or a made-up one. It is drawn twice, as two
people would hold it before two cameras, so that rows 2i and 2i + 1 are each other's twin. Only the hand is drawn, with
its mask: every view puts it before another room.
"""

# mypy: disable-error-code="no-any-return"
from dataclasses import dataclass
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from edge_handsign.devices.drawing.picture import SKINS, Stance, lit
from edge_handsign.devices.drawing.poses import Finger, Pose, Thumb
from edge_handsign.devices.drawing.skeleton import Bone, bones
from edge_handsign.devices.drawing.surface import blank, model, place

from .anatomy import bones_through, forearm, in_perspective, nearer_larger
from .landmarks import Landmarks
from .patches import SIDE, Patches

PAIRS = 7000
MADE_UP = 0.45  # share of the pairs whose pose nobody held
LEAN = np.deg2rad(24)  # standard deviation of how far a held pose is turned about the two axes that a picture hides
FREELY = np.deg2rad(45)  # the same of a made-up one, which faces the camera
BEHIND = 0.35  # share of the made-up ones that show their back
APART = np.deg2rad(8)  # the same between twins
AWAY = (2.5, 12.0)  # lengths of the palm from the wrist to the camera: at a webcam three
TO_DRAWING = np.array([1.0, -1.0, -1.0])  # the teacher's axes are x right, y down, z away


@dataclass(frozen=True, slots=True)
class Drawings:
    """2 x PAIRS drawn hands."""

    patches: Patches  # one scale only; all known and masked
    world: NDArray[np.float32]  # (2n, 21, 3) in lengths of the palm, axes as in Landmarks
    held: NDArray[np.int64]  # (2n,) row of the photograph whose pose it is, -1 where nobody held it


def load(landmarks: Landmarks, work: Path) -> Drawings:
    """The drawings, made now unless `work` has them."""
    if not (work / "drawn.npz").exists():
        _draw_all(landmarks, work)
    with np.load(work / "drawn.npz") as about:
        n = len(about["hands"])
        always = np.ones(n, bool)
        pixels, masks = (np.load(work / f"drawn-{name}.npy", mmap_mode="r") for name in ("pixels", "masks"))
        return Drawings(Patches(pixels, masks, about["hands"], always, always), about["world"], about["held"])


def _draw_all(landmarks: Landmarks, work: Path) -> None:
    found = np.flatnonzero(landmarks.found)
    n = 2 * PAIRS
    pixels = np.lib.format.open_memmap(work / "drawn-pixels.npy", "w+", np.uint8, (n, 1, SIDE, SIDE, 3))
    masks = np.lib.format.open_memmap(work / "drawn-masks.npy", "w+", np.uint8, (n, 1, SIDE, SIDE))
    hands, world, held = np.zeros((n, 1, 3), np.float32), np.zeros((n, 21, 3), np.float32), np.full(n, -1)
    for pair in range(PAIRS):
        rng = np.random.default_rng((8, pair))
        held[2 * pair : 2 * pair + 2] = model_row = -1 if rng.random() < MADE_UP else int(rng.choice(found))
        joints = made_up(rng) if model_row < 0 else _held(landmarks, model_row)
        seen_from = _anywhere(rng) if model_row < 0 else rng.normal(0, LEAN, 2)
        for row in (2 * pair, 2 * pair + 1):
            turned = _turned(_as_grown(joints, rng), *(seen_from + rng.normal(0, APART, 2)))
            world[row] = turned * TO_DRAWING
            pixels[row, 0], masks[row, 0], hands[row, 0] = _portrait(turned, rng)
        if (pair + 1) % 1000 == 0:
            print(f"drawn: {pair + 1} of {PAIRS} pairs", flush=True)
    np.savez(work / "drawn.npz", hands=hands, world=world, held=held)


def _held(landmarks: Landmarks, row: int) -> NDArray[np.float64]:
    """Joints (21, 3) of a photographed hand as a right hand, wrist at 0, palm 1 long, in the drawing's axes."""
    joints = (landmarks.world[row] - landmarks.world[row, 0]).astype(np.float64) * TO_DRAWING
    joints[:, 0] *= -1 if landmarks.left[row] else 1
    return joints / np.linalg.norm(joints[9])


def made_up(rng: np.random.Generator) -> NDArray[np.float64]:
    """Joints (21, 3) of a pose drawn by chance: every finger straight, folded or between, the thumb anywhere."""
    curls = np.where(rng.random(4) < 0.7, rng.choice([0.03, 0.97], 4), rng.uniform(0, 1, 4))
    if rng.random() < 0.3:
        curls[:] = curls[0]  # fingers like to move together
    fingers = [Finger(float(c), float(rng.normal(0, 5)), float(rng.choice([0, 0, 0, 40]))) for c in curls]
    away, forward = np.array(THUMBS[rng.integers(len(THUMBS))]) + rng.normal(0, 9, (2, 3))
    thumb = Thumb(tuple(away.tolist()), tuple(forward.tolist()))
    pose = Pose("", (fingers[0], fingers[1], fingers[2], fingers[3]), thumb, fan=float(rng.uniform(0, 11)))
    return _joints(bones(pose))


THUMBS = (  # degrees from upright and towards the camera, bone by bone: across, over two, out, aside, up, between
    ((22, -50, -88), (58, 38, -2)), ((2, -62, -78), (52, 40, 4)), ((52, 62, 58), (8, 4, 0)),
    ((66, 84, 92), (14, 6, 0)), ((30, 20, 12), (10, 2, 0)), ((60, 44, 16), (24, 14, 8)), ((18, -20, -40), (64, 30, 20)),
)  # fmt: skip


def _anywhere(rng: np.random.Generator) -> NDArray[np.float64]:
    """Radians about the upright axis and the level one: front, back, side, and at times the tips of the fingers."""
    swing, nod = rng.normal(0, FREELY, 2)
    return np.array([swing + np.pi * (rng.random() < BEHIND), nod])


def _joints(hand: tuple[Bone, ...]) -> NDArray[np.float64]:
    """(21, 3) in the teacher's order; `bones` draws the fingers before the thumb, each from its root."""
    chains = np.array([[bone.start, bone.end] for bone in hand[-15:]])
    fingers, thumb = chains[:12].reshape(4, 3, 2, 3), chains[12:]
    rows = [np.zeros((1, 3)), thumb[:1, 0], thumb[:, 1]]
    for finger in fingers:
        rows += [finger[:1, 0], finger[:, 1]]
    return np.concatenate(rows)


def _as_grown(joints: NDArray[np.float64], rng: np.random.Generator) -> NDArray[np.float64]:
    """The same pose by another person: bones a little longer or shorter, a wider or narrower palm."""
    grown = joints.copy()
    grown[:, 0] *= rng.normal(1.0, 0.05)
    long = rng.normal(1.0, 0.06)
    for root in (1, 5, 9, 13, 17):
        own = long * rng.normal(1.0, 0.05)
        for joint in range(root + 1, root + 4):
            grown[joint] = grown[joint - 1] + (joints[joint] - joints[joint - 1]) * own
    return grown


def _turned(joints: NDArray[np.float64], swing: float, nod: float) -> NDArray[np.float64]:
    """About the upright axis, then about the level one; radians."""
    (a, b), (c, d) = (np.cos(swing), np.sin(swing)), (np.cos(nod), np.sin(nod))
    upright = np.array([[a, 0, b], [0, 1, 0], [-b, 0, a]])
    level = np.array([[1, 0, 0], [0, c, -d], [0, d, c]])
    return joints @ (level @ upright).T


def _portrait(
    joints: NDArray[np.float64], rng: np.random.Generator
) -> tuple[NDArray[np.uint8], NDArray[np.uint8], NDArray[np.float32]]:
    """Picture (SIDE, SIDE, 3), mask (SIDE, SIDE) and (x, y, length) of a hand over half of the patch."""
    from_afar = float(np.exp(rng.uniform(*np.log(AWAY))))
    seen = nearer_larger(joints, from_afar)
    low, high = seen[:, :2].min(0), seen[:, :2].max(0)
    unit = 0.5 * SIDE / (1.2 * float((high - low).max()))
    x, y = (low + high) / 2 * unit
    wrist = (SIDE / 2 - float(x), SIDE / 2 + float(y))
    stance = Stance(sun=float(rng.uniform(-120, 120)))
    hand, arm = bones_through(joints, float(rng.normal(1.0, 0.1))), forearm(joints, rng)
    picture, cover = np.full((SIDE, SIDE, 3), 128, np.float32), np.zeros((SIDE, SIDE), np.float32)
    for part, colour in ((hand, skin(rng)), (arm, skin(rng) if rng.random() < 0.1 else cloth(rng))):
        surface = blank(SIDE, SIDE)
        model(surface, place(in_perspective(part, from_afar), np.eye(3, dtype=np.float32), unit, wrist))
        picture += (lit(surface, colour, stance, unit) - picture) * surface.cover[..., None]
        cover = np.maximum(cover, surface.cover)
    mask = np.clip(cover * 255, 0, 255).astype(np.uint8)
    return np.clip(picture, 0, 255).astype(np.uint8), mask, np.array([SIDE / 2, SIDE / 2, SIDE / 2], np.float32)


def cloth(rng: np.random.Generator) -> NDArray[np.float32]:
    """Any colour, RGB 0..255."""
    return rng.uniform(15, 235, 3).astype(np.float32)


def skin(rng: np.random.Generator) -> NDArray[np.float32]:
    """A colour between two neighbouring skins."""
    first = int(rng.integers(len(SKINS) - 1))
    share = rng.random()
    mixed = (1 - share) * np.array(SKINS[first]) + share * np.array(SKINS[first + 1]) + rng.normal(0, 5, 3)
    return np.clip(mixed, 20, 255).astype(np.float32)
