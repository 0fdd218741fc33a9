"""What the kernel tells of the box, every ten seconds, and what follows from it."""

import csv
import re
import time
from collections import Counter, defaultdict
from collections.abc import Iterator, Mapping
from contextlib import suppress
from dataclasses import dataclass, field, fields
from pathlib import Path
from typing import Literal, TextIO

import numpy as np

from scripts.soaking.heap import told

EVERY_S = 10.0
WARM_S = 900.0  # that do not count, after a life had each kind of mishap: the first of each allocates what stays
MB = 2**20
NUMBER = re.compile(r":\[\d+\]$")  # of a socket
PHOTOGRAPH = ".jpg"  # what the pretended camera is just reading


@dataclass(frozen=True, slots=True)
class Reading:
    """One look at one process."""

    at: float  # s, monotonic
    pid: int
    age_s: float
    rss: int  # bytes
    own: int  # bytes of it that are no file's, and what lies in the swap: what only this process can give back
    used: int  # bytes of C's heap; 0 where that is not told
    files: tuple[str, ...]  # what the descriptors are, sorted
    threads: int
    written: int  # bytes given to the disk, since its start
    lines: int  # of the log, since the beginning
    idle: bool  # since the look before, and nothing is to be written any more
    warm: bool  # it had every kind of mishap, some time ago
    after: str  # the last mishap


@dataclass(slots=True)
class Gauge:
    """All readings; a table of them in `kept`, line by line."""

    log: Path
    readings: list[Reading] = field(default_factory=list)
    kept: TextIO | None = None
    born: dict[int, float] = field(default_factory=dict)  # s, monotonic, of each process
    tried: dict[int, float] = field(default_factory=dict)  # the same, when each kind of mishap had happened to it

    def __post_init__(self) -> None:
        self._keep([one.name for one in fields(Reading)])

    def read(self, pid: int, *, idle: bool, after: str) -> None:
        """One more; none of a process that has just ended."""
        now, home = time.monotonic(), Path("/proc") / str(pid)
        try:
            status = dict(line.split(":", 1) for line in (home / "status").read_text().splitlines())
            written = int(dict(line.split(": ") for line in (home / "io").read_text().splitlines())["write_bytes"])
            files = tuple(sorted(_files(home)))
        except (OSError, KeyError, ValueError):
            return
        if "VmRSS" not in status:
            return
        rss, own, threads = _size(status, "VmRSS"), _size(status, "RssAnon", "VmSwap"), int(status["Threads"])
        lines = self.log.read_bytes().count(b"\n")
        age_s = now - self.born.setdefault(pid, now)
        warm = now - self.tried.get(pid, now) > WARM_S
        used = told(self.log.with_name("heap"))
        self.readings.append(
            Reading(now, pid, age_s, rss, own, used, files, threads, written, lines, idle, warm, after)
        )
        self._keep([" ".join(one) if isinstance(one, tuple) else one for one in _values(self.readings[-1])])

    def _keep(self, row: list[object]) -> None:
        if self.kept:
            csv.writer(self.kept).writerow(row)

    def age_s(self, pid: int) -> float:
        """Of a process; 0 when it has not been looked at."""
        now = time.monotonic()
        return now - self.born.get(pid, now)

    def growth(self, what: Literal["rss", "own", "used"]) -> tuple[float, float]:
        """MB an hour, and the hours it was seen in: least squares over all warm lives, one slope, a level for each."""
        times, sizes, seen = [np.empty(0)], [np.empty(0)], 0.0
        for life in self._lives():
            at, size = np.array([one.at for one in life]), np.array([getattr(one, what) for one in life])
            times.append((at - at.mean()) / 3600)
            sizes.append((size - size.mean()) / MB)
            seen += float(at[-1] - at[0]) / 3600
        hours, megabytes = np.concatenate(times), np.concatenate(sizes)
        return (float(hours @ megabytes / (hours @ hours)) if hours.any() else 0.0), seen

    def _lives(self) -> list[list[Reading]]:
        lives = defaultdict[int, list[Reading]](list)
        for one in self.readings:
            if one.warm:
                lives[one.pid].append(one)
        return list(lives.values())

    def idle(self) -> tuple[float, int, int]:
        """Hours without anything to do; bytes that were written, and lines that were logged, in them."""
        seconds, written, lines = 0.0, 0, 0
        for before, after in zip(self.readings, self.readings[1:], strict=False):
            if after.idle and before.pid == after.pid:
                seconds += after.at - before.at
                written += after.written - before.written
                lines += after.lines - before.lines
        return seconds / 3600, written, lines

    def threads(self) -> tuple[int, int]:
        """Fewest and most while idle."""
        found = [one.threads for one in self.readings if one.idle and one.warm]
        return (min(found), max(found)) if found else (0, 0)

    def differing(self) -> list[str]:
        """Descriptors that one warm life had more of at one idle time than at another."""
        return sorted({name for life in self._lives() for name in _differing([one.files for one in life if one.idle])})


def _files(home: Path) -> Iterator[str]:
    for one in (home / "fd").iterdir():
        with suppress(FileNotFoundError):  # closed meanwhile
            name = NUMBER.sub("", str(one.readlink()))
            if not name.endswith(PHOTOGRAPH):
                yield name


def _size(status: Mapping[str, str], *names: str) -> int:
    return sum(int(status[name].split()[0]) * 1024 for name in names)


def _differing(looks: list[tuple[str, ...]]) -> list[str]:
    counted = [Counter(look) for look in looks]
    names = {name for look in looks for name in look}
    return [name for name in names if len({one[name] for one in counted}) > 1]


def _values(reading: Reading) -> list[object]:
    return [getattr(reading, one.name) for one in fields(reading)]
