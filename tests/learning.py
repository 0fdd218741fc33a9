"""What tests of the lab share."""

from typing import Any

import numpy as np
from numpy.typing import NDArray

from edge_handsign.lab.material import Apart, Material


def some(signs: int, groups: int, each: int) -> Material:
    """Every group shows every sign `each` times."""
    sign = np.tile(np.repeat(np.arange(signs), each), groups)
    group = np.repeat(np.arange(groups), signs * each)
    return Material(tuple(f"s{n}" for n in range(signs)), sign, group, Apart.RECORDINGS)


def unit(vectors: NDArray[Any]) -> NDArray[np.float32]:
    """(n, d) at length one."""
    return np.asarray(vectors / np.linalg.norm(vectors, axis=1, keepdims=True), np.float32)
