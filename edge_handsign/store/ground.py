"""What the store stands on: the folder's own file; or, where that must not be written, a copy of it in memory.

So a read-only card and a newer release's file are still recognised from, and left as they are.

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
from edge_handsign.store.database import TOO_NEW, Newer, is_newer, open_database
from edge_handsign.store.draft import Surroundings
from edge_handsign.store.lock import Lock
from edge_handsign.store.places import Places, give_to_owner_of, journal, put_in_place
from edge_handsign.store.rescue import Rescue, is_ours, rescue
from edge_handsign.store.scan import References, insist_on_first
from edge_handsign.store.tally import Tally
from edge_handsign.store.troubles import READ_ONLY, Damaged, Empty, Foreign, Lost, explained

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
            read_only = is_read_only(folder)
            if not read_only:
                opened.enter_context(Lock(folder))
            self.borrowed = _why_borrowed(Places(folder), read_only=read_only)  # empty where it is the folder's own
            self.places = Places(Path(opened.enter_context(_refuge(folder))) if self.borrowed else folder)
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

    def swap(self) -> None:
        """The draft takes the file's place, durably; StoreError where the next start may find either, and Lost where
        neither can be opened.
        """
        self.rescued = None  # that was about the file before
        self.db.close()
        try:
            with explained(self.places.main):
                journal(self.places.main).unlink(missing_ok=True)
            put_in_place(self.places.draft, self.places.main)
        finally:
            self._reopen()

    def _reopen(self) -> None:
        try:
            self.db = open_database(self.places.main, create=False)
        except StoreError as error:
            raise self.lost(error) from error

    def lost(self, error: StoreError) -> Lost:
        """It cannot be stood on any more, so that nothing is kept: what to raise."""
        self.borrowed = str(error)
        return Lost(str(error))

    def _let_go(self) -> None:
        self.db.close()

    def _open(self) -> sqlite3.Connection:
        if self.borrowed == TOO_NEW:
            return self._open_newer()
        create = self._create and not self.places.copy.exists()
        try:
            return self._readable(open_database(self.places.main, create=create))
        except (Damaged, Empty, Foreign) as error:
            if not self._create or (isinstance(error, Foreign) and not is_ours(self.places.main)):
                raise
        self.rescued = self._rescue()
        return open_database(self.places.main, create=False)

    def _open_newer(self) -> sqlite3.Connection:
        """As far as this program can read it: then all that it needs is where it was."""
        try:
            return self._readable(open_database(self.places.main, create=False, newer=True))
        except StoreError:
            raise Newer(f"{self._folder}: {TOO_NEW}; it cannot even be read by this one") from None

    def _readable(self, connection: sqlite3.Connection) -> sqlite3.Connection:
        """Where samples stand, everything but the samples themselves can be read; Damaged if not."""
        try:
            with explained(self.places.main):
                References.read(connection)
                Tally.read(connection)
                Surroundings.read(lambda question: connection.execute(question).fetchall())
                if self.borrowed == TOO_NEW:
                    insist_on_first(connection, self.places.main)
        except BaseException:
            connection.close()
            raise
        return connection

    def _rescue(self) -> Rescue:
        rescued = rescue(self.places)
        code = "EH-301" if rescued.aside else "EH-302"
        log.warning("%s: %s", code, rescued, extra={"CODE": code})
        return rescued


def _why_borrowed(places: Places, *, read_only: bool) -> str:
    if is_newer(places.main):
        log.warning("EH-310: nothing can be taught: %s: %s", places.main, TOO_NEW, extra={"CODE": "EH-310"})
        return TOO_NEW
    if read_only:
        log.warning("EH-303: %s is read-only: nothing can be taught", places.folder, extra={"CODE": "EH-303"})
        return READ_ONLY
    return ""


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
