"""How the box may start, after how its last starts went. Times are of a clock that nobody sets: no wall clock here.

A start that did not end in order has crashed. Three crashes in five minutes lead to safe mode, a crash in safe mode to
one without pins and socket; safe mode ends in a start on probation, whose crash leads back at once. A start that has
been ready for a minute is good: everything before it is forgiven.
"""

import json
from dataclasses import dataclass, replace
from enum import Enum


class Start(Enum):
    """With how much of itself the box may begin."""

    WHOLE = "whole"
    SAFE = "safe"
    BARE = "bare"  # nothing but its log: even safe mode has crashed


@dataclass(frozen=True, slots=True)
class Patience:
    """How much is put up with."""

    crashes: int = 3
    within_s: float = 300.0
    good_after_s: float = 60.0  # of being ready
    safe_for_s: float = 300.0


@dataclass(frozen=True, slots=True)
class Starts:
    """What is remembered from start to start; `Starts()` is what a box knows that has just been switched on."""

    running: Start | None = None  # how the last one began; None: it ended in order
    pid: int = 0  # of the last one
    crashes: tuple[float, ...] = ()  # when, in s, monotonic; oldest first
    probation: bool = False

    def begin(self, now: float, pid: int, patience: Patience) -> "Starts":
        """The next start; how it may be is its `running`."""
        crashed = self.running is not None
        recent = [at for at in self.crashes if 0 <= now - at <= patience.within_s] + [now] * crashed
        begun = replace(self, pid=pid, crashes=tuple(recent[-patience.crashes :]))
        if self.running in {Start.SAFE, Start.BARE}:
            return replace(begun, running=Start.BARE)
        if len(recent) >= patience.crashes or (crashed and self.probation):
            return replace(begun, running=Start.SAFE)
        return replace(begun, running=Start.WHOLE)

    def good(self) -> "Starts":
        """It has been ready for long enough."""
        return replace(self, crashes=(), probation=False)

    def ended(self) -> "Starts":
        """In order. What follows safe mode is on probation."""
        if self.running is Start.WHOLE:
            return replace(self, running=None)
        return replace(self, running=None, crashes=(), probation=True)

    def text(self) -> str:
        """A line that `starts_of` reads."""
        running = self.running and self.running.value
        return json.dumps({"running": running, "pid": self.pid, "crashes": self.crashes, "probation": self.probation})


def starts_of(text: str) -> Starts:
    """What a text says; of one that is damaged, what a box knows that has just been switched on."""
    try:
        said = json.loads(text)
        running = said["running"] and Start(said["running"])
        crashes = tuple(float(at) for at in said["crashes"])
        return Starts(running or None, int(said["pid"]), crashes, bool(said["probation"]))
    except (ValueError, TypeError, KeyError, AttributeError, RecursionError, OverflowError):
        return Starts()
