"""A file of samples as releases of format 1 wrote it, with nothing but sqlite3: python -m tests.make_format_1 FILE."""

import sqlite3
import struct
import sys
from collections.abc import Sequence
from contextlib import closing
from hashlib import blake2b
from pathlib import Path

SCHEMA = """
CREATE TABLE model (id INTEGER PRIMARY KEY, fingerprint BLOB UNIQUE NOT NULL,
                    dim INT NOT NULL, dtype TEXT NOT NULL, name TEXT NOT NULL) STRICT;
CREATE TABLE sign  (id INTEGER PRIMARY KEY, name TEXT UNIQUE NOT NULL) STRICT;
CREATE TABLE sample(id INTEGER PRIMARY KEY AUTOINCREMENT, sign_id INT NOT NULL, model_id INT NOT NULL,
                    lesson INT NOT NULL, wall_ns INT NOT NULL, boot_id BLOB NOT NULL,
                    emb BLOB NOT NULL, digest BLOB NOT NULL) STRICT;
CREATE TABLE meta  (k TEXT PRIMARY KEY, v BLOB NOT NULL) STRICT;
PRAGMA application_id = 0x4548414E;
PRAGMA user_version = 1;
"""
FINGERPRINT = b"o" * 32
WALL_NS = 1_760_000_000 * 10**9


def make(file: Path, vectors: Sequence[bytes], signs: tuple[str, ...] = ("fist", "palm")) -> None:
    """Lessons 1.. with a float32 vector each, of these signs in turn."""
    digests = [_digest(number, signs[number % len(signs)], emb) for number, emb in enumerate(vectors, 1)]
    xor = 0
    for digest in digests:
        xor ^= int.from_bytes(digest, "little")
    with closing(sqlite3.connect(file)) as connection, connection:
        connection.execute("PRAGMA page_size = 8192")
        connection.executescript(SCHEMA)
        connection.execute(
            "INSERT INTO model VALUES (1, ?, ?, 'f4', 'an old backbone')", (FINGERPRINT, len(vectors[0]) // 4)
        )
        connection.executemany("INSERT INTO sign VALUES (?, ?)", enumerate(signs))
        connection.executemany(
            "INSERT INTO sample VALUES (?, ?, 1, ?, ?, x'00', ?, ?)",
            [
                (number, number % len(signs), number, WALL_NS, emb, digest)
                for number, (emb, digest) in enumerate(zip(vectors, digests, strict=True), 1)
            ],
        )
        connection.executemany(
            "INSERT INTO meta VALUES (?, ?)",
            [
                ("n_samples", len(vectors).to_bytes(8, "little")),
                ("xor", xor.to_bytes(16, "little")),
                ("backbone", FINGERPRINT),
            ],
        )


def _digest(number: int, sign: str, emb: bytes) -> bytes:
    digest = blake2b(digest_size=16, person=b"handsign sample")
    for part in (struct.pack("<qqq", number, number, WALL_NS), sign.encode(), FINGERPRINT, emb):
        digest.update(struct.pack("<I", len(part)))
        digest.update(part)
    return digest.digest()


if __name__ == "__main__":
    make(Path(sys.argv[1]), [struct.pack("<4f", 1, 0, 0, 0)] * 3)
