"""How long to wait for a program that shares the processors: the time that it stands in line for one does not count."""

import time
from collections.abc import Callable
from contextlib import suppress
from pathlib import Path

GLANCE_S = 1.0


def within(patience_s: float, process: int, happens: Callable[[float], bool]) -> bool:
    """Whether it happens before the process has had so much time; `happens` waits for it for so many seconds."""
    end = time.monotonic() - queued_s(process) + patience_s
    while not happens(GLANCE_S):
        if time.monotonic() - queued_s(process) > end:
            return False
    return True


def queued_s(process: int) -> float:
    """How long its thread that waited most has stood in line until now; 0 where the kernel does not say."""
    waits = [0]
    for thread in Path(f"/proc/{process}/task").glob("*/schedstat"):
        with suppress(OSError):  # threads end
            waits.append(int(thread.read_text().split()[1]))
    return max(waits) / 1e9
