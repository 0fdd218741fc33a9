"""What is in the file, seen through a backbone: read whole and verified, never changed."""

import sqlite3
from collections.abc import Generator
from contextlib import closing
from dataclasses import dataclass
from operator import attrgetter
from pathlib import Path

from edge_handsign.store import room as rooms
from edge_handsign.store.answers import Census, Dated, Loaded
from edge_handsign.store.backbone import Backbone
from edge_handsign.store.draft import Surroundings
from edge_handsign.store.loading import Loading, served
from edge_handsign.store.packing import Unpacker, is_packed
from edge_handsign.store.parcel import Parcel
from edge_handsign.store.rescue import Rescue
from edge_handsign.store.row import Row
from edge_handsign.store.scan import Scan, scan, scanned, scanning
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

    def loading(self) -> Loading:
        """All that a start needs of the samples."""
        loading = Loading(self.backbone)
        with explained(self.path):
            loading.damaged = scanned(self.db, loading.add)
        return loading

    def loaded(self, found: Loading, rescued: Rescue | None) -> Loaded:
        """What a start is given of what was found."""
        with explained(self.path):
            room, room_damaged = rooms.read(self.db, self.backbone.fingerprint, self.backbone.dimension)
        return Loaded(
            samples=tuple(sorted(found.samples, key=attrgetter("id"))),
            asleep=len(found.ids) - len(found.samples),
            damaged=found.damaged + (rescued.lost or 0 if rescued else 0) + room_damaged,
            last_lesson=found.last_lesson,
            room=room,
            rescued=rescued,
        )

    def dated(self, fingerprint: bytes) -> tuple[Dated, ...]:
        """What was taught through the backbone of that fingerprint, and when; oldest first."""
        question = "SELECT dim FROM model WHERE fingerprint = ?"
        with explained(self.path):
            (dimension,) = self.db.execute(question, (fingerprint,)).fetchone() or [0]
        rows = [row for row in self.scan().rows if row.fingerprint == fingerprint and is_packed(row.emb, dimension)]
        samples = served(rows, Unpacker(dimension))
        return tuple(Dated(sample, row.wall_ns) for sample, row in zip(samples, rows, strict=True))

    def parcel(self) -> Parcel:
        """All that can be carried to another box."""
        return Parcel(self.surroundings().models, self.scan().rows)

    def surroundings(self) -> Surroundings:
        """What there is beside samples."""
        with explained(self.path):
            return Surroundings.read(lambda question: self.db.execute(question).fetchall())

    def counting(self) -> Generator[None, None, Census]:
        """The census, a little of the file a step."""
        rows: list[Row] = []
        with explained(self.path):
            damaged = yield from scanning(self.db, rows.extend)
        return Census.of(sorted(rows), damaged, self.backbone.made)


def parcel_of(copy: Path) -> Parcel:
    """All of a copy that can be carried to another box; Damaged where it is not whole."""
    with explained(copy), closing(sqlite3.connect(copy, isolation_level=None)) as db:
        contents = Contents(db, copy, Backbone.last(db))
        if contents.scan().damaged:
            raise Damaged(f"{copy}: {DAMAGED}")
        return contents.parcel()
