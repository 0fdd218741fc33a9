"""A plane on which a memory can be drawn: the two directions in which its samples differ most."""

import numpy as np
from numpy.typing import NDArray


def flattened(vectors: NDArray[np.float32]) -> tuple[NDArray[np.float64], float]:
    """(n, 2) coordinates of (n, d) vectors, and the share of their variance that is left, 0..1.

    Principal components (Pearson, 1901). Each points to where its largest weight is positive, so that the same memory
    is always drawn the same way round.
    """
    centred = vectors.astype(np.float64) - vectors.mean(axis=0, dtype=np.float64)
    variances, directions = np.linalg.eigh(centred.T @ centred)  # ascending
    plane = directions[:, :-3:-1]
    plane = plane * np.sign(plane[np.abs(plane).argmax(axis=0), range(plane.shape[1])])
    total = float(variances.sum())
    return centred @ plane, float(variances[-2:].sum()) / total if total > 0 else 1.0
