"""One sample as it lies in the file, and the digest that tells whether it still is what was taught.

SQLite keeps its own structure consistent, but one flipped bit in an embedding passes its integrity check.
"""

import struct
from functools import lru_cache
from hashlib import blake2b
from typing import NamedTuple

DIGEST_BYTES = 16
EMPTY = blake2b(digest_size=DIGEST_BYTES, person=b"handsign sample")
NUMBERS, LENGTH = struct.Struct("<Iqqq"), struct.Struct("<I")


class Row(NamedTuple):
    """One row of `sample`, its references resolved."""

    id: int
    sign: str
    lesson: int
    fingerprint: bytes
    wall_ns: int  # ns since 1970 by a clock that may have been wrong: for people, never for order
    emb: bytes
    boot_id: bytes = b""  # which run of the kernel: for people, and not covered

    def digest(self) -> bytes:
        """16 bytes over every field; each part carries its length, so that no two rows spell the same bytes."""
        sample_id, sign, lesson, fingerprint, wall_ns, emb, _ = self
        digest = EMPTY.copy()
        digest.update(NUMBERS.pack(24, sample_id, lesson, wall_ns) + _names(sign, fingerprint, len(emb)))
        digest.update(emb)
        return digest.digest()

    def content(self) -> bytes:
        """16 bytes that a sample has in every box: sign, backbone and embedding, whatever number it goes by."""
        return self._replace(id=0, lesson=0, wall_ns=0).digest()


@lru_cache(maxsize=256)
def _names(sign: str, fingerprint: bytes, length: int) -> bytes:
    """The part that thousands of rows share."""
    name = sign.encode()
    return LENGTH.pack(len(name)) + name + LENGTH.pack(len(fingerprint)) + fingerprint + LENGTH.pack(length)
