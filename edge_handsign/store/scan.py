"""Reading what was taught, when the file may be damaged: every good row comes out, no bad one does.

A page that cannot be read ends SQLite's scan; what lies behind it is then fetched sample by sample.
"""

import sqlite3
import struct
from collections.abc import Callable, Container, Generator, Iterator
from contextlib import closing
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Self

from edge_handsign.store.row import Row
from edge_handsign.store.tally import Tally
from edge_handsign.store.troubles import DAMAGED, Damaged, explained, is_damage

COLUMNS = "SELECT id, sign_id, model_id, lesson, wall_ns, emb, boot_id, digest FROM sample"
DIGEST = 7  # its place among them
AT_ONCE = 64  # rows a step: some 60 kB, which a slow card takes within a few ticks of the main loop
MISTYPED = (TypeError, ValueError, AttributeError, struct.error)
Raw = tuple[Any, ...]  # as COLUMNS; damage may have put anything anywhere
Keep = Callable[[list[Row]], object]  # takes good rows, in the order of the file


@dataclass(frozen=True, slots=True)
class Scan:
    """All that could be read."""

    rows: tuple[Row, ...]  # digest verified; oldest first
    damaged: int  # rows that are there but wrong, or should be there and are not


@dataclass(frozen=True, slots=True)
class References:
    """What the numbers in a row stand for."""

    signs: dict[int, str]
    fingerprints: dict[int, bytes]

    @classmethod
    def read(cls, connection: sqlite3.Connection) -> Self:
        """All of them."""
        signs = connection.execute("SELECT id, name FROM sign")
        models = connection.execute("SELECT id, fingerprint FROM model")
        return cls(dict(signs), dict(models))

    def verified(self, raw: Raw) -> Row | None:
        """None when the digest does not fit, or when a field is not even of its type."""
        sample_id, sign_id, model_id, lesson, wall_ns, emb, boot_id, digest = raw
        boot_id = boot_id if isinstance(boot_id, bytes) else b""
        try:
            row = Row(sample_id, self.signs[sign_id], lesson, self.fingerprints[model_id], wall_ns, emb, boot_id)
            return row if row.digest() == digest else None
        except (LookupError, *MISTYPED):
            return None


def scan(connection: sqlite3.Connection) -> Scan:
    """Everything, verified; sqlite3.Error when not even the list of signs can be read."""
    rows: list[Row] = []
    damaged = scanned(connection, rows.extend)
    return Scan(tuple(sorted(rows)), damaged)


def scanned(connection: sqlite3.Connection, keep: Keep) -> int:
    """The same for who does not keep them all: every good row comes once, some at a time; how many are damaged."""
    steps = scanning(connection, keep)
    try:
        while True:
            next(steps)
    except StopIteration as end:
        return int(end.value)


def scanning(connection: sqlite3.Connection, keep: Keep) -> Generator[None, None, int]:
    """The same, some rows a step; good as long as nothing is changed in between."""
    references, told = References.read(connection), Tally.read(connection)
    seen: set[int] = set()  # damage may lead to the same page twice
    bad = xor = 0
    for raws in _raws(connection):
        good = []
        for raw in raws:
            row = references.verified(raw)
            if row is None:
                bad += 1
            elif row.id not in seen:
                seen.add(row.id)
                good.append(row)
                xor ^= int.from_bytes(raw[DIGEST], "little")
        keep(good)
        yield
    missing = told.count - len(seen)
    swapped = int(not bad and xor != told.xor)  # perhaps as many as there should be, but not the same ones
    return max(bad, missing, swapped)


def verified(connection: sqlite3.Connection, path: Path) -> Iterator[Row]:
    """Everything, oldest first, read as it is wanted; Damaged at the first sample that is wrong, or at the end."""
    last, tally = 0, Tally(0, 0)
    with explained(path):
        references = References.read(connection)
        while raws := connection.execute(f"{COLUMNS} WHERE id > ? ORDER BY id LIMIT {AT_ONCE}", (last,)).fetchall():
            last = raws[-1][0]
            for raw in raws:
                row = references.verified(raw)
                if row is None:
                    raise Damaged(f"{path}: {DAMAGED}")
                tally = tally.plus([raw[DIGEST]])
                yield row
        if tally != Tally.read(connection):
            raise Damaged(f"{path}: {DAMAGED}")


def insist_on_first(connection: sqlite3.Connection, path: Path) -> None:
    """Damaged unless the first sample, if there is one, is as this program would have written it."""
    raw = connection.execute(f"{COLUMNS} ORDER BY id LIMIT 1").fetchone()
    if raw and not References.read(connection).verified(raw):
        raise Damaged(f"{path}: {DAMAGED}")


def _raws(connection: sqlite3.Connection) -> Iterator[list[Raw]]:
    seen: set[int] = set()  # not only the last: where a page is damaged, ids go backwards
    try:
        with closing(connection.execute(f"{COLUMNS} ORDER BY id")) as rows:
            while raws := rows.fetchmany(AT_ONCE):
                seen.update([raw[0] for raw in raws])
                yield raws
    except sqlite3.DatabaseError as error:
        if not is_damage(error):
            raise
        yield from _one_by_one(connection, seen)


def _one_by_one(connection: sqlite3.Connection, seen: Container[int]) -> Iterator[list[Raw]]:
    for sample_id in (unseen for unseen in range(1, _last_id(connection) + 1) if unseen not in seen):
        try:
            yield connection.execute(f"{COLUMNS} WHERE id = ?", (sample_id,)).fetchall()
        except sqlite3.DatabaseError as error:
            if not is_damage(error):
                raise


def _last_id(connection: sqlite3.Connection) -> int:
    """0 where not even that can be read."""
    try:
        return int(connection.execute("SELECT coalesce(max(seq), 0) FROM sqlite_sequence").fetchone()[0])
    except (sqlite3.DatabaseError, *MISTYPED):
        return 0
