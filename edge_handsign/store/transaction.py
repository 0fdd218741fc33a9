"""All of it durably, or nothing of it and an error."""

import sqlite3
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from edge_handsign.store.troubles import explained


@contextmanager
def transaction(connection: sqlite3.Connection, path: Path) -> Iterator[None]:
    """The body is one; `path` is what an error names."""
    with explained(path):
        connection.execute("BEGIN IMMEDIATE")
        try:
            yield
            connection.execute("COMMIT")
        except BaseException:
            if connection.in_transaction:  # SQLite rolls back by itself after some errors
                connection.execute("ROLLBACK")
            raise


@contextmanager
def erasure(connection: sqlite3.Connection, path: Path) -> Iterator[None]:
    """A transaction after which what it removed is not in the journal either: in exclusive mode that file stays."""
    connection.execute("PRAGMA journal_size_limit = 0")
    try:
        with transaction(connection, path):
            yield
    finally:
        connection.execute("PRAGMA journal_size_limit = -1")
