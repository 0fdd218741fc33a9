"""The shelf on which samples lie: teach, undo and forget return when it is durable, or raise and promise nothing.

What was refused is not served by this run; where only a commit's last sync failed, the next start may find it done.

Samples made with another backbone stay, asleep: they are never compared, and come back with their backbone.
"""

import sqlite3
from contextlib import ExitStack
from pathlib import Path
from typing import Any, Self

from edge_handsign.core.messages import NonSigns, Teach
from edge_handsign.store import room as rooms
from edge_handsign.store.answers import Census, Dated, Loaded
from edge_handsign.store.backbone import Backbone
from edge_handsign.store.changes import OF_SIGN, boot_id, insert, remove
from edge_handsign.store.contents import Contents
from edge_handsign.store.errand import Errand
from edge_handsign.store.orders import Orders
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
                with explained(self._path):
                    self._backbone = Backbone.last(self._db)
            else:
                self._backbone = Backbone(fingerprint, dimension, model_name)
                self._backbone.note(self._db, self._path)
            self._opened = opened.pop_all()
        self.orders = Orders(self._upkeep, self._backbone, keep_free)

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self._opened.close()

    @property
    def trouble(self) -> str:
        """What a person should be shown about the storage since the last `tend`; empty when all is well."""
        return self._upkeep.trouble

    @property
    def revision(self) -> int:
        """Goes up with every change."""
        return self._upkeep.revision

    def load(self) -> Loaded:
        """Everything that can be served; a damaged file is mended first. StoreError when nothing can be read at all."""
        found = self._contents.loading()
        if found.damaged and self._owner and self._upkeep.mend():
            found = self._contents.loading()
        if self._owner:
            self._upkeep.pictures.retain(found.ids)
        return self._contents.loaded(found, self._upkeep.ground.rescued)

    def dated(self, fingerprint: bytes) -> tuple[Dated, ...]:
        """What was taught through the backbone of that fingerprint, and when; oldest first."""
        return self._contents.dated(fingerprint)

    def census(self) -> Census:
        """How many samples each sign has, and each of its lessons."""
        return self.orders.counting().run()

    def teach(self, change: Teach) -> int:
        """The sample's id, once it is committed; StoreError when it was not saved."""
        if change.vector.shape != (self._backbone.dimension,):
            raise ValueError(f"an embedding of {change.vector.shape}, but the backbone's is {self._backbone.dimension}")
        with self._upkeep.change():
            insist_on_room(self._folder, self._keep_free)
            with transaction(self._db, self._path):
                sample_id = insert(self._db, change, self._backbone, self._boot_id)
        self._upkeep.copier.changed()
        if change.frame is not None:
            self._upkeep.pictures.keep(sample_id, change.frame)
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

    def settle(self, room: NonSigns) -> None:
        """Keep what a quiet minute saw instead of what the one before saw; StoreError when it was not saved."""
        with self._upkeep.change():
            insist_on_room(self._folder, self._keep_free)
            with transaction(self._db, self._path):
                rooms.keep(self._db, self._backbone.fingerprint, room)
        self._upkeep.copier.changed()

    def give(self, errand: Errand[Any]) -> None:
        """Do it by and by, in `tend`, after those that were given before."""
        self._upkeep.errands.add(errand)

    def take_back(self, errand: Errand[Any]) -> None:
        """Nobody wants it any more; nothing of it has happened."""
        self._upkeep.errands.remove(errand)

    def tend(self, now: float) -> None:
        """What can be done between two ticks: a piece of an errand or of the copy, a look at a card that was
        read-only; `now` in s, monotonic. StoreError when the file cannot be opened any more.
        """
        self._upkeep.tend(now)

    @property
    def _contents(self) -> Contents:
        return self.orders.contents

    @property
    def _db(self) -> sqlite3.Connection:
        return self._upkeep.db

    @property
    def _path(self) -> Path:
        return self._upkeep.path
