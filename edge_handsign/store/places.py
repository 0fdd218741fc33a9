"""Which file lies where in the folder, and how one takes another's place: a power cut finds the old or the new."""

import os
from dataclasses import dataclass
from pathlib import Path

from edge_handsign.store.troubles import explained


@dataclass(frozen=True, slots=True)
class Places:
    """The folder of one box."""

    folder: Path

    @property
    def main(self) -> Path:
        """The truth."""
        return self.folder / "samples.db"

    @property
    def copy(self) -> Path:
        """The last good copy of it."""
        return self.folder / "samples.bak.db"

    @property
    def draft(self) -> Path:
        """Either of them while it is written."""
        return self.folder / "samples.new.db"

    @property
    def pictures(self) -> Path:
        """Of samples, where they are wanted; it may be lost."""
        return self.folder / "thumbs.db"

    @property
    def quarantine(self) -> Path:
        """Folder of damaged files, kept whole."""
        return self.folder / "quarantine"

    @property
    def of_old_formats(self) -> list[Path]:
        """Copies from before a migration."""
        with explained(self.folder):
            return sorted(self.folder.glob("samples.v*.bak.db"))


def journal(database: Path) -> Path:
    """Where SQLite keeps what it needs to take a transaction back."""
    return database.with_name(f"{database.name}-journal")


def put_in_place(draft: Path, target: Path) -> None:
    """Durably: `target` is the old file or the whole of the new one. Both lie in the same folder."""
    give_to_owner_of(target.parent, draft)
    with explained(target):
        synced(draft)
        draft.replace(target)
        synced(target.parent)


def synced(path: Path) -> None:
    """Return when a file, or the names in a folder, are on the card."""
    fd = os.open(path, os.O_RDONLY)
    try:
        os.fsync(fd)
    finally:
        os.close(fd)


def give_to_owner_of(folder: Path, *paths: Path) -> None:
    """What root makes in the daemon's folder (`sudo edge-handsign samples ...`) must still open for the daemon."""
    if os.geteuid() == 0:
        with explained(folder):
            owner = folder.stat()
            for path in paths:
                os.chown(path, owner.st_uid, owner.st_gid)
