"""How much nearer a picture is to one sign than to every other: the score that explains an answer.

`Match.margin` says this of the sign that won. Here the sign stays, even while a covered picture makes another one win.
"""

from collections.abc import Sequence

import numpy as np
from numpy.typing import NDArray

from edge_handsign.core.memory import Memory


class Margin:
    """The margin of one sign in a memory."""

    def __init__(self, memory: Memory, signs: Sequence[str], sign: str) -> None:
        """`signs` are those of the memory's samples, in the order in which they were taught; `sign` is among them."""
        rows = {name: np.flatnonzero([name == other for other in signs]) for name in dict.fromkeys(signs)}
        self._own = rows.pop(sign)
        self._others = tuple(rows.values())
        self._memory = memory

    def __call__(self, vector: NDArray[np.float32]) -> float:
        """Cosine to the sign less that to the nearest other one, -2..2; -1 stands for the other if there is none."""
        similarities = self._memory.similarities(vector)
        others = (self._similarity(similarities[rows]) for rows in self._others)
        return self._similarity(similarities[self._own]) - max(others, default=-1.0)

    def _similarity(self, of_sign: NDArray[np.float32]) -> float:
        """Mean of the nearest samples, as the memory hears them."""
        return float(np.sort(of_sign)[-self._memory.settings.k :].mean())
