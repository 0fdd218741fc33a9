"""What was taught, ready to be compared: a cosine k-nearest-neighbour classifier in one NumPy matrix.

The rule. Each sign is as similar to a picture as the mean of its own k nearest samples; the most similar sign wins.
Every sign is heard with the same number of neighbours, so 200 samples of one cannot outvote 5 of another. A sign with
fewer than k samples is heard with those it has. Signs that are equally similar: the one with the nearest single sample
wins, then the one taught first. This is the class-wise form of the k-NN rule; unlike a vote it has no ties among k = 3
different signs, and its score is a similarity that can be compared with a threshold.

Only the POOL nearest samples are ranked. A sign that has some of its k neighbours outside the pool is credited with
the pool's edge for those, which is at least what they are: its score is never too low, and at most k - 1 of its
neighbours are estimated.
"""

from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from edge_handsign.core.knob import knob
from edge_handsign.core.messages import Match, Neighbour, Sample

POOL = 64
NOTHING_TAUGHT = Match(sign=None, closed=None, similarity=-1.0, margin=0.0, nearest=())


class MemoryFull(Exception):
    """Capacity is reached; forget something first."""


@dataclass(frozen=True, slots=True)
class MemorySettings:
    """How what was taught is compared."""

    k: int = knob(3, "how many of a sign's nearest samples speak for it", low=1, high=POOL)
    capacity: int = knob(20_000, "how many samples there is room for", low=1, high=200_000)
    known_from: float = knob(0.5, "a picture less similar than this to every sign is unknown (cosine)", low=-1, high=1)


class Memory:
    """Samples of one backbone. The matrix is reserved once at full capacity; rows are touched only as they fill, so it
    costs address space, not RAM, and a lesson copies one row."""

    def __init__(self, dimension: int, settings: MemorySettings) -> None:
        self.settings = settings
        self._rows = np.empty((settings.capacity, dimension), np.float32)
        self._ids = np.empty(settings.capacity, np.int64)
        self._signs: list[str] = []
        self._lessons: list[int] = []
        self._counts: Counter[str] = Counter()

    def __len__(self) -> int:
        return len(self._signs)

    @property
    def full(self) -> bool:
        """No room for another sample."""
        return len(self) >= self.settings.capacity

    def counts(self) -> Mapping[str, int]:
        """Samples of each sign."""
        return dict(self._counts)

    def lessons(self) -> frozenset[int]:
        """The lessons of which there are samples."""
        return frozenset(self._lessons)

    def teach(self, sample: Sample) -> None:
        """Remember a sample; the next `match` sees it. Its vector is (d,) float32 of unit length. MemoryFull."""
        if self.full:
            raise MemoryFull
        row = len(self)
        self._rows[row] = sample.vector
        self._ids[row] = sample.id
        self._signs.append(sample.sign)
        self._lessons.append(sample.lesson)
        self._counts[sample.sign] += 1

    def forget_lesson(self, lesson: int) -> None:
        """Drop the samples of one press or burst."""
        self._keep([number != lesson for number in self._lessons])

    def forget_sign(self, sign: str) -> None:
        """Drop every sample of a sign."""
        self._keep([name != sign for name in self._signs])

    def _keep(self, wanted: list[bool]) -> None:
        rows = np.flatnonzero(wanted)
        self._rows[: len(rows)] = self._rows[rows]
        self._ids[: len(rows)] = self._ids[rows]
        self._signs = [self._signs[row] for row in rows]
        self._lessons = [self._lessons[row] for row in rows]
        self._counts = Counter(self._signs)

    def match(self, vector: NDArray[np.float32]) -> Match:
        """What a picture looks like; `vector` is (d,) float32 of unit length."""
        if not self._signs:
            return NOTHING_TAUGHT
        pool = self._pool(self._rows[: len(self)] @ vector)
        ranked = sorted(self._scores(pool).items(), key=lambda score: -score[1])
        sign, similarity = ranked[0]
        margin = similarity - (ranked[1][1] if len(ranked) > 1 else -1.0)
        known = sign if similarity >= self.settings.known_from else None
        return Match(known, sign, similarity, margin, pool[: self.settings.k])

    def _pool(self, similarities: NDArray[np.float32]) -> tuple[Neighbour, ...]:
        count = len(similarities)
        near = np.argpartition(similarities, count - POOL)[count - POOL :] if count > POOL else np.arange(count)
        order = near[np.lexsort((self._ids[near], -similarities[near]))]
        return tuple(
            Neighbour(number, self._signs[row], similarity)
            for number, row, similarity in zip(
                self._ids[order].tolist(), order.tolist(), similarities[order].tolist(), strict=True
            )
        )

    def _scores(self, pool: tuple[Neighbour, ...]) -> dict[str, float]:
        """Mean similarity of each sign's k nearest, in the order in which the signs first appear in the pool."""
        edge = pool[-1].similarity
        found: dict[str, list[float]] = {}
        for neighbour in pool:
            found.setdefault(neighbour.sign, []).append(neighbour.similarity)
        scores = {}
        for sign, similarities in found.items():
            wanted = min(self.settings.k, self._counts[sign])
            heard = similarities[:wanted]
            scores[sign] = (sum(heard) + edge * (wanted - len(heard))) / wanted
        return scores
