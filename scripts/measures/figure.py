"""A measured figure never stands alone: it has its spread, and how many draws it is the mean of."""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np


@dataclass(frozen=True, slots=True)
class Figure:
    """One measure: per cent, mean and standard deviation over `draws`."""

    mean: float
    spread: float
    draws: int

    def __str__(self) -> str:
        return f"{self.mean:.1f} ± {self.spread:.1f}"


def over(draws: Sequence[float]) -> Figure:
    """The figure of these draws."""
    return Figure(float(np.mean(draws)), float(np.std(draws)), len(draws))
