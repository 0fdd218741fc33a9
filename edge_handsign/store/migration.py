"""From the format of an earlier release to this one's: a copy is kept, then one transaction.

Format 1 had one dtype for each model; since 2 every embedding says by its length what it is, and samples that were
taken back or forgotten leave their number behind, so that no copy brings them back.
"""

import sqlite3
from contextlib import closing
from pathlib import Path

from edge_handsign.store.places import put_in_place
from edge_handsign.store.transaction import transaction
from edge_handsign.store.troubles import explained

STEPS = {  # from each format to the next
    1: ("ALTER TABLE model DROP COLUMN dtype", "CREATE TABLE gone (id INTEGER PRIMARY KEY) STRICT"),
}
VERSION = 1 + len(STEPS)


def migrate(connection: sqlite3.Connection, path: Path, version: int) -> None:
    """`version` is the file's; StoreError leaves it as it was."""
    _keep(connection, path.with_name(f"{path.stem}.v{version}.bak.db"))
    with transaction(connection, path):
        for step in range(version, VERSION):
            for statement in STEPS[step]:
                connection.execute(statement)
        connection.execute(f"PRAGMA user_version = {VERSION}")


def _keep(connection: sqlite3.Connection, kept: Path) -> None:
    draft = kept.with_suffix(".new")
    with explained(kept):
        draft.unlink(missing_ok=True)
        with closing(sqlite3.connect(draft)) as target:
            connection.backup(target)
    put_in_place(draft, kept)
