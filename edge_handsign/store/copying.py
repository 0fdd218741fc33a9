"""The second copy: made when nothing was taught for a while, a little at a time, from verified samples only.

A sample that turns out damaged ends it: a good copy is never replaced by a worse one.
"""

import logging
import sqlite3
from collections.abc import Generator
from dataclasses import dataclass
from pathlib import Path

from edge_handsign.errors import StoreError
from edge_handsign.store import draft
from edge_handsign.store.draft import Surroundings
from edge_handsign.store.places import Places, put_in_place
from edge_handsign.store.scan import AT_ONCE, verified
from edge_handsign.store.tally import Tally
from edge_handsign.store.troubles import Damaged, explained

IDLE_S = 30.0  # without a change; a burst is over by then, and so is whoever wants to take it back
BETWEEN_S = 600.0  # at least, for the sake of the card
WITHOUT_PAUSES = 100_000  # rows a step
log = logging.getLogger(__name__)


@dataclass(slots=True)
class Schedule:
    """When a copy is due. Knows no clock and no file; `now` in s, monotonic."""

    behind: bool  # there is something that the copy has not
    changed_at: float | None = None  # None: not yet seen by `due`
    made_at: float | None = None
    urgent: bool = False

    def changed(self, *, urgent: bool = False) -> None:
        """Something was made durable; urgent where the old copy had to go."""
        self.behind, self.changed_at, self.urgent = True, None, self.urgent or urgent

    def due(self, now: float) -> bool:
        """Whether to begin one now."""
        if self.changed_at is None:
            self.changed_at = now
        if not self.behind or self.urgent:
            return self.behind
        rested = self.made_at is None or now - self.made_at >= BETWEEN_S
        return rested and now - self.changed_at >= IDLE_S

    def begun(self) -> None:
        """What is there now will be in the copy; a later change is `changed` again."""
        self.behind = self.urgent = False

    def made(self, now: float) -> None:
        """It is in its place."""
        self.made_at = now

    def failed(self, now: float) -> None:
        """Try again, but not at once."""
        self.behind, self.urgent, self.made_at = True, False, now


class Copier:
    """Keeps the copy up to the file. Main thread only."""

    def __init__(self, db: sqlite3.Connection, places: Places) -> None:
        self._db, self._places = db, places
        self._schedule = Schedule(behind=not _alike(db, places))
        self._steps: Generator[None] | None = None

    def changed(self) -> None:
        """A change is durable: what was being written is out of date."""
        self.stop()
        self._schedule.changed()

    def withdraw(self) -> None:
        """The copy holds what must not be found any more: it goes now, and another is made at once."""
        self.stop()
        self._schedule.changed(urgent=True)
        with explained(self._places.copy):
            for copy in (self._places.copy, self._places.draft):  # a draft may be left of a run that was cut short
                copy.unlink(missing_ok=True)

    def tend(self, now: float) -> None:
        """One small step if there is something to do, for the time between two ticks; Damaged ends it."""
        if self._steps is None:
            if not self._schedule.due(now):
                return
            self._begin(AT_ONCE)
        try:
            if self._step():
                self._schedule.made(now)
        except StoreError as error:
            self._schedule.failed(now)
            log.warning("EH-304: no copy was made: %s", error, extra={"CODE": "EH-304"})
            if isinstance(error, Damaged):
                raise

    def finish(self) -> None:
        """What the copy has not, without pauses, at the orderly end; StoreError when that did not work."""
        self.stop()
        if self._schedule.behind:
            self._begin(WITHOUT_PAUSES)
        while self._steps is not None:
            self._step()

    def making(self) -> Generator[None, None, Path]:
        """A copy now, whether it is due or not; StoreError when that did not work."""
        self.stop()
        self._begin(AT_ONCE)
        try:
            while not self._step():
                yield
        except StoreError:
            self._schedule.behind = True
            raise
        return self._places.copy

    def stop(self) -> None:
        """What was being written is given up; another is begun when it is due."""
        steps, self._steps = self._steps, None
        if steps is not None:
            self._schedule.behind = True
            steps.close()

    def _begin(self, at_once: int) -> None:
        self._schedule.begun()
        with explained(self._places.main):
            around = Surroundings.read(lambda question: self._db.execute(question).fetchall())
        self._steps = draft.write(self._places.draft, verified(self._db, self._places.main), around, at_once)

    def _step(self) -> bool:
        """Whether it was the last one."""
        assert self._steps is not None
        try:
            next(self._steps)
        except StopIteration:
            self._steps = None
            put_in_place(self._places.draft, self._places.copy)
            return True
        except BaseException:
            self._steps = None
            raise
        return False


def _alike(db: sqlite3.Connection, places: Places) -> bool:
    """Whether the copy says of itself what the file does."""
    with explained(places.main):
        told = Tally.read(db)
    if not places.copy.exists():
        return told.count == 0
    try:
        copy = sqlite3.connect(f"{places.copy.absolute().as_uri()}?mode=ro", uri=True)
        try:
            return Tally.read(copy) == told
        finally:
            copy.close()
    except sqlite3.DatabaseError:
        return False
