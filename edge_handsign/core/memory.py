"""What was taught, ready to be compared: a cosine k-nearest-neighbour classifier in one NumPy matrix.

The rule. A sign is as near as the mean of its own k nearest samples, and the nearest sign wins, but a sign of which
there are more samples has to be nearer: its distance r is stretched to r * n ** (1 / D). That is the k-nearest-
neighbour density estimate (Loftsgaarden and Quesenberry, 1965), p(x | sign) ~ k / (n r ** D), with every sign as likely
as any other; D is the number of ways in which pictures of one sign really differ. Without it, 200 samples of one sign
drown 5 of another, because among 200 some are near to anything.

A sign with fewer than k samples is heard with those it has. Of equally near signs
the one that was taught first wins.
"""

from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass
from math import sqrt

import numpy as np
from numpy.typing import NDArray

from edge_handsign.core.knob import knob
from edge_handsign.core.messages import Match, Neighbour, Sample
from edge_handsign.core.scan import largest, product, reserved

D = 8  # of 4, 8 and 16 mostly the best on development photographs where one sign has 20 to 40 times the samples
POOL = 16  # the samples that are ranked; beyond them a sign is looked up by itself, and only if it could still win
FARTHEST = (float("inf"), -1.0, -1)
NOTHING_TAUGHT = Match(sign=None, closed=None, similarity=-1.0, margin=0.0, nearest=())


class MemoryFull(Exception):
    """Capacity is reached; forget something first."""


@dataclass(frozen=True, slots=True)
class MemorySettings:
    """How what was taught is compared."""

    k: int = knob(3, "how many of a sign's nearest samples speak for it", low=1, high=64)
    capacity: int = knob(20_000, "how many samples there is room for", low=1, high=200_000)
    # With the shipped backbone nineteen of twenty right answers lie above it even in another room (0.57 to 0.95).
    known_from: float = knob(0.55, "a picture less similar than this to every sign is unknown (cosine)", low=-1, high=1)


