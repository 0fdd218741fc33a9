"""Damaged files are kept whole for whoever can read more out of them: the newest three, 64 MB at most."""

import shutil
from datetime import UTC, datetime
from pathlib import Path

from edge_handsign.store.places import Places, give_to_owner_of, journal, synced
from edge_handsign.store.troubles import explained

MOST = 3
MOST_BYTES = 64 * 2**20


def put_aside(places: Places, damaged: Path) -> Path | None:
    """Where the file now also is, or None where there was none. It costs no room on a file system with links."""
    with explained(places.quarantine):
        if not damaged.exists() or not damaged.stat().st_size:
            return None
        places.quarantine.mkdir(mode=0o700, exist_ok=True)
        aside = _free_name(places.quarantine)
        for one, name in ((damaged, aside), (journal(damaged), journal(aside))):
            if one.exists():
                _linked(one, name)
        give_to_owner_of(places.folder, places.quarantine)
        synced(places.quarantine)
        _prune(places.quarantine)
    return aside


def empty(places: Places) -> None:
    """What is forgotten must not be found there either."""
    with explained(places.quarantine):
        shutil.rmtree(places.quarantine, ignore_errors=True)


def _free_name(folder: Path) -> Path:
    stamp, number = f"{datetime.now(UTC):%Y%m%dT%H%M%SZ}", 1
    while (aside := folder / f"{stamp}-{number}.db").exists():
        number += 1
    return aside


def _linked(file: Path, name: Path) -> None:
    try:
        name.hardlink_to(file)
    except OSError:  # a file system without links
        shutil.copyfile(file, name)
        synced(name)


def _prune(folder: Path) -> None:
    newest = sorted(folder.glob("*.db"), key=lambda file: file.stat().st_mtime_ns, reverse=True)
    room = MOST_BYTES
    for count, file in enumerate(newest):
        room -= file.stat().st_size
        if count and (count >= MOST or room < 0):
            file.unlink()
            journal(file).unlink(missing_ok=True)
