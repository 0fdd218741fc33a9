"""What the network sees at step k: decided by the seed and k alone, so a run that was stopped goes on as if it had not.

A batch holds two views of each hand, so that the same hand in another room can be pulled together, and some empty
rooms. Sets are drawn by weight, signs evenly within a set, photographs evenly within a sign.
"""

from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, replace
from typing import Any, Protocol

import cv2  # noqa: TID253 - only the training environment imports this module
import numpy as np
from numpy.typing import NDArray

from .augmentation import Studio, coarser, nothing, view
from .drawn import Drawings
from .landmarks import Landmarks
from .photographs import Photograph
from .pose import poses
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
    pose: NDArray[np.float32]  # (b, pose.NUMBERS)
    posed: NDArray[np.float32]  # (b,) 1 where the pose is known
    label: NDArray[np.int32]  # (b,) -1 where there is none
    place: NDArray[np.int32]  # (b,) number of the set
    present: NDArray[np.float32]  # (b,) 1 where a hand is there
    twin: NDArray[np.int32]  # (b,) number of the photograph
    where: NDArray[np.float32]  # (b, 3): x, y and length of the hand in sides of the picture; 0 where nobody knows


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
    landmarks: Landmarks  # those of the photographs, then those of the drawn hands
    drawers: list[list[NDArray[np.int64]]]  # per set, per sign: rows
    odds: NDArray[np.float64]  # (sets,)
    pairs: NDArray[np.int64]  # first rows of the pairs of drawn hands
    coarse_until: int = 0  # the steps before it see less resolution
    hands: int = 24  # pairs of photographs in a batch
    drawn: int = 8  # pairs of drawn hands
    rooms: int = 12  # empty ones

    def batch(self, seed: int, step: int) -> Batch:
        """The batch of step `step`."""
        rng = np.random.default_rng((seed, step))
        rows = np.repeat([self._draw(rng) for _ in range(self.hands)], 2)
        firsts = rng.choice(self.pairs, self.drawn)
        rows = np.concatenate([rows, np.repeat(firsts, 2) + np.tile([0, 1], self.drawn)])
        tilts = rng.uniform(-TILT, TILT, len(rows) // 2)
        angles = np.repeat(tilts, 2) + rng.normal(0, APART, len(rows))
        studio = coarser(self.studio) if step < self.coarse_until else self.studio
        views = [view(studio, rng, int(r), float(a)) for r, a in zip(rows, angles, strict=True)]
        pictures = [picture for picture, _ in views] + [nothing(studio, rng) for _ in range(self.rooms)]
        return self._with_truth(np.stack(pictures), rows, angles, [where for _, where in views])

    def _draw(self, rng: np.random.Generator) -> int:
        drawer = self.drawers[rng.choice(len(self.odds), p=self.odds)]
        return int(rng.choice(drawer[rng.integers(len(drawer))]))

    def _with_truth(
        self,
        pictures: NDArray[np.uint8],
        rows: NDArray[np.int64],
        angles: NDArray[np.float64],
        where: list[tuple[float, ...]],
    ) -> Batch:
        def padded(values: NDArray[Any], filler: float) -> NDArray[Any]:
            return np.concatenate([values, np.full((self.rooms, *values.shape[1:]), filler, values.dtype)])

        pose = poses(self.landmarks.world[rows], self.landmarks.left[rows], angles)
        return Batch(
            pictures,
            padded(pose, 0.0),
            padded(self.landmarks.found[rows].astype(np.float32), 0.0),
            padded(self.signs.label[rows], -1),
            padded(self.signs.place[rows], 0),
            padded(np.ones(len(rows), np.float32), 0.0),
            padded(np.repeat(np.arange(len(rows) // 2, dtype=np.int32), 2), -1),
            padded(np.array(where, np.float32), 0.0),
        )


def plan(
    photographs: list[Photograph],
    studio: Studio,
    signs: Signs,
    landmarks: Landmarks,
    drawings: Drawings,
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
    barred = np.isin([p.set for p in photographs], list(left_out))
    pairs = len(photographs) + np.flatnonzero(~((drawings.held >= 0) & barred[drawings.held]))[::2]
    joints = landmarks.and_drawn(drawings.world)
    return Course(studio, _joined(signs, drawings), joints, drawers, odds / odds.sum(), pairs)


def _joined(signs: Signs, drawings: Drawings) -> Signs:
    """A drawn hand has the label of the photograph whose pose it is."""
    held, made_up = drawings.held, drawings.held < 0
    label = np.where(made_up, -1, signs.label[held]).astype(np.int32)
    place = np.where(made_up, 0, signs.place[held]).astype(np.int32)
    return replace(signs, label=np.concatenate([signs.label, label]), place=np.concatenate([signs.place, place]))


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
