"""How the starts of the box went, in the runtime directory of its service: what survives a crash, but no power cut.

Nobody who starts it by hand has one. A line of text, replaced as a whole or not at all; one that is damaged or cannot
be written costs nothing but the count.
"""

import logging
import os
from contextlib import suppress
from pathlib import Path
from types import TracebackType
from typing import Self

from edge_handsign.core.starts import Patience, Start, Starts, starts_of
from edge_handsign.errors import PlainError, StuckError

NAME = "starts"
LONGEST = 4096  # bytes; a whole one has a hundred
SIGKILL_PENDING = 1 << 8  # in the masks of /proc/PID/task/TID/status
log = logging.getLogger(__name__)


def folder() -> Path | None:
    """The runtime directory that a service manager has made for this process; None: nobody has."""
    named = os.environ.get("RUNTIME_DIRECTORY", "").partition(":")[0]
    return Path(named) if named else None


class Logbook:
    """One start: entered when it begins, left when it ends, with `seen` in between."""

    def __init__(self, folder: Path | None, now: float, patience: Patience = Patience()) -> None:  # noqa: B008 - frozen
        """`now` in s, monotonic. StuckError when the start before hangs in a driver and cannot be killed."""
        self._path = folder and folder / NAME
        self.patience = patience
        before = self._read()
        if before.running and before.pid != os.getpid() and unkillable(before.pid):
            raise StuckError(before.pid)
        self._starts = before.begin(now, os.getpid(), patience)
        self._ready_at: float | None = None
        self._good = False
        self._write(self._starts)

    @property
    def kept(self) -> bool:
        """Whether somebody restarts the box, so that its starts are counted."""
        return self._path is not None

    @property
    def crashes(self) -> tuple[float, ...]:
        """When it crashed lately, in s, monotonic."""
        return self._starts.crashes

    @property
    def start(self) -> Start:
        """How the box may begin."""
        return self._starts.running or Start.WHOLE

    def seen(self, now: float) -> None:
        """A picture went through the network; `now` in s, monotonic."""
        if self._ready_at is None:
            self._ready_at = now
        if not self._good and now - self._ready_at >= self.patience.good_after_s:
            self._good = True
            self._write(self._starts.good())

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        """An end that has been asked for, or that a person is told the reason of, is one in order; a bug is a crash."""
        if error is None or isinstance(error, PlainError | SystemExit | KeyboardInterrupt):
            self._write(self._starts.ended())

    def _read(self) -> Starts:
        if self._path is None:
            return Starts()
        try:
            with self._path.open("rb") as file:
                return starts_of(file.read(LONGEST).decode("ascii", "replace"))
        except OSError:
            return Starts()

    def _write(self, starts: Starts) -> None:
        self._starts = starts
        if self._path is None:
            return
        fresh = self._path.with_suffix(".new")
        try:
            fresh.write_text(starts.text(), encoding="ascii")
            fresh.replace(self._path)
        except OSError as error:
            log.warning("%s: %s: crashes are not counted", self._path, error.strerror)


def unkillable(pid: int, processes: Path = Path("/proc")) -> bool:
    """Whether a thread of that process has been sent SIGKILL and waits on, inside the kernel: only a reboot ends it."""
    stuck = False
    with suppress(OSError):  # gone, or gone while we look
        for task in (processes / str(pid) / "task").iterdir():
            with suppress(OSError, ValueError):
                stuck |= _waits_on(task / "status")
    return stuck


def _waits_on(status: Path) -> bool:
    said = dict(line.split(":\t", 1) for line in status.read_text().splitlines() if ":\t" in line)
    pending = int(said.get("SigPnd", "0"), 16) | int(said.get("ShdPnd", "0"), 16)
    return said.get("State", "").startswith("D") and bool(pending & SIGKILL_PENDING)
