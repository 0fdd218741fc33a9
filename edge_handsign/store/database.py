"""The file and how it is opened: settings that survive a pulled plug, read back before anything is believed.

A commit is durable when it returns only with synchronous=EXTRA: with SQLite's default (FULL), the deletion of the
rollback journal may not have reached the card, and after a power cut the journal takes the last commit back. WAL is
not used: one bad bit in a log that is not yet merged silently drops every commit after it.

Whether the file is new is decided by its `user_version`, never by its existence: a power cut while it is made leaves
an empty file.
"""

import sqlite3
from pathlib import Path

from edge_handsign.errors import StoreError
from edge_handsign.store.migration import VERSION, migrate
from edge_handsign.store.transaction import transaction
from edge_handsign.store.troubles import DAMAGED, FOREIGN, Damaged, Empty, Foreign, explained

APPLICATION_ID = 0x4548414E  # "EHAN"
VERSION_AT, APPLICATION_AT = 60, 68  # in the file's head: 32 bit each, big-endian
TOO_NEW = (
    "it was written by a newer edge-handsign (this one knows format "
    f"{VERSION}): install the newer version again, or choose another store.folder"
)
PAGE_BYTES = 8192

FIRST = (  # before anything is read; pragma, value
    ("trusted_schema", "OFF"),
    ("cell_size_check", "ON"),
    ("mmap_size", "0"),
    ("secure_delete", "ON"),
    ("locking_mode", "EXCLUSIVE"),
)
DURABLE = (  # pragma, value to ask for, answer to insist on
    ("journal_mode", "DELETE", "delete"),
    ("synchronous", "EXTRA", 3),
    ("locking_mode", "EXCLUSIVE", "exclusive"),
)
SCHEMA = """
CREATE TABLE model (id INTEGER PRIMARY KEY, fingerprint BLOB UNIQUE NOT NULL,
                    dim INT NOT NULL, name TEXT NOT NULL) STRICT;
CREATE TABLE sign  (id INTEGER PRIMARY KEY, name TEXT UNIQUE NOT NULL) STRICT;
CREATE TABLE sample(id INTEGER PRIMARY KEY AUTOINCREMENT, sign_id INT NOT NULL, model_id INT NOT NULL,
                    lesson INT NOT NULL, wall_ns INT NOT NULL, boot_id BLOB NOT NULL,
                    emb BLOB NOT NULL, digest BLOB NOT NULL) STRICT;
CREATE TABLE gone  (id INTEGER PRIMARY KEY) STRICT;
CREATE TABLE meta  (k TEXT PRIMARY KEY, v BLOB NOT NULL) STRICT;
INSERT INTO meta VALUES ('n_samples', zeroblob(8)), ('xor', zeroblob(16))
"""


class Newer(StoreError):
    """The file is of a release to come."""


def is_newer(path: Path) -> bool:
    """Whether the file says of itself that a release to come has written it."""
    with explained(path):
        if not path.exists():
            return False
        with path.open("rb") as file:
            head = file.read(APPLICATION_AT + 4)
    version, owner = (int.from_bytes(head[at : at + 4], "big", signed=True) for at in (VERSION_AT, APPLICATION_AT))
    return owner == APPLICATION_ID and version > VERSION


def open_database(path: Path, *, create: bool, newer: bool = False) -> sqlite3.Connection:
    """The one connection, in autocommit, its settings verified; StoreError when the file is not ours to use.

    A file that is refused has not been written. Without `create`, a file in which nothing was made yet is refused, and
    without `newer` that of a release to come.
    """
    with explained(path):
        connection = sqlite3.connect(path, isolation_level=None)
        try:
            _prepare(connection, path, create=create, newer=newer)
        except BaseException:
            connection.close()
            raise
    return connection


def _prepare(connection: sqlite3.Connection, path: Path, *, create: bool, newer: bool) -> None:
    connection.text_factory = legible
    for pragma, value in FIRST:
        connection.execute(f"PRAGMA {pragma} = {value}")
    version = _version(connection, path)
    if version > VERSION and not newer:
        raise Newer(f"{path}: {TOO_NEW}")
    if not version and not create:
        raise Empty(f"{path} is empty: edge-handsign has not kept anything there yet")
    if not version:
        connection.execute(f"PRAGMA page_size = {PAGE_BYTES}")
    for pragma, value, wanted in DURABLE:
        _insist(connection, path, pragma, value, wanted)
    if not version:
        with transaction(connection, path):
            lay_out(connection)
    elif version < VERSION:
        migrate(connection, path, version)


def legible(raw: bytes) -> str:
    """A damaged name must not stop a scan."""
    return raw.decode("utf-8", "replace")


def lay_out(connection: sqlite3.Connection) -> None:
    """The empty tables, in the caller's transaction."""
    connection.execute(f"PRAGMA application_id = {APPLICATION_ID}")
    connection.execute(f"PRAGMA user_version = {VERSION}")
    for statement in SCHEMA.split(";"):  # executescript() would commit first
        connection.execute(statement)


def _version(connection: sqlite3.Connection, path: Path) -> int:
    """Its format, 0 where nothing was ever made in it; StoreError when what was made is not ours, or damaged."""
    version, owner, tables = (
        int(connection.execute(question).fetchone()[0])
        for question in ("PRAGMA user_version", "PRAGMA application_id", "SELECT count(*) FROM sqlite_master")
    )
    if (version, owner, tables) == (0, 0, 0):
        return 0
    if owner != APPLICATION_ID:
        raise Foreign(f"{path}: {FOREIGN}")
    if version < 1 or not tables:
        raise Damaged(f"{path}: {DAMAGED}")
    return version


def _insist(connection: sqlite3.Connection, path: Path, pragma: str, value: str, wanted: str | int) -> None:
    connection.execute(f"PRAGMA {pragma} = {value}")
    (got,) = connection.execute(f"PRAGMA {pragma}").fetchone()
    if got != wanted:
        raise StoreError(
            f"{path}: SQLite {sqlite3.sqlite_version} answers {pragma} = {got} instead of {wanted}, so nothing could "
            "be called saved: use the system's own Python and SQLite"
        )
