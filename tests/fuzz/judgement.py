"""What every case is held to: a good result or a sentence for a person, and less than a second of work.

Work is processor time, so that a busy machine condemns nobody.
"""

import signal
import sys
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from time import process_time
from typing import Generic, TypeVar

from edge_handsign.errors import PlainError

LONGEST_S = 1.0  # of work
TRACED = 4  # times that, where every line that runs is counted for coverage
LONGEST_LINE = 600  # characters that a person is told at once
Case = TypeVar("Case")


class Finding(Exception):
    """What must not be, in a sentence."""


@dataclass(slots=True)
class Tally:
    """What became of the cases."""

    taken: int = 0
    refused: int = 0
    slowest_s: float = 0.0

    @property
    def cases(self) -> int:
        """How many were judged."""
        return self.taken + self.refused

    def told(self) -> str:
        """In a few words."""
        return f"{self.taken} taken, {self.refused} refused, slowest {1e3 * self.slowest_s:.0f} ms"


@dataclass(slots=True)
class Judge(Generic[Case]):
    """Gives each case to `use`, which returns when all is well with what came of it."""

    use: Callable[[Case], object]
    longest_s: float = LONGEST_S
    tally: Tally = field(default_factory=Tally)
    last: Case | None = None

    def __call__(self, case: Case) -> None:
        """Finding, or whatever else was raised, when it is not as it must be."""
        self.last, began = case, process_time()
        with bounded(self.longest_s):
            refused = self._refused(case)
        self.tally.slowest_s = max(self.tally.slowest_s, process_time() - began)
        self.tally.taken += refused is None
        self.tally.refused += refused is not None
        if refused is not None:
            insist_on_a_sentence(refused)

    def _refused(self, case: Case) -> str | None:
        try:
            self.use(case)
        except PlainError as error:
            return str(error)
        return None


def insist_on_a_sentence(text: str) -> None:
    """Finding when a terminal, a journal or a person could not take it."""
    for line in text.split("\n"):
        if not 0 < len(line) <= LONGEST_LINE or not line.isprintable() or "Traceback" in line:
            raise Finding(f"no sentence for a person: {line[:LONGEST_LINE]!r}")


@contextmanager
def bounded(longest_s: float) -> Iterator[None]:
    """Finding, raised where the work is at, when it takes too long. Main thread only."""

    longest_s *= TRACED if sys.gettrace() else 1

    def ring(*_: object) -> None:
        raise Finding(f"more than {longest_s:g} s of work")

    before = signal.signal(signal.SIGPROF, ring)
    signal.setitimer(signal.ITIMER_PROF, longest_s)
    try:
        yield
    finally:
        signal.setitimer(signal.ITIMER_PROF, 0)
        signal.signal(signal.SIGPROF, before)
