"""What takes longer than a tick may: done a step at a time, first come first served, and begun anew when something is
taught in between. Whoever gives an errand looks whether it is over; nobody waits.
"""

from collections import deque
from collections.abc import Callable, Generator
from typing import Any, Generic, TypeVar

from edge_handsign.errors import PlainError, StoreError

Result = TypeVar("Result")
Steps = Generator[None, None, Result]


class Errand(Generic[Result]):
    """Nothing of it has happened until it is over. Main thread only."""

    def __init__(self, begin: Callable[[], Steps[Result]]) -> None:
        """`begin` is called once for each time it begins."""
        self._begin = begin
        self._steps: Steps[Result] | None = None
        self._done: list[Result] = []
        self.failure: PlainError | None = None

    @property
    def over(self) -> bool:
        """It has happened, or never will."""
        return bool(self._done or self.failure)

    @property
    def result(self) -> Result:
        """Once it is over; raises what it ended with."""
        if self.failure:
            raise self.failure
        return self._done[0]

    def step(self) -> None:
        """A little of it."""
        if self._steps is None:
            self._steps = self._begin()
        try:
            next(self._steps)
        except StopIteration as end:
            self._done.append(end.value)
        except PlainError as failure:
            self.failure = failure

    def interrupt(self) -> None:
        """What it has read is out of date: it begins anew."""
        steps, self._steps = self._steps, None
        if steps is not None:
            steps.close()

    def run(self) -> Result:
        """All of it, where nobody else wants a turn."""
        while not self.over:
            self.step()
        return self.result


class Errands:
    """Those that wait for their turn."""

    def __init__(self) -> None:
        self._waiting: deque[Errand[Any]] = deque()

    def __bool__(self) -> bool:
        return bool(self._waiting)

    def add(self, errand: Errand[Any]) -> None:
        """Behind the others."""
        self._waiting.append(errand)

    def remove(self, errand: Errand[Any]) -> None:
        """It is not wanted any more."""
        errand.interrupt()
        self._waiting.remove(errand)

    def step(self) -> None:
        """A little of the first; raises what it failed of, if that is the storage's fault."""
        errand = self._waiting[0]
        errand.step()
        if errand.over:
            self._waiting.popleft()
        if isinstance(errand.failure, StoreError):
            raise errand.failure

    def interrupt(self) -> None:
        """Something else is about to change."""
        if self._waiting:
            self._waiting[0].interrupt()
