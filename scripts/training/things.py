"""Things that are drawn like hands and are none: bodies, branches and lumps, many of the colour of skin.

There are few photographs without hands, so without these a network takes whatever is smooth and lit for a hand.
"""

from dataclasses import dataclass
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from edge_handsign.devices.drawing.picture import Stance, lit
from edge_handsign.devices.drawing.skeleton import Bone
from edge_handsign.devices.drawing.surface import blank, model, place

from .drawn import cloth, skin
from .patches import SIDE

MANY = 2500


@dataclass(frozen=True, slots=True)
class Things:
    """n drawn things, each about half as large as its square."""

    pixels: NDArray[np.uint8]  # (n, SIDE, SIDE, 3)
    masks: NDArray[np.uint8]  # (n, SIDE, SIDE)


def load(work: Path) -> Things:
    """The things, drawn now unless `work` has them."""
    paths = [work / f"things-{name}.npy" for name in ("pixels", "masks")]
    if not all(path.exists() for path in paths):
        drawings = [_thing(np.random.default_rng((9, number))) for number in range(MANY)]
        for path, found in zip(paths, zip(*drawings, strict=True), strict=True):
            np.save(path, np.stack(found))
        print(f"things: {MANY}", flush=True)
    return Things(*(np.load(path, mmap_mode="r") for path in paths))


def _thing(rng: np.random.Generator) -> tuple[NDArray[np.uint8], NDArray[np.uint8]]:
    """Picture (SIDE, SIDE, 3) and mask (SIDE, SIDE) of one to three lumps that melt into each other."""
    surface = blank(SIDE, SIDE)
    for _ in range(rng.integers(1, 4)):
        model(surface, place(_lump(rng), np.eye(3, dtype=np.float32), SIDE / 4, (SIDE / 2, SIDE / 2)))
    colour = skin(rng) if rng.random() < 0.6 else cloth(rng)
    stance = Stance(sun=float(rng.uniform(-120, 120)))
    picture = np.full((SIDE, SIDE, 3), 128, np.float32)
    picture += (lit(surface, colour, stance, SIDE / 4) - picture) * surface.cover[..., None]
    return np.clip(picture, 0, 255).astype(np.uint8), np.clip(surface.cover * 255, 0, 255).astype(np.uint8)


def _lump(rng: np.random.Generator) -> list[Bone]:
    """A chain of one to four thick capsules that goes where it likes; thicker than a finger is beside its palm."""
    here, thick = rng.normal(0, 0.35, 3), float(rng.uniform(0.22, 0.75))
    found = []
    for _ in range(rng.integers(1, 5)):
        there = here + rng.normal(0, 0.55, 3)
        next_thick = float(np.clip(thick * rng.uniform(0.6, 1.5), 0.18, 0.9))
        (x, y, z), (u, v, w) = here.tolist(), there.tolist()
        found.append(Bone((x, y, z), (u, v, w), (thick, next_thick), float(rng.uniform(0.03, 0.3)), rng.random() < 0.2))
        here, thick = there, next_thick
    return found
