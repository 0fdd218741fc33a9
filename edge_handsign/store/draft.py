"""A fresh file from verified samples, written a little at a time: what copies, rescues and restorations are made of.

Nobody reads a draft before it has taken its place, so it needs no journal: it is begun anew after a power cut.
"""

import os
import sqlite3
from collections.abc import Callable, Generator, Iterable, Iterator
from contextlib import closing
from dataclasses import dataclass
from itertools import islice
from pathlib import Path
from typing import Any, Self

from edge_handsign.store.backbone import Backbone
from edge_handsign.store.changes import model_id, put, sign_id
from edge_handsign.store.database import PAGE_BYTES, lay_out, legible
from edge_handsign.store.packing import dimension
from edge_handsign.store.places import journal
from edge_handsign.store.row import Row
from edge_handsign.store.scan import AT_ONCE
from edge_handsign.store.tally import Tally
from edge_handsign.store.troubles import explained

Ask = Callable[[str], list[tuple[Any, ...]]]


@dataclass(frozen=True, slots=True)
class Surroundings:
    """What a file holds beside samples."""

    models: tuple[Backbone, ...]
    notes: dict[str, bytes]  # without the tally
    gone: frozenset[int]  # ids that were taken back or forgotten
    last_id: int  # the highest that was ever given

    @classmethod
    def read(cls, ask: Ask) -> Self:
        """`ask` answers a question with all rows."""
        given = ask("SELECT seq FROM sqlite_sequence WHERE name = 'sample'")
        models = ask("SELECT fingerprint, dim, name FROM model")
        notes = ask("SELECT k, v FROM meta WHERE k NOT IN ('n_samples', 'xor')")
        return cls(
            tuple(Backbone(*row) for row in models if fits(row, bytes, int, str)),
            {row[0]: row[1] for row in notes if fits(row, str, bytes)},
            frozenset(row[0] for row in ask("SELECT id FROM gone")),
            max((row[0] for row in given if fits(row, int)), default=0),
        )


def fits(row: tuple[object, ...], *types: type) -> bool:
    """Whether damage has left the fields of a row their types."""
    return all(isinstance(field, kind) for field, kind in zip(row, types, strict=True))


def write(path: Path, rows: Iterable[Row], around: Surroundings, at_once: int = AT_ONCE) -> Generator[None]:
    """Each step writes a little and waits for the card; after the last one the file is complete, but not yet in place.

    `at_once` rows a step; what `rows` raises passes through. A draft that is given up is removed.
    """
    with explained(path):
        _remove(path)
        try:
            with closing(_blank(path)) as connection, path.open("rb") as file:
                for _ in _fill(connection, iter(rows), around, at_once):
                    os.fdatasync(file.fileno())
                    yield
        except BaseException:
            _remove(path)
            raise


def _remove(path: Path) -> None:
    for one in (path, journal(path)):
        one.unlink(missing_ok=True)


def _blank(path: Path) -> sqlite3.Connection:
    connection = sqlite3.connect(path, isolation_level=None)
    connection.text_factory = legible
    for pragma, value in (("page_size", PAGE_BYTES), ("journal_mode", "OFF"), ("synchronous", "OFF")):
        connection.execute(f"PRAGMA {pragma} = {value}")
    path.chmod(0o600)
    return connection


def _fill(connection: sqlite3.Connection, rows: Iterator[Row], around: Surroundings, at_once: int) -> Iterator[None]:
    connection.execute("BEGIN")
    lay_out(connection)
    models = {model.fingerprint: model_id(connection, model) for model in around.models}
    tally, signs = Tally(0, 0), dict[str, int]()
    while some := list(islice(rows, at_once)):
        signs |= {row.sign: sign_id(connection, row.sign) for row in some if row.sign not in signs}
        # the row is good, what told of its backbone is not
        lost = {row.fingerprint: row for row in some if row.fingerprint not in models}
        models |= {key: model_id(connection, Backbone(key, dimension(row.emb), "")) for key, row in lost.items()}
        tally = tally.plus([put(connection, row, signs[row.sign], models[row.fingerprint]) for row in some])
        connection.execute("COMMIT")
        yield
        connection.execute("BEGIN")
    tally.write(connection)
    connection.executemany("INSERT INTO meta VALUES (?, ?)", around.notes.items())
    connection.executemany("INSERT INTO gone VALUES (?)", [(sample_id,) for sample_id in around.gone])
    connection.execute("DELETE FROM sqlite_sequence")
    connection.execute("INSERT INTO sqlite_sequence VALUES ('sample', ?)", (max(around.last_id, _last(connection)),))
    connection.execute("COMMIT")
    yield


def _last(connection: sqlite3.Connection) -> int:
    return int(connection.execute("SELECT coalesce(max(id), 0) FROM sample").fetchone()[0])
