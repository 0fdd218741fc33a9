"""What the network sees at step k: decided by the seed and k alone, so a run that was stopped goes on as if it had not.

A batch holds two views of each hand, so that the same hand in another room can be pulled together, and some empty
rooms. Sets are drawn by weight, signs evenly within a set, photographs evenly within a sign.
"""

from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from typing import Any, Protocol

import cv2  # noqa: TID253 - only the training environment imports this module
import numpy as np
from numpy.typing import NDArray

from .augmentation import Studio, coarser, nothing, view
from .landmarks import ROOTS, TIPS, Landmarks
from .photographs import Photograph
from .signs import Signs

WEIGHTS = {  # many people or rooms count for more than many pictures of one
    "ardamavi_digits": 3.0, "subhi_hands": 2.2, "count_dwivedi": 2.2, "gest_emrecandir": 1.6, "asl_hawkcodesz": 1.6,
    "asl_hackmit": 1.3, "asl_t32rahman": 1.3, "openhand_roboflow": 1.2, "words_shikha": 0.5, "words_mandalor": 0.4,
}  # fmt: skip
TILT = np.deg2rad(32)  # how far a hand is turned
APART = np.deg2rad(6)  # standard deviation between two views of it


@dataclass(frozen=True, slots=True)
class Batch:
    """b views: hands in pairs (2i, 2i + 1), then empty rooms."""

    pictures: NDArray[np.uint8]  # (b, side, side, 3) RGB
    pose: NDArray[np.float32]  # (b, 123): joints from the wrist in lengths of the palm, then directions of bones
    posed: NDArray[np.float32]  # (b,) 1 where the pose is known
    label: NDArray[np.int32]  # (b,) -1 where there is none
    place: NDArray[np.int32]  # (b,) number of the set
    present: NDArray[np.float32]  # (b,) 1 where a hand is there
    twin: NDArray[np.int32]  # (b,) number of the photograph


class Lessons(Protocol):
    """What a run asks of a course."""

    @property
    def signs(self) -> Any:
        """`among`: (sets, signs) bool, which signs compete in which set."""

    def batch(self, seed: int, step: int) -> Batch:
        """The batch of step `step`."""


@dataclass(frozen=True, slots=True)
class Course:
    """All there is to learn, ready to be drawn from."""

    studio: Studio
    signs: Signs
    landmarks: Landmarks
    drawers: list[list[NDArray[np.int64]]]  # per set, per sign: rows
    odds: NDArray[np.float64]  # (sets,)
    coarse_until: int = 0  # the steps before it see less resolution
    hands: int = 28  # pairs in a batch
    rooms: int = 8  # empty ones

    def batch(self, seed: int, step: int) -> Batch:
        """The batch of step `step`."""
        rng = np.random.default_rng((seed, step))
        rows = [self._draw(rng) for _ in range(self.hands)]
        tilts = rng.uniform(-TILT, TILT, self.hands)
        angles = np.repeat(tilts, 2) + rng.normal(0, APART, 2 * self.hands)
        twin = np.repeat(rows, 2)
        studio = coarser(self.studio) if step < self.coarse_until else self.studio
        pictures = [view(studio, rng, int(r), float(a)) for r, a in zip(twin, angles, strict=True)]
        pictures += [nothing(studio, rng) for _ in range(self.rooms)]
        return self._with_truth(np.stack(pictures), twin, angles)

    def _draw(self, rng: np.random.Generator) -> int:
        drawer = self.drawers[rng.choice(len(self.odds), p=self.odds)]
        return int(rng.choice(drawer[rng.integers(len(drawer))]))

    def _with_truth(self, pictures: NDArray[np.uint8], twin: NDArray[np.int64], angles: NDArray[np.float64]) -> Batch:
        def padded(values: NDArray[Any], filler: float) -> NDArray[Any]:
            return np.concatenate([values, np.full((self.rooms, *values.shape[1:]), filler, values.dtype)])

        pose = poses(self.landmarks.world[twin], self.landmarks.left[twin], angles)
        return Batch(
            pictures,
            padded(pose, 0.0),
            padded(self.landmarks.found[twin].astype(np.float32), 0.0),
            padded(self.signs.label[twin], -1),
            padded(self.signs.place[twin], 0),
            padded(np.ones(len(twin), np.float32), 0.0),
            padded(twin.astype(np.int32), -1),
        )


def poses(world: NDArray[np.float32], left: NDArray[np.bool_], angles: NDArray[np.float64]) -> NDArray[np.float32]:
    """(n, 123): joints (n, 21, 3) of hands made right hands, turned in the picture, from the wrist, in palms."""
    joints = (world - world[:, :1]).astype(np.float64)
    joints[left, :, 0] *= -1
    cos, sin = np.cos(angles)[:, None], np.sin(angles)[:, None]
    x, y = joints[..., 0].copy(), joints[..., 1].copy()
    joints[..., 0], joints[..., 1] = cos * x - sin * y, sin * x + cos * y
    joints /= np.maximum(np.linalg.norm(joints[:, 9], axis=1), 1e-3)[:, None, None]
    bones = joints[:, TIPS] - joints[:, ROOTS]
    bones /= np.maximum(np.linalg.norm(bones, axis=2, keepdims=True), 1e-6)
    return np.concatenate([joints.reshape(len(world), 63), bones.reshape(len(world), 60)], 1).astype(np.float32)


def plan(
    photographs: list[Photograph],
    studio: Studio,
    signs: Signs,
    landmarks: Landmarks,
    left_out: frozenset[str] = frozenset(),
) -> Course:
    """Sort the photographs into drawers; one of which neither hand nor label is known teaches nothing and is left."""
    sets = sorted({p.set for p in photographs})
    useful = studio.patches.known | ((signs.label >= 0) & np.array([p.set != "gest_emrecandir" for p in photographs]))
    kinds: list[dict[str, list[int]]] = [{} for _ in sets]
    for row in np.flatnonzero(useful):
        kinds[signs.place[row]].setdefault(photographs[row].sign, []).append(int(row))
    odds = np.array([0.0 if name in left_out else WEIGHTS.get(name, 1.0) for name in sets])
    drawers = [[np.array(rows) for _, rows in sorted(kind.items())] for kind in kinds]
    return Course(studio, signs, landmarks, drawers, odds / odds.sum())


def flow(course: Lessons, seed: int, first: int, last: int, threads: int = 2) -> Iterator[Batch]:
    """The batches of steps first...last-1 in order, made ahead by `threads` threads."""
    cv2.setNumThreads(1)  # small pictures: a thread a batch is worth more than threads within a picture
    with ThreadPoolExecutor(threads) as pool:
        waiting = [pool.submit(course.batch, seed, step) for step in range(first, min(first + 4, last))]
        for step in range(first, last):
            batch = waiting.pop(0).result()
            if step + 4 < last:
                waiting.append(pool.submit(course.batch, seed, step + 4))
            yield batch
