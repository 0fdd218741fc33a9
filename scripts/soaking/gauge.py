"""What the kernel tells of the box, every ten seconds, and what follows from it."""

import time
from collections import defaultdict
from dataclasses import dataclass, field
from pathlib import Path

import numpy as np

EVERY_S = 10.0
WARM_S = 180.0  # of a life, that do not count for its growth
MB = 2**20


@dataclass(frozen=True, slots=True)
class Reading:
    """One look at one process."""

    at: float  # s, monotonic
    pid: int
    age_s: float
    rss: int  # bytes
    files: int  # descriptors
    threads: int
    written: int  # bytes given to the disk, since its start
    lines: int  # of the log, since the beginning
    idle: bool  # since the look before, and nothing is to be written any more


@dataclass(slots=True)
class Gauge:
    """All readings."""

    log: Path
    readings: list[Reading] = field(default_factory=list)
    _born: dict[int, float] = field(default_factory=dict)

    def read(self, pid: int, *, idle: bool) -> None:
        """One more; none of a process that has just ended."""
        now, home = time.monotonic(), Path("/proc") / str(pid)
        try:
            status = dict(line.split(":", 1) for line in (home / "status").read_text().splitlines())
            written = int(dict(line.split(": ") for line in (home / "io").read_text().splitlines())["write_bytes"])
            files = len(list((home / "fd").iterdir()))
        except (OSError, KeyError, ValueError):
            return
        if "VmRSS" not in status:
            return
        rss, threads = int(status["VmRSS"].split()[0]) * 1024, int(status["Threads"])
        lines = self.log.read_bytes().count(b"\n")
        age_s = now - self._born.setdefault(pid, now)
        self.readings.append(Reading(now, pid, age_s, rss, files, threads, written, lines, idle))

    def growth(self) -> float:
        """MB an hour: least squares over all lives with one slope and a level for each, warm-up left out."""
        times, sizes = [np.empty(0)], [np.empty(0)]
        for life in self._lives():
            at, rss = np.array([one.at for one in life]), np.array([one.rss for one in life])
            times.append((at - at.mean()) / 3600)
            sizes.append((rss - rss.mean()) / MB)
        hours, megabytes = np.concatenate(times), np.concatenate(sizes)
        return float(hours @ megabytes / (hours @ hours)) if hours.any() else 0.0

    def _lives(self) -> list[list[Reading]]:
        lives = defaultdict[int, list[Reading]](list)
        for one in self.readings:
            if one.age_s > WARM_S:
                lives[one.pid].append(one)
        return [life for life in lives.values() if len(life) > 1]

    def idle(self) -> tuple[float, int, int]:
        """Hours without anything to do; bytes that were written, and lines that were logged, in them."""
        seconds, written, lines = 0.0, 0, 0
        for before, after in zip(self.readings, self.readings[1:], strict=False):
            if after.idle and before.pid == after.pid:
                seconds += after.at - before.at
                written += after.written - before.written
                lines += after.lines - before.lines
        return seconds / 3600, written, lines

    def spread(self, what: str) -> tuple[int, int]:
        """Fewest and most files or threads while idle."""
        found = [getattr(one, what) for one in self.readings if one.idle and one.age_s > WARM_S]
        return (min(found), max(found)) if found else (0, 0)
