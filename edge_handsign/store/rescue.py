"""When the file is damaged or has vanished: every good sample of it, and what it lost of the copy's, in a fresh file.

Samples that were taken back or forgotten stay so: their numbers were noted. Nothing ever begins empty in silence.
"""

import sqlite3
from contextlib import closing, suppress
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Self

from edge_handsign.store import draft
from edge_handsign.store.backbone import Backbone
from edge_handsign.store.database import APPLICATION_ID, PAGE_BYTES, legible
from edge_handsign.store.draft import Surroundings
from edge_handsign.store.places import Places, journal, put_in_place
from edge_handsign.store.quarantine import put_aside
from edge_handsign.store.row import Row
from edge_handsign.store.scan import scan
from edge_handsign.store.tally import Tally
from edge_handsign.store.troubles import explained

OURS = b"CREATE TABLE sample("
NOWHERE = Surroundings((), {}, frozenset(), 0)


@dataclass(frozen=True, slots=True)
class Rescue:
    """What became of a damaged or vanished file."""

    kept: int  # samples that there are now
    from_copy: int  # of them, those that only the copy still had
    lost: int | None  # samples that nobody has any more; None where the file cannot tell
    aside: Path | None  # where the damaged file is kept; None when it had vanished

    def __str__(self) -> str:
        was = "was damaged" if self.aside else "had vanished"
        lost = "nobody can say how many are lost" if self.lost is None else f"{self.lost} lost"
        kept = f"; the damaged file is kept as {self.aside}" if self.aside else ""
        return f"the file of samples {was}: {self.kept} kept, {self.from_copy} of them from the copy, {lost}{kept}"


@dataclass(frozen=True, slots=True)
class Remains:
    """All that can still be read of a file."""

    rows: tuple[Row, ...]
    around: Surroundings
    told: int | None  # how many samples there should be, if that can be read

    @classmethod
    def of(cls, path: Path) -> Self:
        """Nothing of a file that is absent or cannot be opened."""
        if not path.exists():
            return cls((), NOWHERE, None)
        with explained(path), closing(sqlite3.connect(path, isolation_level=None)) as connection:
            connection.text_factory = legible
            connection.execute("PRAGMA trusted_schema = OFF")
            connection.execute("PRAGMA cell_size_check = ON")
            around = Surroundings.read(lambda question: _asked(connection, question))
            return cls(_rows(connection), around, _told(connection, around.last_id))


def rescue(places: Places) -> Rescue:
    """Put a fresh file in the place of the damaged one, which is kept; StoreError when the card does not take it."""
    main, copy = Remains.of(places.main), Remains.of(places.copy)
    good = [row for row in main.rows if row.id not in main.around.gone]
    have = {row.id for row in good} | main.around.gone
    only_copied = [row for row in copy.rows if row.id not in have]
    rows = sorted([*good, *only_copied], key=lambda row: row.id)
    aside = replace(places, rows, _joined(rows, main.around, copy.around))
    lost = None if main.told is None else max(0, main.told - len(rows))
    return Rescue(len(rows), len(only_copied), lost, aside)


def replace(places: Places, rows: list[Row], around: Surroundings) -> Path | None:
    """Make these the samples; where the file that was there is kept, if there was one."""
    for _ in draft.write(places.draft, rows, around, at_once=len(rows) + 1):
        pass
    aside = put_aside(places, places.main)
    with explained(places.main):
        journal(places.main).unlink(missing_ok=True)  # it belongs to the damaged file and would be played into this one
    put_in_place(places.draft, places.main)
    return aside


def is_ours(path: Path) -> bool:
    """Whether a file that SQLite does not take was ours, or lies on a part of the card that went blank."""
    with explained(path), path.open("rb") as file:
        head = file.read(PAGE_BYTES)
    marked = head[68:72] == APPLICATION_ID.to_bytes(4, "big") or OURS in head
    return marked or len(set(head)) == 1


def _rows(connection: sqlite3.Connection) -> tuple[Row, ...]:
    try:
        return scan(connection).rows
    except sqlite3.DatabaseError:
        return ()


def _told(connection: sqlite3.Connection, most: int) -> int | None:
    try:
        count = Tally.read(connection).count
    except sqlite3.DatabaseError:
        return None
    return count if 0 < count <= most else None


def _asked(connection: sqlite3.Connection, question: str) -> list[tuple[Any, ...]]:
    answers: list[tuple[Any, ...]] = []
    with suppress(sqlite3.DatabaseError):
        answers.extend(connection.execute(question))
    return answers


def _joined(rows: list[Row], main: Surroundings, copy: Surroundings) -> Surroundings:
    unnamed = [Backbone(row.fingerprint, 0, "") for row in rows]  # its samples are good, what told of it is not
    models = {model.fingerprint: model for model in (*unnamed, *copy.models, *main.models)}
    return Surroundings(
        tuple(models.values()), copy.notes | main.notes, main.gone | copy.gone, max(main.last_id, copy.last_id)
    )
