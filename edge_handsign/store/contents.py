"""What is in the file, seen through a backbone: read whole and verified, never changed."""

import sqlite3
from collections.abc import Generator, Sequence
from contextlib import closing
from dataclasses import dataclass
from pathlib import Path

from edge_handsign.core.messages import Sample
from edge_handsign.store import room as rooms
from edge_handsign.store.answers import Census, Dated, Loaded
from edge_handsign.store.backbone import Backbone
from edge_handsign.store.draft import Surroundings
from edge_handsign.store.packing import is_packed, unpacked
from edge_handsign.store.parcel import Parcel
from edge_handsign.store.rescue import Rescue
from edge_handsign.store.row import Row
from edge_handsign.store.scan import Scan, scan, scanning
from edge_handsign.store.troubles import DAMAGED, Damaged, explained


@dataclass(frozen=True, slots=True)
class Contents:
    """Of the file that is open now; StoreError where it cannot be read at all."""

    db: sqlite3.Connection
    path: Path
    backbone: Backbone

    def scan(self) -> Scan:
        """Every sample, whatever backbone it is of."""
        with explained(self.path):
            return scan(self.db)

    def loaded(self, found: Scan, rescued: Rescue | None) -> Loaded:
        """What a start is given of what was found."""
        awake = [row for row in found.rows if self.backbone.made(row)]
        with explained(self.path):
            room, room_damaged = rooms.read(self.db, self.backbone.fingerprint, self.backbone.dimension)
        return Loaded(
            samples=served(awake, self.backbone.dimension),
            asleep=len(found.rows) - len(awake),
            damaged=found.damaged + (rescued.lost or 0 if rescued else 0) + room_damaged,
            last_lesson=max((row.lesson for row in found.rows), default=0),
            room=room,
            rescued=rescued,
        )

    def dated(self, fingerprint: bytes) -> tuple[Dated, ...]:
        """What was taught through the backbone of that fingerprint, and when; oldest first."""
        question = "SELECT dim FROM model WHERE fingerprint = ?"
        with explained(self.path):
            (dimension,) = self.db.execute(question, (fingerprint,)).fetchone() or [0]
        rows = [row for row in self.scan().rows if row.fingerprint == fingerprint and is_packed(row.emb, dimension)]
        return tuple(Dated(sample, row.wall_ns) for sample, row in zip(served(rows, dimension), rows, strict=True))

    def parcel(self) -> Parcel:
        """All that can be carried to another box."""
        return Parcel(self.surroundings().models, self.scan().rows)

    def surroundings(self) -> Surroundings:
        """What there is beside samples."""
        with explained(self.path):
            return Surroundings.read(lambda question: self.db.execute(question).fetchall())

    def counting(self) -> Generator[None, None, Census]:
        """The census, a little of the file a step."""
        with explained(self.path):
            found = yield from scanning(self.db)
        return Census.of(found.rows, found.damaged, self.backbone.made)


def parcel_of(copy: Path) -> Parcel:
    """All of a copy that can be carried to another box; Damaged where it is not whole."""
    with explained(copy), closing(sqlite3.connect(copy, isolation_level=None)) as db:
        contents = Contents(db, copy, Backbone.last(db))
        if contents.scan().damaged:
            raise Damaged(f"{copy}: {DAMAGED}")
        return contents.parcel()


def served(rows: Sequence[Row], dimension: int) -> tuple[Sample, ...]:
    """As a memory takes them."""
    vectors = unpacked([row.emb for row in rows], dimension)
    return tuple(Sample(row.id, row.sign, row.lesson, vector) for row, vector in zip(rows, vectors, strict=True))
