"""What is asked about samples: counted, shown, renamed, taken in, copied. Each is an errand of the store's.

It is answered when it is over; who goes away before that takes it back.
"""

import os
from collections.abc import Callable
from dataclasses import dataclass
from itertools import islice
from pathlib import Path
from typing import Any, TypeVar

from edge_handsign.control import Code, NotSealed, received
from edge_handsign.core.session import Session
from edge_handsign.reception.asking import Answer, Asking, Refused, answer_of
from edge_handsign.store import Census, Errand, Store, Taken, Unpacking

MOST = 16  # errands at once
SIGNS, LESSONS = 50, 200  # of an answer
COUNTED = ("sign", "awake", "asleep", "first_ns", "last_ns")  # of a SignCount; lessons are shown one by one
LESSON = ("lesson", "samples", "asleep", "wall_ns")
Result = TypeVar("Result")
Tell = Callable[[Result, float], Answer | None]  # at which time, in s, monotonic


@dataclass(frozen=True, slots=True)
class Waiting:
    """For an errand; `tell` makes an answer of its result, or none when it has given one itself."""

    errand: Errand[Any]
    asking: Asking
    tell: Tell[Any]


class Samples:
    """Main thread only."""

    def __init__(self, session: Session, store: Store) -> None:
        self._session, self._store = session, store
        self._waiting: list[Waiting] = []
        self._counting: Errand[Census] | None = None
        self._census: tuple[int, Census] | None = None  # and of which revision

    def turn(self, now: float) -> None:
        """Answer what is over, before anything else is asked for."""
        if self._counting and self._counting.over and not self._counting.failure:
            self._census, self._counting = (self._store.revision, self._counting.result), None
        waiting, self._waiting = self._waiting, []
        for one in waiting:
            if one.errand.over:
                self._answer(one, now)
            elif not one.asking.caller.closed:
                self._waiting.append(one)
            elif one.errand is not self._counting:
                self._store.take_back(one.errand)

    def list(self, asking: Asking) -> Answer | None:
        """How many samples each sign has."""
        return self._counted(asking, lambda census, _: _listed(census, asking.request.skip))

    def show(self, asking: Asking) -> Answer | None:
        """The lessons of a sign."""
        return self._counted(asking, lambda census, _: _shown(census, asking.request.sign, asking.request.skip))

    def missing(self, asking: Asking) -> Answer | None:
        """There is no such sign: which there are."""
        return self._counted(asking, lambda census, _: _refuse(census, asking.request.sign))

    def rename(self, asking: Asking) -> Answer | None:
        """Call a sign something else, and recognise it by that name at once."""
        if not self._store.orders.count(asking.request.sign):
            return self.missing(asking)
        sign, name = asking.request.sign, asking.request.name
        return self._give(
            asking, self._store.orders.renaming(sign, name), lambda count, now: self._renamed(asking, count, now)
        )

    def take(self, asking: Asking) -> Answer | None:
        """Add what another box was taught, and recognise it at once."""
        file = asking.caller.file()
        if file is None:
            raise Refused(Code.BAD_LINE, "import takes a file: send its descriptor with the line (SCM_RIGHTS)")
        try:
            source = Unpacking(received(file))
        except NotSealed:
            raise Refused(Code.BAD_LINE, "import takes a file in memory (memfd) that is sealed") from None
        errand = self._store.orders.taking(source, lambda: self._session.school.room, self._session.school.reserve)
        return self._give(asking, errand, self._taken)

    def copy(self, asking: Asking) -> Answer | None:
        """A copy, made now."""
        return self._give(asking, self._store.orders.copying(), lambda path, now: _handed_over(asking, path, now))

    def _give(self, asking: Asking, errand: Errand[Result], tell: Tell[Result]) -> Answer | None:
        if len(self._waiting) >= MOST:
            raise Refused(Code.REFUSED, "the box is still busy with what it was asked before: try again in a minute")
        self._store.give(errand)
        self._waiting.append(Waiting(errand, asking, tell))
        return None

    def _counted(self, asking: Asking, tell: Tell[Census]) -> Answer | None:
        if self._census and self._census[0] == self._store.revision:
            return tell(self._census[1], asking.now)
        if self._counting is None or self._counting.over:
            self._counting = self._store.orders.counting()
            return self._give(asking, self._counting, tell)
        self._waiting.append(Waiting(self._counting, asking, tell))
        return None

    def _answer(self, one: Waiting, now: float) -> None:
        answer = answer_of(lambda: one.tell(one.errand.result, now))
        if answer is not None:
            one.asking.caller.answer(answer, now)

    def _renamed(self, asking: Asking, count: int, now: float) -> Answer:
        if not count:
            raise Refused(Code.UNKNOWN_SIGN, f"there is no sample of {asking.request.sign} any more")
        self._session.school.renamed(asking.request.sign, asking.request.name, now)
        return {"text": self._session.message, "renamed": count}

    def _taken(self, taken: Taken, now: float) -> Answer:
        for lot in taken.lots():
            self._session.school.receive(lot)
        self._session.school.received(len(taken.rows), now)
        counts = {"imported": len(taken.rows), "known": taken.known, "asleep": taken.asleep}
        return {"text": self._session.message, **counts}


def _handed_over(asking: Asking, path: Path, now: float) -> None:
    try:
        file = os.open(path, os.O_RDONLY | os.O_CLOEXEC)
    except OSError as error:
        raise Refused(Code.REFUSED, f"the copy cannot be opened: {error.strerror}") from error
    asking.caller.answer({"ok": True, "bytes": os.fstat(file).st_size}, now, file)


def _listed(census: Census, skip: int) -> Answer:
    some = list(islice(census.signs, skip, skip + SIGNS))
    signs = [{key: getattr(sign, key) for key in COUNTED} for sign in some]
    return {"signs": signs, "damaged": census.damaged, "more": len(census.signs) > skip + SIGNS}


def _shown(census: Census, sign: str, skip: int) -> Answer:
    found = next((counted for counted in census.signs if counted.sign == sign), None)
    if found is None:
        return _refuse(census, sign)
    some = list(islice(found.lessons, skip, skip + LESSONS))
    lessons = [{key: getattr(one, key) for key in LESSON} for one in some]
    return {"lessons": lessons, "more": len(found.lessons) > skip + LESSONS}


def _refuse(census: Census, sign: str) -> Answer:
    raise Refused(Code.UNKNOWN_SIGN, census.missing(sign))
