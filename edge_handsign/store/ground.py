"""What the store stands on: the folder's own file; or, where the card is read-only, a copy of it in memory.

An owner's file that is damaged or has vanished is rescued; a visitor's is refused and left as it is.
"""

import logging
import os
import shutil
import sqlite3
import tempfile
from contextlib import ExitStack
from pathlib import Path

from edge_handsign.errors import StoreError
from edge_handsign.store.database import open_database
from edge_handsign.store.draft import Surroundings
from edge_handsign.store.lock import Lock
from edge_handsign.store.places import Places, give_to_owner_of, journal
from edge_handsign.store.rescue import Rescue, is_ours, rescue
from edge_handsign.store.scan import References
from edge_handsign.store.tally import Tally
from edge_handsign.store.troubles import Damaged, Empty, Foreign, explained

log = logging.getLogger(__name__)


class Ground:
    """Open until `close`; main thread only."""

    rescued: Rescue | None = None  # what had to be done when it was opened, or by `mend`

    def __init__(self, folder: Path, *, create: bool) -> None:
        self._folder, self._create = folder, create
        if create:
            with explained(folder):
                folder.mkdir(mode=0o700, parents=True, exist_ok=True)
        else:
            _insist_on_a_file(Places(folder))
        with ExitStack() as opened:
            self.borrowed = is_read_only(folder)
            if self.borrowed:
                log.warning("EH-303: %s is read-only: nothing can be taught", folder, extra={"CODE": "EH-303"})
                self.places = Places(Path(opened.enter_context(_refuge(folder))))
            else:
                opened.enter_context(Lock(folder))
                self.places = Places(folder)
            self.db = self._open()
            opened.callback(self._let_go)
            if not self.borrowed:
                give_to_owner_of(folder, folder / "lock", self.places.main)
            self._opened = opened.pop_all()

    def close(self) -> None:
        """Let go of it."""
        self._opened.close()

    def mend(self) -> Rescue:
        """Put a fresh file in place of one in which something is damaged; on StoreError all is as before."""
        self.db.close()
        try:
            self.rescued = self._rescue()
        finally:
            self.db = open_database(self.places.main, create=False)
        return self.rescued

    def _let_go(self) -> None:
        self.db.close()

    def _open(self) -> sqlite3.Connection:
        create = self._create and not self.places.copy.exists()
        try:
            return self._readable(open_database(self.places.main, create=create))
        except (Damaged, Empty, Foreign) as error:
            if not self._create or (isinstance(error, Foreign) and not is_ours(self.places.main)):
                raise
        self.rescued = self._rescue()
        return open_database(self.places.main, create=False)

    def _readable(self, connection: sqlite3.Connection) -> sqlite3.Connection:
        """Where samples stand, everything but the samples themselves can be read; Damaged if not."""
        try:
            with explained(self.places.main):
                References.read(connection)
                Tally.read(connection)
                Surroundings.read(lambda question: connection.execute(question).fetchall())
        except BaseException:
            connection.close()
            raise
        return connection

    def _rescue(self) -> Rescue:
        rescued = rescue(self.places)
        code = "EH-301" if rescued.aside else "EH-302"
        log.warning("%s: %s", code, rescued, extra={"CODE": code})
        return rescued


def is_read_only(folder: Path) -> bool:
    """Whether the card takes no writes now."""
    with explained(folder):
        return bool(os.statvfs(folder).f_flag & os.ST_RDONLY)


def _refuge(folder: Path) -> "tempfile.TemporaryDirectory[str]":
    """Where a copy lies: what a hot journal has to take back can only be taken back there."""
    runtime = os.environ.get("RUNTIME_DIRECTORY", "").split(":")[0] or None  # systemd's; else the system's for such
    places = Places(folder)
    refuge = tempfile.TemporaryDirectory(prefix="samples-", dir=runtime)
    try:
        with explained(folder):
            for file in (places.main, journal(places.main), places.copy):
                if file.exists():
                    shutil.copy(file, refuge.name)
    except BaseException:
        refuge.cleanup()
        raise
    return refuge


def _insist_on_a_file(places: Places) -> None:
    """A visitor in the wrong folder leaves nothing behind there."""
    if places.main.exists():
        return
    if places.copy.exists():
        name = places.copy.name
        raise StoreError(f"{places.main} has vanished, {name} is there: edge-handsign samples restore brings it back")
    raise StoreError(f"{places.folder} holds no {places.main.name}: edge-handsign has not kept anything there yet")
