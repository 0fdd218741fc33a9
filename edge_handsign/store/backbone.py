"""Whose embeddings they are: the network that made them, and which one was here last."""

import sqlite3
from collections.abc import Iterable
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path
from typing import Self

from edge_handsign.errors import StoreError
from edge_handsign.store.packing import is_packed, packed_lengths
from edge_handsign.store.row import Row
from edge_handsign.store.transaction import transaction
from edge_handsign.store.troubles import explained

LAST = "SELECT fingerprint, dim, name FROM model WHERE fingerprint = (SELECT v FROM meta WHERE k = 'backbone')"


@dataclass(frozen=True, slots=True)
class Backbone:
    """Samples of another one sleep."""

    fingerprint: bytes
    dimension: int
    name: str

    @classmethod
    def last(cls, db: sqlite3.Connection) -> Self:
        """The one that was here last; one that nothing is of where nobody has noted it."""
        return cls(*(db.execute(LAST).fetchone() or (b"", 0, "")))

    def note(self, db: sqlite3.Connection, path: Path) -> None:
        """For visitors. A card that cannot take this note now can still be read, so nothing is raised."""
        note = (self.fingerprint,)
        with suppress(StoreError), explained(path):
            if db.execute("SELECT v FROM meta WHERE k = 'backbone'").fetchone() != note:
                with transaction(db, path):
                    db.execute("INSERT OR REPLACE INTO meta VALUES ('backbone', ?)", note)

    def made(self, row: Row) -> bool:
        """Whether the sample is awake beside it."""
        return row.fingerprint == self.fingerprint and is_packed(row.emb, self.dimension)

    def awake(self, rows: Iterable[Row]) -> list[Row]:
        """Those that it made: of thousands, in a third of the time."""
        mine, lengths = self.fingerprint, packed_lengths(self.dimension)
        return [row for row in rows if row.fingerprint == mine and len(row.emb) in lengths]
