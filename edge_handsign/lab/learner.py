"""Who learns: the seam between a trial and the four ways of making an answer out of pictures."""

from collections.abc import Callable
from typing import Any, Protocol

import numpy as np
from numpy.typing import NDArray

Shown = NDArray[Any]  # Bundle.pictures or .frames, or (n, d) float32 where only embeddings were kept
Signs = NDArray[np.intp]  # (n,)
See = Callable[[Shown], NDArray[np.float32]]  # pictures to embeddings, (n, d) of unit length


class Learner(Protocol):
    """Opening one loads its libraries, which a trial does not count as learning."""

    @property
    def shown(self) -> Shown:
        """All pictures at the size that it takes; a trial gives it some."""

    @property
    def parameters(self) -> int:
        """How many numbers were trained; known when it has learned."""

    @property
    def settled(self) -> bool:
        """Whether it stopped learning because it did not get better, and not for the end of its time."""

    def learn(self, shown: Shown, signs: Signs) -> None:
        """From nothing."""

    def answer(self, shown: Shown) -> Signs:
        """(n,) which sign each shows; it never says "unknown"."""
