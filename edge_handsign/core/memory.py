"""What was taught, ready to be compared: a cosine k-nearest-neighbour classifier in one NumPy matrix.

How pictures are compared is told by `metric`, which sign is the nearest by `standings`, whether it is near enough by
`doubt`.
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
from edge_handsign.core.rows import Rows
from edge_handsign.core.scan import product
from edge_handsign.core.standings import Pool, Standings, ranked
from edge_handsign.core.threshold import Threshold

NEARLY_FULL = 0.9  # of the capacity
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
    """Samples of one backbone. Main thread only."""

    def __init__(self, dimension: int, settings: MemorySettings, prior: Prior | None = None) -> None:
        """`prior` is what is known of the backbone; without it, only what is taught says what is unknown."""
        self.settings = settings
        self._rows = Rows(dimension, settings.capacity)
        self._doubt = Doubt(dimension, settings.k, settings.false_alarms_per_hour, prior)

    def __len__(self) -> int:
        return len(self._rows)

    @property
    def full(self) -> bool:
        """No room for another sample."""
        return self.room <= 0

    @property
    def room(self) -> int:
        """For how many more samples."""
        return self.settings.capacity - len(self)

    @property
    def filling(self) -> str:
        """What is to be said of it after a lesson; empty as long as there is plenty of room."""
        share = len(self) / self.settings.capacity
        return f"; the memory is {share * 100:.0f} % full" if share >= NEARLY_FULL else ""

    def counts(self) -> Mapping[str, int]:
        """Samples of each sign."""
        return self._rows.by_name()

    def lessons(self) -> frozenset[int]:
        """The lessons of which there are samples."""
        return frozenset(self._rows.lessons.tolist())

    def teach(self, sample: Sample) -> None:
        """Remember a sample; the next `match` sees it. Its vector is (d,) float32 of unit length. MemoryFull."""
        if self.full:
            raise MemoryFull
        self._rows.add(sample)

    def rename(self, sign: str, name: str) -> None:
        """Call a sign something else; no sample is called `name` yet."""
        self._rows.rename(sign, name)

    def forget_lesson(self, lesson: int) -> None:
        """Drop the samples of one press or burst."""
        self._keep(self._rows.lessons != lesson)

    def forget_sign(self, sign: str) -> None:
        """Drop every sample of a sign."""
        self._keep(self._rows.labels != self._rows.label(sign))

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
        self._fit()
        if self._doubt.learned != len(self):
            self._doubt.learn(self._rows.compared, self._rows.labels, self._rows.lessons)
        return self._doubt.threshold

    def match(self, vector: NDArray[np.float32], presence: float = 1.0) -> Match:
        """What a picture looks like; `vector` is (d,) float32 of unit length, `presence` as in Embedding."""
        if not len(self):
            return NOTHING_TAUGHT
        level, rows = self.threshold.level, self._rows
        seen = rows.metric.seen(vector)
        standings = Standings(product(rows.compared, seen), rows.labels, rows.counts, self.settings.k)
        _, similarity, label = standings.first
        closed = rows.names[label]
        samples, rival = rows.counts[label], standings.rival
        evidence = self._doubt.evidence(seen, presence, similarity, samples, rival) - level
        nearest = tuple(
            [
                Neighbour(int(rows.ids[place]), rows.names[sign], -less)
                for less, place, sign in standings.pool[: self.settings.k]
            ]
        )
        known = closed if evidence >= 0 else None
        return Match(known, closed, similarity, standings.margin, evidence, nearest)

    def places(self, sign: str) -> tuple[NDArray[np.intp], NDArray[np.int64]]:
        """Where the samples of a sign lie, (m,), older first, and their lessons; good until something is forgotten."""
        places = np.flatnonzero(self._rows.labels == self._rows.label(sign))
        return places, self._rows.lessons[places]

    def vectors(self, places: NDArray[np.intp]) -> NDArray[np.float32]:
        """(m, d), a copy of the samples that lie there."""
        return self._rows.taught[places]

    def closed_without_lesson(self, place: int) -> str | None:
        """The nearest sign to the sample there, however far, had its whole lesson never been given; None if nothing
        else was taught. By vectors as they were taught, because the lesson has its part in the metric.
        """
        rows = self._rows
        others = rows.lessons != rows.lessons[place]
        counts = rows.counts - Counter(rows.labels[~others].tolist())
        if not counts:
            return None
        similarities = product(rows.taught, rows.taught[place])[others]
        return rows.names[Standings(similarities, rows.labels[others], counts, self.settings.k).first.label]

    def similarities(self, vector: NDArray[np.float32]) -> NDArray[np.float32]:
        """(n,) cosines of `vector`, (d,) of unit length, to every sample, in the order in which they lie here."""
        self._fit()
        return product(self._rows.compared, self._rows.metric.seen(vector))

    def ranked(self, similarities: NDArray[np.float32]) -> Pool:
        """The nearest of all samples."""
        return ranked(similarities, self._rows.labels, self.settings.k)

    def _fit(self) -> None:
        """Compare by what is taught now, if that is much more than what the metric was fitted to."""
        if not self._rows.metric.fits(len(self)) and self._rows.fit():
            self._doubt.compare_by(self._rows.metric)

    def _keep(self, wanted: NDArray[np.bool_]) -> None:
        self._rows.keep(wanted)
        self._doubt.compare_by(self._rows.metric)
