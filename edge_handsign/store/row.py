"""One sample as it lies in the file, and the digest that tells whether it still is what was taught.

SQLite keeps its own structure consistent, but one flipped bit in an embedding passes its integrity check.
"""

import struct
from dataclasses import dataclass
from hashlib import blake2b

import numpy as np
from numpy.typing import NDArray

DIGEST_BYTES = 16
DTYPE = "f4"  # little-endian float32, whatever the machine


@dataclass(frozen=True, slots=True)
class Row:
    """One row of `sample`, its references resolved."""

    id: int
    sign: str
    lesson: int
    fingerprint: bytes
    wall_ns: int  # ns since 1970 by a clock that may have been wrong: for people, never for order
    emb: bytes

    def digest(self) -> bytes:
        """16 bytes over every field; each part carries its length, so that no two rows spell the same bytes."""
        digest = blake2b(digest_size=DIGEST_BYTES, person=b"handsign sample")
        numbers = struct.pack("<qqq", self.id, self.lesson, self.wall_ns)
        for part in (numbers, self.sign.encode(), self.fingerprint, self.emb):
            digest.update(struct.pack("<I", len(part)))
            digest.update(part)
        return digest.digest()


def packed(vector: NDArray[np.float32]) -> bytes:
    """(d,) as it is kept."""
    return vector.astype("<f4", copy=False).tobytes()


def unpacked(emb: bytes) -> NDArray[np.float32]:
    """(d,), read-only."""
    return np.frombuffer(emb, "<f4").astype(np.float32, copy=False)
