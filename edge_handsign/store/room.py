"""What a quiet minute saw, as it lies in `meta`: an entry a backbone, replaced whole, verified when read."""

import sqlite3
import struct
from hashlib import blake2b

import numpy as np

from edge_handsign.core.messages import NonSigns
from edge_handsign.store.packing import floats, raw
from edge_handsign.store.row import DIGEST_BYTES

HEAD = struct.Struct("<II")  # pictures near to nothing, pictures on trial


def key(fingerprint: bytes) -> str:
    """The entry's name."""
    return f"room {fingerprint.hex()}"


def keep(connection: sqlite3.Connection, fingerprint: bytes, room: NonSigns) -> None:
    """Part of the caller's transaction."""
    body = HEAD.pack(len(room.near), len(room.trials)) + b"".join(map(raw, (room.near, room.trials, room.presence)))
    connection.execute("INSERT OR REPLACE INTO meta VALUES (?, ?)", (key(fingerprint), _digest(body) + body))


def read(connection: sqlite3.Connection, fingerprint: bytes, dimension: int) -> tuple[NonSigns | None, bool]:
    """The room, None where there is none to serve; and whether that is because it is damaged."""
    found = connection.execute("SELECT v FROM meta WHERE k = ?", (key(fingerprint),)).fetchone()
    if found is None:
        return None, False
    blob = found[0] if isinstance(found[0], bytes) else b""
    digest, body = blob[:DIGEST_BYTES], blob[DIGEST_BYTES:]
    if len(body) < HEAD.size or digest != _digest(body):
        return None, True
    near, trials = HEAD.unpack_from(body)
    numbers = floats(body[HEAD.size :])
    if len(numbers) != (near + trials) * dimension + trials:
        return None, True
    rows = numbers[: (near + trials) * dimension].reshape(-1, dimension)
    return NonSigns(rows[:near], rows[near:], np.array(numbers[len(numbers) - trials :])), False


def _digest(body: bytes) -> bytes:
    return blake2b(body, digest_size=DIGEST_BYTES, person=b"handsign room").digest()
