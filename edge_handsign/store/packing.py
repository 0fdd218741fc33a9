"""How an embedding lies in the file: as the bytes that the interpreter gave where it gave such, else as float32.

A quantised network answers in whole numbers q less a zero point; an embedding is that vector at unit length. From it
the numbers are found again: a quarter of the room, and less time to load. The direction is kept exactly, the length to
the last bits. Which of the two it is follows from its length:

    1 + d bytes     the zero point, then q, both uint8
    4 * d bytes     float32, little-endian, whatever the machine
"""

from collections.abc import Iterable, Sequence
from itertools import groupby, islice

import numpy as np
from numpy.typing import NDArray

WHOLE = 1e-3  # how near to whole numbers float32 stays after scaling to at most 255
SAME = 3e-7  # two float32 of unit length that differ in their last bits only
AT_ONCE = 64  # embeddings: what fits into a core's cache


def packed(vector: NDArray[np.float32]) -> bytes:
    """(d,) of unit length, as it is kept."""
    numbers = _numbers(vector)
    if numbers is None:
        return raw(vector)
    zero = max(0, -int(numbers.min()))
    return bytes([zero]) + (numbers + zero).astype(np.uint8).tobytes()


def raw(numbers: NDArray[np.float32]) -> bytes:
    """Float32 of any shape as bytes, whatever they are."""
    return numbers.astype("<f4", copy=False).tobytes()


def floats(content: bytes) -> NDArray[np.float32]:
    """(n,), what `raw` made of them; read-only."""
    return np.frombuffer(content, "<f4").astype(np.float32, copy=False)


def packed_lengths(dimension: int) -> tuple[int, int]:
    """What an embedding takes, in bytes, the one way or the other."""
    return dimension + 1, 4 * dimension


def is_packed(emb: bytes, dimension: int) -> bool:
    """Whether it has one of the two lengths."""
    return len(emb) in packed_lengths(dimension)


def dimension(emb: bytes) -> int:
    """How many numbers it most likely has, where damage took the word for it: networks give a multiple of four."""
    return len(emb) // 4 if len(emb) % 4 == 0 else len(emb) - 1


def unpacked(embs: Sequence[bytes], dimension: int) -> list[NDArray[np.float32]]:
    """(d,) each, read-only where it lies as float32."""
    return Unpacker(dimension, len(embs)).unpacked(embs)


class Unpacker:
    """For thousands that come by and by: their vectors share pieces of memory for `together` of them, which is quicker
    to get as the kernel gives it in large pages.
    """

    def __init__(self, dimension: int, together: int = 4096) -> None:
        self._dimension, self._together = dimension, together
        self._free = np.empty((0, dimension), np.float32)

    def unpacked(self, embs: Iterable[bytes]) -> list[NDArray[np.float32]]:
        """(d,) each, read-only where it lies as float32."""
        vectors: list[NDArray[np.float32]] = []
        for length, alike in groupby(embs, len):
            if length == 4 * self._dimension:
                vectors.extend(map(floats, alike))
            while some := list(islice(alike, AT_ONCE)):
                vectors.extend(self._scaled(some))
        return vectors

    def _scaled(self, embs: list[bytes]) -> NDArray[np.float32]:
        count = len(embs)
        if count > len(self._free):
            self._free = np.empty((max(count, self._together), self._dimension), np.float32)
        vectors, self._free = self._free[:count], self._free[count:]
        _scale(embs, vectors)
        return vectors


def _scale(embs: list[bytes], vectors: NDArray[np.float32]) -> None:
    """(n, d) from n times 1 + d bytes."""
    block = np.frombuffer(b"".join(embs), np.uint8).reshape(len(embs), -1)
    vectors[...] = block[:, 1:]
    if block[:, 0].any():  # no network that ends in a ReLU has a zero point
        vectors -= block[:, :1].astype(np.float32)
    lengths = np.sqrt(vectors[:, None, :] @ vectors[:, :, None])[:, :, 0]  # twice as fast as einsum
    vectors *= 1 / np.maximum(lengths, np.float32(1))


def _numbers(vector: NDArray[np.float32]) -> NDArray[np.int16] | None:
    """(d,) whole numbers within 255 of each other in this direction, or None where there are none."""
    sizes = np.abs(vector)
    if not sizes.any() or not np.isfinite(sizes).all():
        return None
    smallest, largest = float(sizes[sizes > 0].min()), float(sizes.max())
    for first in range(1, int(255.5 * smallest / largest) + 1):  # the smallest number but zero is most often 1
        scaled = vector * np.float32(first / smallest)
        numbers = np.rint(scaled)
        if np.abs(scaled - numbers).max() < WHOLE and numbers.max() - min(numbers.min(), 0) <= 255:
            return numbers.astype(np.int16) if _gives_back(numbers, vector) else None
    return None


def _gives_back(numbers: NDArray[np.float32], vector: NDArray[np.float32]) -> bool:
    return bool(np.abs(numbers / np.sqrt(np.dot(numbers, numbers)) - vector).max() < SAME)
