"""The shelf on which samples lie: teach, undo and forget return when it is durable, or raise and have changed nothing.

Samples made with another backbone stay, asleep: they are never compared, and come back with their backbone.
"""

import os
from contextlib import ExitStack, suppress
from pathlib import Path
from typing import Self

from edge_handsign.core.messages import NonSigns, Sample, Teach
from edge_handsign.errors import StoreError
from edge_handsign.store import room as rooms
from edge_handsign.store.answers import Census, Dated, Loaded, SignCount
from edge_handsign.store.changes import Backbone, boot_id, insert, remove, transaction
from edge_handsign.store.database import open_database
from edge_handsign.store.lock import Lock, give_to_owner_of
from edge_handsign.store.row import Row, unpacked
from edge_handsign.store.scan import Scan, scan
from edge_handsign.store.troubles import explained

KEEP_FREE = 16 * 2**20  # bytes: a full card stops more than this program


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
    ) -> None:
        self._folder, self._path, self._keep_free = folder, folder / "samples.db", keep_free
        with ExitStack() as opened:
            with explained(folder):
                if fingerprint is None:
                    _insist_on_a_file(self._path)
                else:
                    folder.mkdir(mode=0o700, parents=True, exist_ok=True)
            opened.enter_context(Lock(folder))
            self._db = open_database(self._path, create=fingerprint is not None)
            opened.callback(self._db.close)
            give_to_owner_of(folder, folder / "lock", self._path)
            if fingerprint is None:
                self._backbone = self._last_backbone()
            else:
                self._backbone = Backbone(fingerprint, dimension, model_name)
                self._note_backbone()
            self._boot_id = boot_id()
            self._opened = opened.pop_all()

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self._opened.close()

    def load(self) -> Loaded:
        """Everything that can be served; StoreError only when the file cannot be read at all."""
        found = self._scan()
        awake = [row for row in found.rows if self._is_awake(row)]
        with explained(self._path):
            room, room_damaged = rooms.read(self._db, self._backbone.fingerprint, self._backbone.dimension)
        return Loaded(
            samples=tuple(map(_sample, awake)),
            asleep=len(found.rows) - len(awake),
            damaged=found.damaged + room_damaged,
            last_lesson=max((row.lesson for row in found.rows), default=0),
            room=room,
        )

    def dated(self, fingerprint: bytes) -> tuple[Dated, ...]:
        """What was taught through the backbone of that fingerprint, and when; oldest first."""
        rows = self._scan().rows
        return tuple(Dated(_sample(row), row.wall_ns) for row in rows if row.fingerprint == fingerprint)

    def census(self) -> Census:
        """How many samples each sign has."""
        found = self._scan()
        rows: dict[str, list[Row]] = {}
        for row in found.rows:
            rows.setdefault(row.sign, []).append(row)
        return Census(tuple(self._counted(sign, of_sign) for sign, of_sign in rows.items()), found.damaged)

    def teach(self, change: Teach) -> int:
        """The sample's id, once it is committed; StoreError when it was not saved."""
        if change.vector.shape != (self._backbone.dimension,):
            raise ValueError(f"an embedding of {change.vector.shape}, but the backbone's is {self._backbone.dimension}")
        self._insist_on_room()
        with transaction(self._db, self._path):
            return insert(self._db, change, self._backbone, self._boot_id)

    def undo(self, lesson: int) -> int:
        """Take one press or burst back; how many samples went, durably."""
        with transaction(self._db, self._path):
            return remove(self._db, "lesson = ?", lesson)

    def forget(self, sign: str) -> int:
        """Forget a sign, whatever backbone it was taught with; how many samples went, durably."""
        with transaction(self._db, self._path):
            removed = remove(self._db, "sign_id = (SELECT id FROM sign WHERE name = ?)", sign)
            self._db.execute("DELETE FROM sign WHERE name = ?", (sign,))
            return removed

    def settle(self, room: NonSigns) -> None:
        """Keep what a quiet minute saw instead of what the one before saw; StoreError when it was not saved."""
        self._insist_on_room()
        with transaction(self._db, self._path):
            rooms.keep(self._db, self._backbone.fingerprint, room)

    def _scan(self) -> Scan:
        with explained(self._path):
            return scan(self._db)

    def _is_awake(self, row: Row) -> bool:
        return row.fingerprint == self._backbone.fingerprint and len(row.emb) == 4 * self._backbone.dimension

    def _counted(self, sign: str, rows: list[Row]) -> SignCount:
        awake = sum(map(self._is_awake, rows))
        return SignCount(sign, awake, len(rows) - awake, rows[0].wall_ns, rows[-1].wall_ns)

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

    def _insist_on_room(self) -> None:
        with explained(self._folder):
            card = os.statvfs(self._folder)
        if card.f_bavail * card.f_frsize < self._keep_free:
            raise StoreError(
                f"{self._folder}: less than {self._keep_free / 2**20:.0f} MB are free, nothing was saved: "
                "free some space on the card (df -h shows how much is left)"
            )


def _sample(row: Row) -> Sample:
    return Sample(row.id, row.sign, row.lesson, unpacked(row.emb))


def _insist_on_a_file(path: Path) -> None:
    """A visitor in the wrong folder leaves nothing behind there."""
    if not path.exists():
        raise StoreError(f"{path.parent} holds no {path.name}: edge-handsign has not kept anything there yet")
