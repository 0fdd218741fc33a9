"""How much memory this process holds: a library that leaks must not be noticed first by whoever kills it for that."""

import os
from collections.abc import Callable
from pathlib import Path

MOST = 240 * 2**20  # bytes: 80 % of the unit's MemoryMax, and its MemoryHigh
AT_ONCE = 270 * 2**20  # bytes: 90 %
EVERY_S = 1.0
STATM = Path("/proc/self/statm")


def resident(statm: Path = STATM) -> int:
    """Bytes of RAM that this process holds; 0 where the system does not say."""
    try:
        return int(statm.read_text(encoding="ascii").split()[1]) * os.sysconf("SC_PAGE_SIZE")
    except (OSError, ValueError, IndexError):
        return 0


class Footprint:
    """Looked at now and then. Time is an argument, in s, monotonic."""

    def __init__(self, weigh: Callable[[], int] = resident) -> None:
        """`weigh` says how many bytes are held."""
        self._weigh = weigh
        self._looked_at: float | None = None
        self.held = 0  # bytes, when last looked at

    def too_big(self, now: float, *, idle: bool) -> bool:
        """Whether it is so much that the box should start afresh, now that it is idle or not."""
        if self._looked_at is None or now - self._looked_at >= EVERY_S:
            self._looked_at, self.held = now, self._weigh()
        return self.held > (MOST if idle else AT_ONCE)
