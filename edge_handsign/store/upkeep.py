"""What keeps the file usable: where it lies, its copy, its repair, and what a person should be shown about it."""

import logging
from collections.abc import Generator, Iterable, Iterator
from contextlib import contextmanager, suppress
from pathlib import Path

from edge_handsign.errors import StoreError
from edge_handsign.store import draft, quarantine
from edge_handsign.store.alarm import Alarm
from edge_handsign.store.copying import Copier
from edge_handsign.store.draft import Surroundings
from edge_handsign.store.errand import Errands
from edge_handsign.store.ground import Ground, is_read_only
from edge_handsign.store.pictures import Pictures
from edge_handsign.store.row import Row
from edge_handsign.store.troubles import READ_ONLY, Lost, ReadOnly, explained

TRY_AGAIN_S = 60.0  # between two looks at a read-only card
log = logging.getLogger(__name__)


class Upkeep:
    """Open until `close`; main thread only."""

    trouble: str = ""  # what a person should be shown about the storage now; `tend` keeps it up to date

    def __init__(self, folder: Path, *, create: bool, pictures: bool) -> None:
        self.folder, self._create, self._wants_pictures = folder, create, pictures
        self.errands = Errands()
        self.revision = 0  # goes up with every change
        self._alarm = Alarm()
        self._looked_at: float | None = None
        ground = Ground(folder, create=create)
        try:
            self._stand_on(ground)
        except BaseException:
            ground.close()
            raise

    def close(self) -> None:
        """Bring the copy up to date, and let go."""
        self.errands.interrupt()
        try:
            if not self.ground.borrowed:
                self.copier.finish()
        except StoreError as error:
            log.warning("EH-304: no copy was made: %s", error, extra={"CODE": "EH-304"})
        finally:
            self.pictures.close()
            self.ground.close()

    def tend(self, now: float) -> None:
        """A piece of an errand or of the copy, or a look at a card that was read-only; `now` in s, monotonic. Lost."""
        if self.ground.borrowed:
            self._look_at_the_card(now)
        try:
            if self.errands:
                self.errands.step()
            elif not self.ground.borrowed:
                self.copier.tend(now)
        except Lost:
            raise
        except StoreError as error:
            self._alarm.ring(str(error))
        self.trouble = self._alarm.tend(now)

    @contextmanager
    def change(self) -> Iterator[None]:
        """Around what writes: a person must see it when the card takes nothing."""
        self.errands.interrupt()
        try:
            self.insist_on_own_ground()
            yield
        except StoreError as error:
            self._alarm.ring(str(error))
            raise
        self.revision += 1

    def rewrite(self, rows: Iterable[Row], around: Surroundings) -> Generator[None]:
        """A whole new file in the place of this one, some rows a step; StoreError leaves this one, but where only the
        last sync failed, the next start may find either.
        """
        self.insist_on_own_ground()
        self.copier.stop()
        yield from draft.write(self.ground.places.draft, rows, around)
        self.pictures.close()
        self.revision += 1
        try:
            self.ground.swap()
        except Lost:
            raise
        except StoreError:
            self._stand_again()
            raise
        self._stand_again()

    def insist_on_own_ground(self) -> None:
        """ReadOnly where nothing can be kept."""
        if self.ground.borrowed:
            raise ReadOnly(f"{self.folder}: {self.ground.borrowed}")

    def mend(self) -> bool:
        """Rescue a file in which something is damaged; whether the card took a fresh one."""
        try:
            self.ground.mend()
        except StoreError as error:
            log.error("EH-305: the damaged file cannot be mended now: %s", error, extra={"CODE": "EH-305"})
            self._stand_on(self.ground)
            self._alarm.ring(str(error))
            return False
        self._stand_on(self.ground)
        return True

    def withdraw_copies(self) -> None:
        """What was erased durably goes from everywhere else as well; where that fails it is told, and not undone."""
        places = self.ground.places
        try:
            self.copier.withdraw()
            quarantine.empty(places)
            for copy in places.of_old_formats:
                with explained(copy):
                    copy.unlink()
        except StoreError as error:
            log.error("EH-306: a copy still holds what was erased: %s", error, extra={"CODE": "EH-306"})
            self._alarm.ring(str(error))

    def _stand_again(self) -> None:
        """On another file; Lost where that cannot be read, since what still stands on the one before is of no use."""
        try:
            self._stand_on(self.ground)
        except StoreError as error:
            raise self.ground.lost(error) from error

    def _stand_on(self, ground: Ground) -> None:
        self.ground, self.db, self.path = ground, ground.db, ground.places.main
        self.copier = Copier(self.db, ground.places)
        self.pictures = Pictures(ground.places, wanted=self._wants_pictures and not ground.borrowed)
        if ground.rescued:
            self._alarm.ring(str(ground.rescued))

    def _look_at_the_card(self, now: float) -> None:
        """While nothing can be kept that is shown; when a card can be written again, its own file is used again."""
        self._alarm.ring(f"{self.folder}: {self.ground.borrowed}")
        if self._looked_at is not None and now - self._looked_at < TRY_AGAIN_S:
            return
        self._looked_at = now
        with suppress(StoreError):
            if self.ground.borrowed == READ_ONLY and not is_read_only(self.folder):
                self.errands.interrupt()
                ground = Ground(self.folder, create=self._create)
                self.ground.close()
                self._stand_on(ground)
                log.warning("EH-303: %s can be written again", self.folder, extra={"CODE": "EH-303"})
