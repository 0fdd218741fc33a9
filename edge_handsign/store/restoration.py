"""Putting a copy back because a person says so: what was taught since is set aside, not lost."""

import sqlite3
from dataclasses import dataclass, replace
from pathlib import Path

from edge_handsign.errors import StoreError
from edge_handsign.store.database import APPLICATION_ID
from edge_handsign.store.lock import Lock
from edge_handsign.store.migration import VERSION
from edge_handsign.store.places import Places
from edge_handsign.store.rescue import Remains
from edge_handsign.store.rescue import replace as put_back
from edge_handsign.store.troubles import FOREIGN, explained


@dataclass(frozen=True, slots=True)
class Restored:
    """What there is now."""

    source: Path
    samples: int
    aside: Path | None  # the file as it was before


def restore(folder: Path, source: Path | None = None) -> Restored:
    """Make a copy (the box's own unless another is named) what the box was taught; StoreError leaves all as it was."""
    places = Places(folder)
    foreign, source = source is not None, source or places.copy
    with Lock(folder):
        _insist_on_ours(source)
        copy, main = Remains.of(source), Remains.of(places.main)
        if not copy.rows:
            raise StoreError(f"{source} holds no sample that could be put back")
        around = replace(copy.around, last_id=max(copy.around.last_id, main.around.last_id))
        aside = put_back(places, list(copy.rows), around)
        if foreign:  # its ids may be another box's, and the pictures those of other samples
            with explained(places.pictures):
                places.pictures.unlink(missing_ok=True)
        return Restored(source, len(copy.rows), aside)


def _insist_on_ours(source: Path) -> None:
    with explained(source):
        source.stat()
        connection = sqlite3.connect(source)
        try:
            (owner,), (version,) = (
                connection.execute(f"PRAGMA {pragma}").fetchone() for pragma in ("application_id", "user_version")
            )
        finally:
            connection.close()
    if owner != APPLICATION_ID:
        raise StoreError(f"{source}: {FOREIGN}")
    if version > VERSION:
        raise StoreError(
            f"{source} was written by a newer edge-handsign (format {version}): install that version again"
        )