class Memory:
    """Samples of one backbone, a row of one matrix each. The matrix is reserved once at full capacity and touched only
    as it fills, so it costs address space, not RAM, and a lesson copies one row."""

    def __init__(self, dimension: int, settings: MemorySettings) -> None:
        self.settings = settings
        self._rows = reserved(settings.capacity, dimension)
        self._ids = np.empty(settings.capacity, np.int64)
        self._lessons = np.empty(settings.capacity, np.int64)
        self._labels = np.empty(settings.capacity, np.int32)
        self._names: list[str] = []  # by label; a name stays when its samples go
        self._counts: Counter[int] = Counter()
        self._length = 0

    def __len__(self) -> int:
        return self._length

    @property
    def full(self) -> bool:
        """No room for another sample."""
        return len(self) >= self.settings.capacity

    def counts(self) -> Mapping[str, int]:
        """Samples of each sign."""
        return {self._names[label]: count for label, count in self._counts.items() if count}

    def lessons(self) -> frozenset[int]:
        """The lessons of which there are samples."""
        return frozenset(self._lessons[: len(self)].tolist())

    def teach(self, sample: Sample) -> None:
        """Remember a sample; the next `match` sees it. Its vector is (d,) float32 of unit length. MemoryFull."""
        if self.full:
            raise MemoryFull
        place, label = len(self), self._label(sample.sign)
        self._rows[place] = sample.vector
        self._ids[place], self._lessons[place], self._labels[place] = sample.id, sample.lesson, label
        self._counts[label] += 1
        self._length += 1

    def forget_lesson(self, lesson: int) -> None:
        """Drop the samples of one press or burst."""
        self._keep(self._lessons[: len(self)] != lesson)

    def forget_sign(self, sign: str) -> None:
        """Drop every sample of a sign."""
        self._keep(self._labels[: len(self)] != self._label(sign))

    def match(self, vector: NDArray[np.float32]) -> Match:
        """What a picture looks like; `vector` is (d,) float32 of unit length."""
        if not self._length:
            return NOTHING_TAUGHT
        similarities = self.similarities(vector)
        pool = self.ranked(similarities)
        standings = self._standings(similarities, pool)
        _, similarity, label = min(standings)
        others = [other for _, other, sign in standings if sign != label]
        if len(standings) < len(self._counts):
            others.append(-pool[-1][0])  # signs that were not looked up are no nearer than the pool's edge
        closed = self._names[label]
        known = closed if similarity >= self.settings.known_from else None
        nearest = tuple(
            [
                Neighbour(int(self._ids[place]), self._names[sign], -less)
                for less, place, sign in pool[: self.settings.k]
            ]
        )
        return Match(known, closed, similarity, similarity - max(others, default=-1.0), nearest)

    def similarities(self, vector: NDArray[np.float32]) -> NDArray[np.float32]:
        """(n,) cosines of `vector`, (d,) of unit length, to every sample, in the order in which they lie here."""
        return product(self._rows[: self._length], vector)

    def ranked(self, similarities: NDArray[np.float32]) -> list[tuple[float, int, int]]:
        """(negative cosine, place, label) of the nearest samples, nearest first, older first among equals."""
        near = largest(similarities, max(POOL, self.settings.k))
        less, labels = -similarities[near], self._labels[near]
        return sorted(zip(less.tolist(), near.tolist(), labels.tolist(), strict=True))

    def _label(self, sign: str) -> int:
        if sign not in self._names:
            self._names.append(sign)
        return self._names.index(sign)

    def _keep(self, wanted: NDArray[np.bool_]) -> None:
        places = np.flatnonzero(wanted)
        for column in (self._rows, self._ids, self._lessons, self._labels):
            column[: len(places)] = column[places]
        self._length = len(places)
        self._counts = Counter(self._labels[: self._length].tolist())

    def _standings(
        self, similarities: NDArray[np.float32], pool: list[tuple[float, int, int]]
    ) -> list[tuple[float, float, int]]:
        """(stretched distance, cosine, label) of every sign that could win."""
        found: dict[int, list[float]] = {}
        for less, _, label in pool:
            found.setdefault(label, []).append(-less)
        k, counts = self.settings.k, self._counts
        standings = [
            self._standing(label, heard[:k]) for label, heard in found.items() if len(heard) >= min(k, counts[label])
        ]
        if len(standings) < len(counts):
            nearest, edge = min(standings, default=FARTHEST)[0], -pool[-1][0]
            complete = {label for _, _, label in standings}
            short = found.keys() - complete
            if _chord(edge) * min(counts.values()) ** (1 / D) < nearest:
                short = counts.keys() - complete
            standings += [
                self._standing(label, self._nearest_of(label, similarities))
                for label in short
                if self._best_case(label, found.get(label, []), edge) < nearest
            ]
        return standings

    def _best_case(self, label: int, heard: list[float], edge: float) -> float:
        """How near a sign would be whose neighbours beyond the pool were all at its edge."""
        wanted = min(self.settings.k, self._counts[label])
        return self._stretched(label, (sum(heard) + edge * (wanted - len(heard))) / wanted)

    def _nearest_of(self, label: int, similarities: NDArray[np.float32]) -> list[float]:
        own = similarities[self._labels[: self._length] == label]
        nearest: list[float] = np.sort(own)[::-1][: self.settings.k].tolist()
        return nearest

    def _standing(self, label: int, heard: list[float]) -> tuple[float, float, int]:
        similarity = sum(heard) / len(heard)
        return self._stretched(label, similarity), similarity, label

    def _stretched(self, label: int, similarity: float) -> float:
        return _chord(similarity) * float(self._counts[label] ** (1 / D))


def _chord(similarity: float) -> float:
    """Distance of two unit vectors with this cosine."""
    return sqrt(max(0.0, 2 - 2 * similarity))
