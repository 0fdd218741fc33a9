"""How many samples there should be, and the xor of their digests: what makes a row that vanished be missed.

Kept in the same transaction as the rows, so it is exactly as durable as they are.
"""

import sqlite3
from collections.abc import Iterable
from dataclasses import dataclass
from typing import Self

from edge_handsign.store.row import DIGEST_BYTES


def number(stored: object) -> int:
    """What is stored as bytes, as a number to count or to xor, whatever damage made of it."""
    return int.from_bytes(stored[:DIGEST_BYTES], "little") if isinstance(stored, bytes) else 0


@dataclass(frozen=True, slots=True)
class Tally:
    """What the file says of itself."""

    count: int
    xor: int  # of all digests, 128 bit

    @classmethod
    def read(cls, connection: sqlite3.Connection) -> Self:
        """As the last commit left it; zero where the entry itself was lost."""
        kept = dict(connection.execute("SELECT k, v FROM meta WHERE k IN ('n_samples', 'xor')"))
        return cls(number(kept.get("n_samples")), number(kept.get("xor")))

    def write(self, connection: sqlite3.Connection) -> None:
        """Part of the caller's transaction."""
        entries = (("n_samples", self.count.to_bytes(8, "little")), ("xor", self.xor.to_bytes(DIGEST_BYTES, "little")))
        connection.executemany("INSERT OR REPLACE INTO meta VALUES (?, ?)", entries)

    def plus(self, digests: Iterable[object]) -> "Tally":
        """With these rows."""
        return self._moved(digests, 1)

    def minus(self, digests: Iterable[object]) -> "Tally":
        """Without these rows."""
        return self._moved(digests, -1)

    def _moved(self, digests: Iterable[object], step: int) -> "Tally":
        count, xor = self.count, self.xor
        for digest in digests:
            count, xor = count + step, xor ^ number(digest)
        return Tally(max(count, 0), xor)
