"""The product itself: its memory over the embeddings of its backbone. Nothing is trained; teaching keeps a row."""

from dataclasses import replace

import numpy as np

from edge_handsign.core.memory import Memory, MemorySettings
from edge_handsign.core.messages import Sample
from edge_handsign.lab.learner import See, Shown, Signs


class Knn:
    """Answers with the nearest sign however far it is, as the other learners must."""

    parameters = 0
    settled = True

    def __init__(self, shown: Shown, see: See, settings: MemorySettings) -> None:
        self.shown = shown
        self._see, self._settings = see, settings
        self._memory = Memory(1, settings)

    def learn(self, shown: Shown, signs: Signs) -> None:
        """Embed and keep."""
        vectors = self._see(shown)
        self._memory = Memory(vectors.shape[1], replace(self._settings, capacity=len(vectors)))
        for place, (vector, sign) in enumerate(zip(vectors, signs.tolist(), strict=True)):
            self._memory.teach(Sample(place, str(sign), place, vector))

    def answer(self, shown: Shown) -> Signs:
        """The nearest of each."""
        return np.array([int(self._memory.match(vector).closed or -1) for vector in self._see(shown)], np.intp)
