"""Going once through a large matrix of unit vectors, as fast as NumPy can: where the milliseconds of a query are."""

import numpy as np
from numpy.typing import NDArray

CACHES = 8 * 2**20  # bytes; a larger matrix streams from RAM, and NumPy 2's vecdot then reads it faster than its BLAS
BEYOND_CACHES = getattr(np, "vecdot", np.matmul)  # both measured by scripts/bench knn


def product(rows: NDArray[np.float32], vector: NDArray[np.float32]) -> NDArray[np.float32]:
    """(n,) inner products of `rows`, (n, d), with `vector`, (d,)."""
    found: NDArray[np.float32] = BEYOND_CACHES(rows, vector) if rows.nbytes > CACHES else rows @ vector
    return found


def reserved(count: int, dimension: int) -> NDArray[np.float32]:
    """(count, dimension) float32, not filled, beginning at a cache line: a scan of it is then a tenth faster."""
    line = 64  # bytes
    raw = np.empty(count * dimension + line // 4, np.float32)
    start = -raw.ctypes.data % line // raw.itemsize
    return raw[start : start + count * dimension].reshape(count, dimension)


def largest(values: NDArray[np.float32], size: int) -> NDArray[np.intp]:
    """Places of the `size` largest values and perhaps some more, ascending; of all if there are no more.

    Values are dealt out into heaps. Where `size` heaps have a value as large as some edge, so have `size` values; the
    tops of the heaps are few, so finding that edge is quicker than ordering the values themselves.
    """
    depth = len(values) // (4 * size)
    if depth < 2:
        return np.arange(len(values))
    heaps = len(values) // depth
    tops = values[: depth * heaps].reshape(depth, heaps).max(axis=0)
    tops.partition(heaps - size)
    near = np.flatnonzero(values >= tops[heaps - size])
    if len(near) > 4 * size:  # many are equal
        near = np.sort(near[values[near].argpartition(len(near) - size)[len(near) - size :]])
    return near
