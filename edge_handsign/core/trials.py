"""What would be answered to pictures whose truth is known: those without a sign, and what was taught itself.

A taught sample is never compared with its own lesson (leave-one-lesson-out), because a burst's pictures are alike. For
every picture on trial the cosines of its k nearest samples are kept, sign by sign, so that a lesson costs a product
with its own rows, not with everything.
"""

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from edge_handsign.core.standings import D

WITNESSES = 256  # taught samples that are put on trial
EACH = 32  # of one sign
CHUNK = 1024  # rows that are compared at once
NOBODY = -1  # sign and lesson of a picture without a sign
ABSENT = -2.0  # where a sign has fewer than k samples; no cosine


@dataclass(frozen=True, slots=True, eq=False)
class Answers:
    """To some pictures; a picture to which no sign could answer is left out."""

    picture: NDArray[np.intp]  # (n,) place among those on trial
    sign: NDArray[np.intp]  # (n,) label of the nearest sign
    samples: NDArray[np.intp]  # (n,) taught of it
    similarity: NDArray[np.float64]  # (n,) cosine to it
    rival: NDArray[np.float64]  # (n,) cosine to the most similar of the others; ABSENT where there is none


class Trials:
    """Pictures on trial before a memory's samples. Main thread only."""

    def __init__(self, nothing: NDArray[np.float32], k: int) -> None:
        """`nothing`, (n, d) of unit length, shows no sign."""
        self.vectors = nothing
        self.truth = np.full(len(nothing), NOBODY)  # (n,) label of what was taught, NOBODY of what shows no sign
        self.learned = 0  # samples that have been heard
        self._lessons = np.full(len(nothing), NOBODY)
        self._best = np.full((len(nothing), 0, k), ABSENT, np.float32)
        self._counts = np.zeros(0, np.intp)

    def learn(self, rows: NDArray[np.float32], labels: NDArray[np.int32], lessons: NDArray[np.int64]) -> None:
        """All that is taught now, (n, d), (n,), (n,); it begins with what was taught before."""
        before, heard = self.learned, len(self.vectors)
        self._make_room(int(labels.max()) + 1)
        self._hear(0, rows[before:], labels[before:], lessons[before:])
        self._call(rows, labels, lessons, before)
        self._hear(heard, rows, labels, lessons)
        self._counts = np.bincount(labels, minlength=self._best.shape[1])
        self.learned = len(rows)

    def answers(self, *, without_own: bool = False) -> Answers:
        """To every picture; `without_own` as if a taught sample's sign had not been taught."""
        heard = self._best > ABSENT
        number = heard.sum(axis=2)
        cosine = np.where(heard, self._best, 0).sum(axis=2, dtype=np.float64) / np.maximum(number, 1)
        silent = number == 0
        if without_own:
            silent |= self.truth[:, None] == np.arange(cosine.shape[1])
        stretched = np.sqrt(np.maximum(0, 2 - 2 * cosine)) * np.maximum(self._counts, 1) ** (1 / D)
        asked = np.flatnonzero(~silent.all(axis=1))
        sign = np.where(silent, np.inf, stretched)[asked].argmin(axis=1) if len(asked) else np.zeros(0, np.intp)
        cosine = np.where(silent, ABSENT, cosine)[asked]
        similarity = np.take_along_axis(cosine, sign[:, None], axis=1)[:, 0]
        np.put_along_axis(cosine, sign[:, None], ABSENT, axis=1)
        return Answers(asked, sign, self._counts[sign], similarity, cosine.max(axis=1, initial=ABSENT))

    def _make_room(self, signs: int) -> None:
        more = ((0, 0), (0, max(0, signs - self._best.shape[1])), (0, 0))
        self._best = np.pad(self._best, more, constant_values=ABSENT)

    def _call(
        self, rows: NDArray[np.float32], labels: NDArray[np.int32], lessons: NDArray[np.int64], before: int
    ) -> None:
        """The first samples of each sign are themselves put on trial."""
        room = WITNESSES - int((self.truth != NOBODY).sum())
        first = [np.flatnonzero(labels == label)[:EACH] for label in np.unique(labels[before:])]
        called = np.concatenate(first)
        called = np.sort(called[called >= before])[:room]
        self.vectors = np.concatenate([self.vectors, rows[called]])
        self.truth = np.concatenate([self.truth, labels[called]])
        self._lessons = np.concatenate([self._lessons, lessons[called]])
        self._best = np.pad(self._best, ((0, len(called)), (0, 0), (0, 0)), constant_values=ABSENT)

    def _hear(
        self, first: int, rows: NDArray[np.float32], labels: NDArray[np.int32], lessons: NDArray[np.int64]
    ) -> None:
        """Compare the pictures from place `first` on with these rows."""
        if first == len(self.vectors):
            return
        for start in range(0, len(rows), CHUNK):
            some = slice(start, start + CHUNK)
            cosines = self.vectors[first:] @ rows[some].T
            cosines[self._lessons[first:, None] == lessons[some]] = ABSENT
            for label in np.unique(labels[some]):
                self._keep_nearest(first, label, cosines[:, labels[some] == label])

    def _keep_nearest(self, first: int, label: int, cosines: NDArray[np.float32]) -> None:
        k = self._best.shape[2]
        pooled = np.concatenate([self._best[first:, label], cosines], axis=1)
        self._best[first:, label] = np.partition(pooled, -k, axis=1)[:, -k:]
