"""How vectors are compared: what pictures of one sign differ in anyway counts less than what they have in common.

Within each taught sign the samples scatter, by light, turn and place. Directions in which they scatter much say little
about the sign, so vectors are divided by that scatter before their cosine is taken (the within-class metric of linear
discriminant analysis):

    w = M v / |M v|,    M = ((S + d t I) / (n - c + d)) ** -1/2

S is the sum, over n samples of c signs, of the outer product of each one's difference from its sign's mean, and
t = tr(S) / (d (n - c)) the mean variance of one of the d numbers. I, all directions alike, stands for d more samples,
so that a few lessons change little and many speak for themselves. Only what is taught here is asked: the scatter of
other people's signs, tried with whole collections left out, made signs harder to tell from nothing and from each other.
"""

from typing import Self

import numpy as np
from numpy.typing import NDArray

WIDEST = 256  # numbers of a vector beyond which fitting takes longer than a lesson may
STALE = 1.125  # times as many samples as were fitted to are worth another fit


class Metric:
    """A linear map of vectors, and what it was fitted to. Immutable."""

    def __init__(self, matrix: NDArray[np.float32] | None = None, samples: int = 0) -> None:
        """`matrix` is (d, d), symmetric; without one, vectors are compared as they are. `samples` were fitted to."""
        self._matrix, self._samples = matrix, samples

    @classmethod
    def fitted(cls, vectors: NDArray[np.float32], labels: NDArray[np.int32]) -> Self:
        """To (n, d) unit vectors of samples and the labels, (n,), of their signs."""
        samples, width = vectors.shape
        signs, counts = np.unique(labels, return_counts=True)
        free = samples - len(signs)
        if width > WIDEST or free < 1:
            return cls(None, samples)
        scatter = (vectors.T @ vectors).astype(np.float64)
        for sign, count in zip(signs, counts, strict=True):
            total = vectors[labels == sign].sum(axis=0, dtype=np.float64)
            scatter -= np.outer(total, total) / count
        variance = max(float(np.trace(scatter)) / (width * free), np.finfo(np.float32).eps)
        scatter[np.diag_indices(width)] += width * variance
        spread, directions = np.linalg.eigh(scatter / (free + width))
        matrix = (directions / np.sqrt(np.maximum(spread, np.finfo(np.float32).eps))) @ directions.T
        return cls(matrix.astype(np.float32), samples)

    @property
    def turns(self) -> bool:
        """Whether vectors are compared otherwise than they are."""
        return self._matrix is not None

    def fits(self, samples: int) -> bool:
        """Whether so many samples, those that it was fitted to and newer ones, need no other."""
        return self._samples <= samples < max(self._samples * STALE, self._samples + 1)

    def seen(self, vectors: NDArray[np.float32]) -> NDArray[np.float32]:
        """(..., d) of unit length, as they are compared, of (..., d); a vector without direction stays so."""
        if self._matrix is None:
            return vectors
        mapped = vectors @ self._matrix
        lengths = np.sqrt(np.einsum("...i,...i", mapped, mapped))
        compared: NDArray[np.float32] = mapped / np.maximum(lengths, np.finfo(np.float32).tiny)[..., None]
        return compared
