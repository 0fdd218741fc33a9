"""What SQLite and the system say when keeping fails, in a person's words: what failed, and what to do."""

import errno
import sqlite3
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from edge_handsign.errors import StoreError

FULL = "the card is full, nothing was saved: free some space (df -h shows how much is left)"
READ_ONLY = "it cannot be written: remount the card writable, or replace it if it has worn out"
FORBIDDEN = "no permission: run as the user that owns the folder, or choose another one as store.folder"
FOREIGN = "it is not a database of edge-handsign: move it elsewhere, or choose another store.folder"
DAMAGED = "it is damaged and was left as it is: the service mends it when it starts, or put a good copy in its place"
FAILING = "the card does not read or write reliably: copy the folder to another card"

BY_SQLITE = {  # primary result codes
    sqlite3.SQLITE_ERROR: DAMAGED,  # the tables are not those that were made
    sqlite3.SQLITE_PERM: FORBIDDEN,
    sqlite3.SQLITE_READONLY: READ_ONLY,
    sqlite3.SQLITE_IOERR: FAILING,
    sqlite3.SQLITE_CORRUPT: DAMAGED,
    sqlite3.SQLITE_FULL: FULL,
    sqlite3.SQLITE_CANTOPEN: FORBIDDEN,
    sqlite3.SQLITE_BUSY: "another program has it open: close that one and try again",
    sqlite3.SQLITE_NOTADB: FOREIGN,
}
BY_SYSTEM = {
    errno.EACCES: FORBIDDEN,
    errno.EPERM: FORBIDDEN,
    errno.EROFS: READ_ONLY,
    errno.ENOSPC: FULL,
    errno.EDQUOT: FULL,
    errno.EIO: FAILING,
    errno.ENOENT: "there is no such folder: create it, or correct store.folder",
    errno.ENOTDIR: "it is not a folder: correct store.folder",
    errno.EEXIST: "it is not a folder: correct store.folder",
}
DAMAGE = {sqlite3.SQLITE_CORRUPT, sqlite3.SQLITE_IOERR, sqlite3.SQLITE_TOOBIG, sqlite3.SQLITE_MISMATCH}


class Damaged(StoreError):
    """The file is ours, but not as it was written."""


class Empty(StoreError):
    """Nothing was ever made in the file."""


class Foreign(StoreError):
    """The file is not ours, or its head is so damaged that it does not look it."""


class Lost(StoreError):
    """The file was open, and cannot be opened any more: only a restart helps."""


class ReadOnly(StoreError):
    """The card takes no writes now."""


KINDS = {DAMAGED: Damaged, FOREIGN: Foreign, READ_ONLY: ReadOnly}


def primary(error: sqlite3.Error) -> int:
    """SQLite's result code without its details; 0 where the error is Python's own."""
    return int(getattr(error, "sqlite_errorcode", 0)) & 0xFF


def is_damage(error: sqlite3.Error) -> bool:
    """Whether the error is the file's fault, so that other rows may still be good."""
    return primary(error) in DAMAGE


@contextmanager
def explained(path: Path) -> Iterator[None]:
    """Failures of SQLite and of the system come out as StoreError; a wrong call remains a bug with its traceback."""
    try:
        yield
    except sqlite3.Error as error:
        if primary(error) == 0:
            raise
        what_to_do = BY_SQLITE.get(primary(error), "try again; if it comes back, copy the folder to another card")
        raise KINDS.get(what_to_do, StoreError)(f"{path}: {error}: {what_to_do}") from error
    except UnicodeDecodeError as error:  # SQLite's message quotes a schema that is damaged
        raise Damaged(f"{path}: {DAMAGED}") from error
    except OSError as error:
        what_to_do = BY_SYSTEM.get(error.errno or 0, "look at the folder and the card it lies on")
        raise KINDS.get(what_to_do, StoreError)(f"{path}: {error.strerror}: {what_to_do}") from error
