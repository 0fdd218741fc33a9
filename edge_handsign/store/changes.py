"""What happens inside a transaction: rows go in or out, and the tally moves with them."""

import sqlite3
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

from edge_handsign.core.messages import Teach
from edge_handsign.store.row import DTYPE, Row, packed
from edge_handsign.store.scan import COLUMNS, References
from edge_handsign.store.tally import Tally
from edge_handsign.store.troubles import explained

BOOT_ID = Path("/proc/sys/kernel/random/boot_id")


@dataclass(frozen=True, slots=True)
class Backbone:
    """Whose embeddings these are."""

    fingerprint: bytes
    dimension: int
    name: str


@contextmanager
def transaction(connection: sqlite3.Connection, path: Path) -> Iterator[None]:
    """All of the body durably, or nothing of it and an error."""
    with explained(path):
        connection.execute("BEGIN IMMEDIATE")
        try:
            yield
            connection.execute("COMMIT")
        except BaseException:
            if connection.in_transaction:  # SQLite rolls back by itself after some errors
                connection.execute("ROLLBACK")
            raise


def insert(connection: sqlite3.Connection, change: Teach, backbone: Backbone, boot: bytes) -> int:
    """The new sample's id: greater than every id that was ever given."""
    sign_id, model_id = _sign_id(connection, change.sign), _model_id(connection, backbone)
    row = Row(
        _next_id(connection), change.sign, change.lesson, backbone.fingerprint, time.time_ns(), packed(change.vector)
    )
    digest = row.digest()
    connection.execute(
        "INSERT INTO sample (id, sign_id, model_id, lesson, wall_ns, boot_id, emb, digest) VALUES (?,?,?,?,?,?,?,?)",
        (row.id, sign_id, model_id, row.lesson, row.wall_ns, boot, row.emb, digest),
    )
    Tally.read(connection).plus([digest]).write(connection)
    return row.id


def remove(connection: sqlite3.Connection, where: str, value: int | str) -> int:
    """How many samples there were; `where` has one question mark."""
    raws = connection.execute(f"{COLUMNS} WHERE {where}", (value,)).fetchall()
    references = References.read(connection)
    tally = Tally.read(connection).minus(raw[-1] for raw in raws)
    connection.executemany("DELETE FROM sample WHERE id = ?", [raw[:1] for raw in raws])
    if any(references.verified(raw) is None for raw in raws):  # its digest is not the one that was counted in
        tally = Tally(
            tally.count, Tally(0, 0).plus(row[0] for row in connection.execute("SELECT digest FROM sample")).xor
        )
    tally.write(connection)
    return len(raws)


def boot_id() -> bytes:
    """16 bytes that name this run of the kernel, or none where a sandbox hides them."""
    try:
        return bytes.fromhex(BOOT_ID.read_text("ascii").strip().replace("-", ""))
    except OSError:
        return b""


def _sign_id(connection: sqlite3.Connection, name: str) -> int:
    connection.execute("INSERT INTO sign (name) VALUES (?) ON CONFLICT DO NOTHING", (name,))
    return int(connection.execute("SELECT id FROM sign WHERE name = ?", (name,)).fetchone()[0])


def _model_id(connection: sqlite3.Connection, backbone: Backbone) -> int:
    connection.execute(
        "INSERT INTO model (fingerprint, dim, dtype, name) VALUES (?, ?, ?, ?) ON CONFLICT DO NOTHING",
        (backbone.fingerprint, backbone.dimension, DTYPE, backbone.name),
    )
    question = "SELECT id FROM model WHERE fingerprint = ?"
    return int(connection.execute(question, (backbone.fingerprint,)).fetchone()[0])


def _next_id(connection: sqlite3.Connection) -> int:
    """The digest covers the id, so it is drawn before the row goes in."""
    question = (
        "SELECT max(coalesce((SELECT max(seq) FROM sqlite_sequence), 0), coalesce((SELECT max(id) FROM sample), 0))"
    )
    return int(connection.execute(question).fetchone()[0]) + 1
