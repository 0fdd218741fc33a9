"""How near each sign is to a picture: the rule by which the memory answers, and by which it is examined.

A sign is as near as the mean of its own k nearest samples, and the nearest sign wins, but a sign of which there are
more samples has to be nearer: its distance r is stretched to r * n ** (1 / D). That is the k-nearest-neighbour density
estimate (Loftsgaarden and Quesenberry, 1965), p(x | sign) ~ k / (n r ** D), with every sign as likely as any other; D
is the number of ways in which pictures of one sign really differ. Without it, 200 samples of one sign drown 5 of
another, because among 200 some are near to anything.

A sign with fewer than k samples is heard with those it has. Of equally near signs the one that was taught first wins.
"""

from collections.abc import Mapping
from math import sqrt
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from edge_handsign.core.scan import largest

D = 8  # of 4, 8 and 16 mostly the best on development photographs where one sign has 20 to 40 times the samples
POOL = 16  # the samples that are ranked; beyond them a sign is looked up by itself, and only if it could still win
FARTHEST = float("inf")
Pool = list[tuple[float, int, int]]  # (negative cosine, place, label), nearest first


class Standing(NamedTuple):
    """One sign, nearest first in order."""

    distance: float  # stretched
    similarity: float  # mean cosine of its k nearest
    label: int


class Standings:
    """Of the signs that could win, each one's standing; of the others, that they could not."""

    def __init__(
        self, similarities: NDArray[np.float32], labels: NDArray[np.int32], counts: Mapping[int, int], k: int
    ) -> None:
        """`similarities` and `labels` are (n,), one for each sample, n at least 1; `counts` says how often a label is
        among them, and nothing of labels that are not.
        """
        self.pool = ranked(similarities, labels, k)
        self._similarities, self._labels, self._counts, self._k = similarities, labels, counts, k
        self._standings = self._found()
        self.first = min(self._standings)  # the sign that wins

    @property
    def rival(self) -> float:
        """Similarity of the next sign among those that were looked up, -1 where there is none."""
        return max([other for _, other, label in self._standings if label != self.first.label], default=-1.0)

    @property
    def margin(self) -> float:
        """Similarity of the first less that of the next, or at least that."""
        all_looked_up = len(self._standings) == len(self._counts)
        edge = -1.0 if all_looked_up else -self.pool[-1][0]  # the others are no nearer than the pool's edge
        return self.first.similarity - max(self.rival, edge)

    def _found(self) -> list[Standing]:
        found: dict[int, list[float]] = {}
        for less, _, label in self.pool:
            found.setdefault(label, []).append(-less)
        k, counts = self._k, self._counts
        standings = [
            self._standing(label, heard[:k]) for label, heard in found.items() if len(heard) >= min(k, counts[label])
        ]
        if len(standings) < len(counts):
            nearest, edge = min(standings)[0] if standings else FARTHEST, -self.pool[-1][0]
            complete = {label for _, _, label in standings}
            short = found.keys() - complete
            if _chord(edge) * min(counts.values()) ** (1 / D) < nearest:
                short = counts.keys() - complete
            standings += [
                self._standing(label, self._nearest_of(label))
                for label in short
                if self._best_case(label, found.get(label, []), edge) < nearest
            ]
        return standings

    def _best_case(self, label: int, heard: list[float], edge: float) -> float:
        """How near a sign would be whose neighbours beyond the pool were all at its edge."""
        wanted = min(self._k, self._counts[label])
        return self._stretched(label, (sum(heard) + edge * (wanted - len(heard))) / wanted)

    def _nearest_of(self, label: int) -> list[float]:
        own = self._similarities[self._labels == label]
        nearest: list[float] = np.sort(own)[::-1][: self._k].tolist()
        return nearest

    def _standing(self, label: int, heard: list[float]) -> Standing:
        similarity = sum(heard) / len(heard)
        return Standing(self._stretched(label, similarity), similarity, label)

    def _stretched(self, label: int, similarity: float) -> float:
        return _chord(similarity) * float(self._counts[label] ** (1 / D))


def ranked(similarities: NDArray[np.float32], labels: NDArray[np.int32], k: int) -> Pool:
    """The nearest samples, at least k of them if there are so many, older first among equals."""
    near = largest(similarities, max(POOL, k))
    less = -similarities[near]
    return sorted(zip(less.tolist(), near.tolist(), labels[near].tolist(), strict=True))


def _chord(similarity: float) -> float:
    """Distance of two unit vectors with this cosine."""
    return sqrt(max(0.0, 2 - 2 * similarity))
