"""One measured number, what it is compared with, and the goal that was set for it."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from statistics import median
from time import thread_time


@dataclass(frozen=True, slots=True)
class Figure:
    """`value` in `unit`; beside it the same work done by `rival`, in the same unit, on the same machine, just now."""

    what: str
    value: float
    unit: str
    rival: str = ""
    beside: float | None = None
    most: float | None = None  # goal for the value
    most_times: float | None = None  # goal for the ratio

    @property
    def ratio(self) -> float | None:
        """How many times the rival's figure ours is."""
        return self.value / self.beside if self.beside else None

    @property
    def goal(self) -> str:
        """The goal in words, empty where none was set."""
        goals = []
        if self.most is not None:
            goals.append(f"<= {self.most:g} {self.unit}")
        if self.most_times is not None:
            goals.append(f"<= {self.most_times:g} x")
        return ", ".join(goals)

    @property
    def met(self) -> bool | None:
        """Whether every goal is met; None where none was set."""
        met = []
        if self.most is not None:
            met.append(self.value <= self.most)
        if self.most_times is not None:
            met.append(self.ratio is not None and self.ratio <= self.most_times)
        return all(met) if met else None


def medians(works: Sequence[Callable[[], object]], rounds: int, each: int = 1) -> list[float]:
    """Seconds that one thread computes for each piece of work: the median of `rounds` runs of `each` in a row.

    The works take turns, so a busy moment falls on all of them; each starts with one run that is not counted, so nobody
    pays for what its neighbour left in the caches.
    """
    took: list[list[float]] = [[] for _ in works]
    for _ in range(rounds):
        for work, times in zip(works, took, strict=True):
            work()
            began = thread_time()
            for _ in range(each):
                work()
            times.append((thread_time() - began) / each)
    return [median(times) for times in took]
