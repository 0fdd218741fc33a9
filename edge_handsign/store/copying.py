"""The second copy: made when nothing was taught for a while, a little at a time, from verified samples only.

A sample that turns out damaged ends it: a good copy is never replaced by a worse one.
"""

import logging
import sqlite3
from collections.abc import Generator, Iterator
from dataclasses import dataclass

from edge_handsign.errors import StoreError
from edge_handsign.store import draft
from edge_handsign.store.draft import Surroundings
from edge_handsign.store.places import Places, put_in_place
from edge_handsign.store.row import Row
from edge_handsign.store.scan import COLUMNS, References
from edge_handsign.store.tally import Tally
from edge_handsign.store.troubles import DAMAGED, Damaged, explained

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
        self._stop()
        self._schedule.changed()

    def withdraw(self) -> None:
        """The copy holds what must not be found any more: it goes now, and another is made at once."""
        self._stop()
        self._schedule.changed(urgent=True)
        with explained(self._places.copy):
            self._places.copy.unlink(missing_ok=True)

    def tend(self, now: float) -> None:
        """One small step if there is something to do, for the time between two ticks; Damaged ends it."""
        if self._steps is None:
            if not self._schedule.due(now):
                return
            self._begin(draft.AT_ONCE)
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
        self._stop()
        if self._schedule.behind:
            self._begin(WITHOUT_PAUSES)
        while self._steps is not None:
            self._step()

    def make(self) -> None:
        """A copy now, whether it is due or not; StoreError when that did not work."""
        self.changed()
        self.finish()

    def _begin(self, at_once: int) -> None:
        self._schedule.begun()
        with explained(self._places.main):
            around = Surroundings.read(lambda question: self._db.execute(question).fetchall())
            references = References.read(self._db)
        self._steps = draft.write(self._places.draft, _verified(self._db, references, self._places), around, at_once)

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

    def _stop(self) -> None:
        steps, self._steps = self._steps, None
        if steps is not None:
            self._schedule.behind = True
            steps.close()


def _verified(db: sqlite3.Connection, references: References, places: Places) -> Iterator[Row]:
    last, tally = 0, Tally(0, 0)
    while raws := db.execute(f"{COLUMNS} WHERE id > ? ORDER BY id LIMIT {draft.AT_ONCE}", (last,)).fetchall():
        last = raws[-1][0]
        for raw in raws:
            row = references.verified(raw)
            if row is None:
                raise Damaged(f"{places.main}: {DAMAGED}")
            tally = tally.plus([raw[-1]])
            yield row
    if tally != Tally.read(db):
        raise Damaged(f"{places.main}: {DAMAGED}")


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
