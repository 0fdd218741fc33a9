"""The shelf on which samples lie: teach, undo and forget return when it is durable, or raise and promise nothing.

What was refused is not served by this run; where only a commit's last sync failed, the next start may find it done.

Samples made with another backbone stay, asleep: they are never compared, and come back with their backbone.
"""

import sqlite3
from collections.abc import Callable
from contextlib import ExitStack, suppress
from pathlib import Path
from typing import Self

import numpy as np
from numpy.typing import NDArray

from edge_handsign.core.messages import NonSigns, Sample, Teach
from edge_handsign.errors import StoreError
from edge_handsign.store import room as rooms
from edge_handsign.store.answers import Census, Dated, Loaded, Reembedded
from edge_handsign.store.changes import OF_SIGN, Backbone, boot_id, insert, move, remove, rename, take
from edge_handsign.store.draft import Surroundings
from edge_handsign.store.packing import is_packed, unpacked
from edge_handsign.store.parcel import Parcel
from edge_handsign.store.row import Row
from edge_handsign.store.scan import Scan, scan
from edge_handsign.store.space import KEEP_FREE, insist_on_room
from edge_handsign.store.transaction import erasure, transaction
from edge_handsign.store.troubles import explained
from edge_handsign.store.upkeep import Upkeep


class Store:
    """Open for as long as its `with` lasts; main thread only.

    `fingerprint`, `dimension` and `model_name` are the backbone's, and the folder is made for it. Without them a
    visitor looks and forgets in what exists; the backbone that was here last is then the one that is awake.
    """

    def __init__(
        self,
        folder: Path,
        fingerprint: bytes | None = None,
        dimension: int = 0,
        model_name: str = "",
        *,
        keep_free: int = KEEP_FREE,
        pictures: bool = False,
    ) -> None:
        self._folder, self._keep_free = folder, keep_free
        self._owner = fingerprint is not None
        self._boot_id = boot_id()
        with ExitStack() as opened:
            self._upkeep = Upkeep(folder, create=self._owner, pictures=pictures)
            opened.callback(self._upkeep.close)
            if fingerprint is None:
                self._backbone = self._last_backbone()
            else:
                self._backbone = Backbone(fingerprint, dimension, model_name)
                self._note_backbone()
            self._opened = opened.pop_all()

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self._opened.close()

    @property
    def trouble(self) -> str:
        """What a person should be shown about the storage since the last `tend`; empty when all is well."""
        return self._upkeep.trouble

    def load(self) -> Loaded:
        """Everything that can be served; a damaged file is mended first. StoreError when nothing can be read at all."""
        found = self._scan()
        if found.damaged and self._owner and self._upkeep.mend():
            found = self._scan()
        if self._owner:
            self._upkeep.pictures.retain(row.id for row in found.rows)
        rescued = self._upkeep.ground.rescued
        awake = [row for row in found.rows if self._is_awake(row)]
        with explained(self._path):
            room, room_damaged = rooms.read(self._db, self._backbone.fingerprint, self._backbone.dimension)
        return Loaded(
            samples=_served(awake, self._backbone.dimension),
            asleep=len(found.rows) - len(awake),
            damaged=found.damaged + (rescued.lost or 0 if rescued else 0) + room_damaged,
            last_lesson=max((row.lesson for row in found.rows), default=0),
            room=room,
            rescued=rescued,
        )

    def dated(self, fingerprint: bytes) -> tuple[Dated, ...]:
        """What was taught through the backbone of that fingerprint, and when; oldest first."""
        with explained(self._path):
            (dimension,) = self._db.execute(
                "SELECT dim FROM model WHERE fingerprint = ?", (fingerprint,)
            ).fetchone() or [0]
        rows = [row for row in self._scan().rows if row.fingerprint == fingerprint and is_packed(row.emb, dimension)]
        return tuple(Dated(sample, row.wall_ns) for sample, row in zip(_served(rows, dimension), rows, strict=True))

    def census(self) -> Census:
        """How many samples each sign has, and each of its lessons."""
        found = self._scan()
        return Census.of(found.rows, found.damaged, self._is_awake)

    def parcel(self) -> Parcel:
        """All that can be carried to another box."""
        with explained(self._path):
            around = Surroundings.read(lambda question: self._db.execute(question).fetchall())
        return Parcel(around.models, self._scan().rows)

    def teach(self, change: Teach) -> int:
        """The sample's id, once it is committed; StoreError when it was not saved."""
        if change.vector.shape != (self._backbone.dimension,):
            raise ValueError(f"an embedding of {change.vector.shape}, but the backbone's is {self._backbone.dimension}")
        with self._upkeep.change():
            insist_on_room(self._folder, self._keep_free)
            with transaction(self._db, self._path):
                sample_id = insert(self._db, change, self._backbone, self._boot_id)
        self._upkeep.copier.changed()
        if change.pixels is not None:
            self._upkeep.pictures.keep(sample_id, change.pixels)
        return sample_id

    def undo(self, lesson: int) -> int:
        """Take one press or burst back; how many samples went, durably."""
        with self._upkeep.change(), erasure(self._db, self._path):
            removed = remove(self._db, "lesson = ?", lesson)
        self._upkeep.copier.changed()
        self._upkeep.pictures.drop(removed)
        return len(removed)

    def forget(self, sign: str) -> int:
        """Forget a sign, whatever backbone it was taught with; how many samples went, durably, and from every copy."""
        with self._upkeep.change(), erasure(self._db, self._path):
            removed = remove(self._db, OF_SIGN, sign)
            self._db.execute("DELETE FROM sign WHERE name = ?", (sign,))
        self._upkeep.withdraw_copies()
        self._upkeep.pictures.drop(removed)
        return len(removed)

    def rename(self, sign: str, name: str) -> int:
        """Call a sign something else; how many samples it has, durably. StoreError when that name is taken."""
        with explained(self._path):
            taken = self._db.execute("SELECT 1 FROM sign WHERE name = ?", (name,)).fetchone()
        if taken:
            raise StoreError(f"there is a sign {name} already: forget it first, or choose another name")
        with self._upkeep.change(), erasure(self._db, self._path):
            renamed = rename(self._db, sign, name)
        self._upkeep.withdraw_copies()
        return renamed

    def take(self, parcel: Parcel) -> int:
        """Add what another box was taught, all of it or, with StoreError, nothing; how many samples were new."""
        with self._upkeep.change():
            insist_on_room(self._folder, self._keep_free)
            with transaction(self._db, self._path):
                taken = take(self._db, parcel.models, parcel.rows)
        self._upkeep.copier.changed()
        return taken

    def reembed(self, embed: Callable[[NDArray[np.uint8]], NDArray[np.float32]]) -> Reembedded:
        """Move the samples of other backbones to this one's, from their pictures ((height, width, 3) RGB); all that can
        be, durably, or with StoreError none. Those without a picture stay asleep.
        """
        pictures, ids = self._upkeep.pictures, dict[int, int]()
        asleep = [row for row in self._scan().rows if not self._is_awake(row)]
        with self._upkeep.change(), transaction(self._db, self._path):
            for row in asleep:
                pixels = pictures.of(row.id)
                if pixels is not None:
                    ids[row.id] = move(self._db, row, self._backbone, embed(pixels))
        pictures.renumber(ids)
        self._upkeep.copier.changed()
        return Reembedded(len(ids), len(asleep) - len(ids))

    def tend(self, now: float) -> None:
        """What can be done between two ticks: a piece of the copy, a look at a card that was read-only; `now` in s,
        monotonic.
        """
        self._upkeep.tend(now)

    def make_copy(self) -> Path:
        """Where a copy of everything now is; StoreError when that did not work."""
        with self._upkeep.change():
            self._upkeep.copier.make()
        return self._upkeep.ground.places.copy

    @property
    def _db(self) -> sqlite3.Connection:
        return self._upkeep.db

    @property
    def _path(self) -> Path:
        return self._upkeep.path

    def settle(self, room: NonSigns) -> None:
        """Keep what a quiet minute saw instead of what the one before saw; StoreError when it was not saved."""
        with self._upkeep.change():
            insist_on_room(self._folder, self._keep_free)
            with transaction(self._db, self._path):
                rooms.keep(self._db, self._backbone.fingerprint, room)
        self._upkeep.copier.changed()

    def _scan(self) -> Scan:
        with explained(self._path):
            return scan(self._db)

    def _is_awake(self, row: Row) -> bool:
        return row.fingerprint == self._backbone.fingerprint and is_packed(row.emb, self._backbone.dimension)

    def _last_backbone(self) -> Backbone:
        question = (
            "SELECT fingerprint, dim, name FROM model WHERE fingerprint = (SELECT v FROM meta WHERE k = 'backbone')"
        )
        with explained(self._path):
            return Backbone(*(self._db.execute(question).fetchone() or (b"", 0, "")))

    def _note_backbone(self) -> None:
        """For visitors. A card that cannot take this note now can still be read, so nothing is raised."""
        note = (self._backbone.fingerprint,)
        with suppress(StoreError), explained(self._path):
            if self._db.execute("SELECT v FROM meta WHERE k = 'backbone'").fetchone() != note:
                with transaction(self._db, self._path):
                    self._db.execute("INSERT OR REPLACE INTO meta VALUES ('backbone', ?)", note)


def _served(rows: list[Row], dimension: int) -> tuple[Sample, ...]:
    vectors = unpacked([row.emb for row in rows], dimension)
    return tuple(Sample(row.id, row.sign, row.lesson, vector) for row, vector in zip(rows, vectors, strict=True))
