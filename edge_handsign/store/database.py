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
from edge_handsign.store.troubles import DAMAGED, FOREIGN, explained

APPLICATION_ID = 0x4548414E  # "EHAN"
VERSION = 1
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
                    dim INT NOT NULL, dtype TEXT NOT NULL, name TEXT NOT NULL) STRICT;
CREATE TABLE sign  (id INTEGER PRIMARY KEY, name TEXT UNIQUE NOT NULL) STRICT;
CREATE TABLE sample(id INTEGER PRIMARY KEY AUTOINCREMENT, sign_id INT NOT NULL, model_id INT NOT NULL,
                    lesson INT NOT NULL, wall_ns INT NOT NULL, boot_id BLOB NOT NULL,
                    emb BLOB NOT NULL, digest BLOB NOT NULL) STRICT;
CREATE TABLE meta  (k TEXT PRIMARY KEY, v BLOB NOT NULL) STRICT;
INSERT INTO meta VALUES ('n_samples', zeroblob(8)), ('xor', zeroblob(16))
"""


def open_database(path: Path, *, create: bool) -> sqlite3.Connection:
    """The one connection, in autocommit, its settings verified; StoreError when the file is not ours to use.

    A file that is refused has not been written. Without `create`, a file in which nothing was made yet is refused.
    """
    with explained(path):
        connection = sqlite3.connect(path, isolation_level=None)
        try:
            _prepare(connection, path, create=create)
        except BaseException:
            connection.close()
            raise
    return connection


def _prepare(connection: sqlite3.Connection, path: Path, *, create: bool) -> None:
    connection.text_factory = lambda raw: raw.decode("utf-8", "replace")  # a damaged name must not stop a scan
    for pragma, value in FIRST:
        connection.execute(f"PRAGMA {pragma} = {value}")
    empty = _is_empty(connection, path)
    if empty and not create:
        raise StoreError(f"{path} is empty: edge-handsign has not kept anything there yet")
    if empty:
        connection.execute(f"PRAGMA page_size = {PAGE_BYTES}")
    for pragma, value, wanted in DURABLE:
        _insist(connection, path, pragma, value, wanted)
    if empty:
        _create(connection)


def _is_empty(connection: sqlite3.Connection, path: Path) -> bool:
    """Whether nothing was ever made in it; StoreError when what was made is not for this program."""
    version, owner, tables = (
        int(connection.execute(question).fetchone()[0])
        for question in ("PRAGMA user_version", "PRAGMA application_id", "SELECT count(*) FROM sqlite_master")
    )
    if (version, owner, tables) == (0, 0, 0):
        return True
    if owner != APPLICATION_ID:
        raise StoreError(f"{path}: {FOREIGN}")
    if version > VERSION:
        raise StoreError(
            f"{path} was written by a newer edge-handsign (format {version}; this one knows {VERSION}): "
            "install the newer version again, or choose another store.folder"
        )
    if version < VERSION or not tables:
        raise StoreError(f"{path}: {DAMAGED}")
    return False


def _insist(connection: sqlite3.Connection, path: Path, pragma: str, value: str, wanted: str | int) -> None:
    connection.execute(f"PRAGMA {pragma} = {value}")
    (got,) = connection.execute(f"PRAGMA {pragma}").fetchone()
    if got != wanted:
        raise StoreError(
            f"{path}: SQLite {sqlite3.sqlite_version} answers {pragma} = {got} instead of {wanted}, so nothing could "
            "be called saved: use the system's own Python and SQLite"
        )


def _create(connection: sqlite3.Connection) -> None:
    connection.execute("BEGIN IMMEDIATE")
    try:
        connection.execute(f"PRAGMA application_id = {APPLICATION_ID}")
        connection.execute(f"PRAGMA user_version = {VERSION}")
        for statement in SCHEMA.split(";"):  # executescript() would commit first
            connection.execute(statement)
        connection.execute("COMMIT")
    except BaseException:
        if connection.in_transaction:
            connection.execute("ROLLBACK")
        raise
