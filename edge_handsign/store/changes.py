"""What happens inside a transaction: rows go in or out, and the tally moves with them."""

import sqlite3
import time
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from edge_handsign.core.messages import Teach
from edge_handsign.store.backbone import Backbone
from edge_handsign.store.packing import packed
from edge_handsign.store.row import Row
from edge_handsign.store.scan import COLUMNS, DIGEST, Raw, References
from edge_handsign.store.tally import Tally

OF_SIGN = "sign_id = (SELECT id FROM sign WHERE name = ?)"
DIGESTS = "SELECT digest FROM sample"
BOOT_ID = Path("/proc/sys/kernel/random/boot_id")


def insert(connection: sqlite3.Connection, change: Teach, backbone: Backbone, boot: bytes) -> int:
    """The new sample's id: greater than every id that was ever given."""
    key, emb = backbone.fingerprint, packed(change.vector)
    row = Row(next_id(connection), change.sign, change.lesson, key, time.time_ns(), emb, boot)
    put(connection, row, sign_id(connection, change.sign), model_id(connection, backbone))
    Tally.read(connection).plus([row.digest()]).write(connection)
    return row.id


def put(connection: sqlite3.Connection, row: Row, sign: int, model: int) -> bytes:
    """Write a row under the ids of its sign and of its backbone; its digest, which is still to be tallied."""
    digest = row.digest()
    connection.execute(
        "INSERT INTO sample (id, sign_id, model_id, lesson, wall_ns, boot_id, emb, digest) VALUES (?,?,?,?,?,?,?,?)",
        (row.id, sign, model, row.lesson, row.wall_ns, row.boot_id, row.emb, digest),
    )
    return digest


def remove(connection: sqlite3.Connection, where: str, value: int | str) -> list[int]:
    """The samples' ids, which are noted as gone; `where` has one question mark."""
    raws = _raws(connection, where, value)
    connection.executemany("DELETE FROM sample WHERE id = ?", [raw[:1] for raw in raws])
    connection.executemany("INSERT OR IGNORE INTO gone VALUES (?)", [raw[:1] for raw in raws])
    _settle(connection, Tally.read(connection).minus(raw[DIGEST] for raw in raws), raws)
    return [raw[0] for raw in raws]


def move(connection: sqlite3.Connection, row: Row, backbone: Backbone, vector: NDArray[np.float32]) -> int:
    """Another backbone's embedding of the same picture takes the row's place, under the id that is answered."""
    remove(connection, "id = ?", row.id)
    moved = row._replace(id=next_id(connection), fingerprint=backbone.fingerprint, emb=packed(vector))
    digest = put(connection, moved, sign_id(connection, row.sign), model_id(connection, backbone))
    Tally.read(connection).plus([digest]).write(connection)
    return moved.id


def _raws(connection: sqlite3.Connection, where: str, value: int | str) -> list[Raw]:
    return connection.execute(f"{COLUMNS} WHERE {where}", (value,)).fetchall()


def _settle(connection: sqlite3.Connection, tally: Tally, removed: list[Raw]) -> None:
    """Write the tally; where a removed row was damaged, its digest is not the one that was counted in."""
    references = References.read(connection)
    if any(references.verified(raw) is None for raw in removed):
        tally = Tally(tally.count, Tally(0, 0).plus(row[0] for row in connection.execute(DIGESTS)).xor)
    tally.write(connection)


def boot_id() -> bytes:
    """16 bytes that name this run of the kernel, or none where a sandbox hides them."""
    try:
        return bytes.fromhex(BOOT_ID.read_text("ascii").strip().replace("-", ""))
    except OSError:
        return b""


def sign_id(connection: sqlite3.Connection, name: str) -> int:
    """The sign's own, given now if it has none."""
    connection.execute("INSERT INTO sign (name) VALUES (?) ON CONFLICT DO NOTHING", (name,))
    return int(connection.execute("SELECT id FROM sign WHERE name = ?", (name,)).fetchone()[0])


def model_id(connection: sqlite3.Connection, backbone: Backbone) -> int:
    """The backbone's own, given now if it has none."""
    connection.execute(
        "INSERT INTO model (fingerprint, dim, name) VALUES (?, ?, ?) ON CONFLICT DO NOTHING",
        (backbone.fingerprint, backbone.dimension, backbone.name),
    )
    question = "SELECT id FROM model WHERE fingerprint = ?"
    return int(connection.execute(question, (backbone.fingerprint,)).fetchone()[0])


def next_id(connection: sqlite3.Connection) -> int:
    """Greater than every id that was ever given: the digest covers the id, so it is drawn before the row goes in."""
    question = (
        "SELECT max(coalesce((SELECT max(seq) FROM sqlite_sequence), 0), coalesce((SELECT max(id) FROM sample), 0))"
    )
    return int(connection.execute(question).fetchone()[0]) + 1
