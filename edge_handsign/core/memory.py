"""What was taught, ready to be compared: a cosine k-nearest-neighbour classifier in one NumPy matrix.

Which sign is the nearest is told by `standings`, whether it is near enough by `doubt`.
"""

from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass, replace
from math import inf

import numpy as np
from numpy.typing import NDArray

from edge_handsign.core.doubt import Doubt, Prior
from edge_handsign.core.knob import knob
from edge_handsign.core.messages import Match, Neighbour, NonSigns, Sample
from edge_handsign.core.scan import product, reserved
from edge_handsign.core.standings import Pool, Standings, ranked
from edge_handsign.core.threshold import Threshold

NOTHING_TAUGHT = Match(sign=None, closed=None, similarity=-1.0, margin=0.0, evidence=-inf, nearest=())


class MemoryFull(Exception):
    """Capacity is reached; forget something first."""


@dataclass(frozen=True, slots=True)
class MemorySettings:
    """How what was taught is compared."""

    k: int = knob(3, "how many of a sign's nearest samples speak for it", low=1, high=64)
    capacity: int = knob(20_000, "how many samples there is room for", low=1, high=200_000)
    false_alarms_per_hour: float = knob(
        1.0, "LEDs an hour, lit where no sign is shown, that are put up with", low=0.01, high=3600
    )


class Memory:
    """Samples of one backbone, a row of one matrix each. The matrix is reserved once at full capacity and touched only
    as it fills, so it costs address space, not RAM, and a lesson copies one row."""

    def __init__(self, dimension: int, settings: MemorySettings, prior: Prior | None = None) -> None:
        """`prior` is what is known of the backbone; without it, only what is taught says what is unknown."""
        self.settings = settings
        self._doubt = Doubt(dimension, settings.k, settings.false_alarms_per_hour, prior)
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

    def settle(self, room: NonSigns) -> None:
        """What the room looks like without signs."""
        self._doubt.settle(room)

    def put_up_with(self, false_alarms_per_hour: float) -> None:
        """Another goal than before; the threshold follows with the next match."""
        if false_alarms_per_hour != self.settings.false_alarms_per_hour:
            self.settings = replace(self.settings, false_alarms_per_hour=false_alarms_per_hour)
            self._doubt.per_hour = false_alarms_per_hour
            self._doubt.forget()

    @property
    def threshold(self) -> Threshold:
        """The evidence that is asked of a sign, from all that is taught."""
        if self._doubt.learned != self._length:
            taught = slice(self._length)
            self._doubt.learn(self._rows[taught], self._labels[taught], self._lessons[taught])
        return self._doubt.threshold

    def match(self, vector: NDArray[np.float32], presence: float = 1.0) -> Match:
        """What a picture looks like; `vector` is (d,) float32 of unit length, `presence` as in Embedding."""
        if not self._length:
            return NOTHING_TAUGHT
        standings = Standings(self.similarities(vector), self._labels[: len(self)], self._counts, self.settings.k)
        _, similarity, label = standings.first
        closed = self._names[label]
        samples, rival = self._counts[label], standings.rival
        evidence = self._doubt.evidence(vector, presence, similarity, samples, rival) - self.threshold.level
        nearest = tuple(
            [
                Neighbour(int(self._ids[place]), self._names[sign], -less)
                for less, place, sign in standings.pool[: self.settings.k]
            ]
        )
        known = closed if evidence >= 0 else None
        return Match(known, closed, similarity, standings.margin, evidence, nearest)

    def places(self, sign: str) -> tuple[NDArray[np.intp], NDArray[np.int64]]:
        """Where the samples of a sign lie, (m,), older first, and their lessons; good until something is forgotten."""
        places = np.flatnonzero(self._labels[: len(self)] == self._label(sign))
        return places, self._lessons[places]

    def vectors(self, places: NDArray[np.intp]) -> NDArray[np.float32]:
        """(m, d), a copy of the samples that lie there."""
        return self._rows[places]

    def closed_without_lesson(self, place: int) -> str | None:
        """The nearest sign to the sample there, however far, had its whole lesson never been given; None if nothing
        else was taught.
        """
        others = self._lessons[: len(self)] != self._lessons[place]
        counts = self._counts - Counter(self._labels[: len(self)][~others].tolist())
        if not counts:
            return None
        similarities, labels = self.similarities(self._rows[place])[others], self._labels[: len(self)][others]
        return self._names[Standings(similarities, labels, counts, self.settings.k).first.label]

    def similarities(self, vector: NDArray[np.float32]) -> NDArray[np.float32]:
        """(n,) cosines of `vector`, (d,) of unit length, to every sample, in the order in which they lie here."""
        return product(self._rows[: self._length], vector)

    def ranked(self, similarities: NDArray[np.float32]) -> Pool:
        """The nearest of all samples."""
        return ranked(similarities, self._labels[: len(self)], self.settings.k)

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
        self._doubt.forget()
