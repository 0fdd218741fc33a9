"""The samples as the columns of one table, a row each, oldest first.

The table is reserved once at full capacity and touched only as it fills, so it costs address space, not RAM, and a
lesson copies one row. Vectors are kept twice, as they were taught and as they are compared (core/metric.py), unless
they are too wide for a metric.
"""

from collections import Counter
from collections.abc import Mapping

import numpy as np
from numpy.typing import NDArray

from edge_handsign.core.messages import Sample
from edge_handsign.core.metric import WIDEST, Metric
from edge_handsign.core.scan import reserved


class Rows:
    """Samples of one backbone; all that is handed out is a view, good until the next change."""

    def __init__(self, dimension: int, capacity: int) -> None:
        self.metric = Metric()
        self.names: list[str] = []  # by label; a name stays when its samples go
        self.counts: Counter[int] = Counter()  # samples by label
        self._taught = reserved(capacity, dimension)
        self._compared = self._taught if dimension > WIDEST else reserved(capacity, dimension)
        self._ids = np.empty(capacity, np.int64)
        self._lessons = np.empty(capacity, np.int64)
        self._labels = np.empty(capacity, np.int32)
        self._length = 0

    def __len__(self) -> int:
        return self._length

    @property
    def taught(self) -> NDArray[np.float32]:
        """(n, d), unit length, as the backbone described them."""
        return self._taught[: self._length]

    @property
    def compared(self) -> NDArray[np.float32]:
        """(n, d), unit length, in the metric."""
        return self._compared[: self._length]

    @property
    def ids(self) -> NDArray[np.int64]:
        """(n,)."""
        return self._ids[: self._length]

    @property
    def lessons(self) -> NDArray[np.int64]:
        """(n,)."""
        return self._lessons[: self._length]

    @property
    def labels(self) -> NDArray[np.int32]:
        """(n,), places in `names`."""
        return self._labels[: self._length]

    def by_name(self) -> Mapping[str, int]:
        """Samples of each sign that has some."""
        return {self.names[label]: count for label, count in self.counts.items() if count}

    def label(self, sign: str) -> int:
        """Its place in `names`."""
        if sign not in self.names:
            self.names.append(sign)
        return self.names.index(sign)

    def rename(self, sign: str, name: str) -> None:
        """No sample is called `name` yet."""
        old, new = self.label(sign), self.label(name)
        self.names[old], self.names[new] = name, sign

    def add(self, sample: Sample) -> None:
        """One more; there has to be room."""
        place, label = self._length, self.label(sample.sign)
        self._taught[place] = sample.vector
        self._compared[place] = self.metric.seen(sample.vector)
        self._ids[place], self._lessons[place], self._labels[place] = sample.id, sample.lesson, label
        self.counts[label] += 1
        self._length += 1

    def keep(self, wanted: NDArray[np.bool_]) -> None:
        """Only these, of (n,), compared by what is left."""
        places = np.flatnonzero(wanted)
        for column in (self._taught, self._ids, self._lessons, self._labels):
            column[: len(places)] = column[places]
        self._length = len(places)
        self.counts = Counter(self.labels.tolist())
        self.fit()

    def fit(self) -> bool:
        """Compare by what is taught now; whether anything is compared otherwise than before."""
        before, self.metric = self.metric, Metric.fitted(self.taught, self.labels)
        if self._compared is not self._taught:
            self.compared[:] = self.metric.seen(self.taught)
        return before.turns or self.metric.turns
