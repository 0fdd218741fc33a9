"""What keeps the box alive, as systemd would: starts it again when it ends, and remembers why it did."""

import subprocess
import sys
import time
from dataclasses import dataclass
from pathlib import Path
from typing import Self

from edge_handsign.control import Client
from edge_handsign.errors import PlainError

ROOT = Path(__file__).parents[2]
RESTART_S = 2.0
EXPECTED_S = 20.0  # after a mishap that may end it


@dataclass(frozen=True, slots=True)
class End:
    """One end of the process; `expected` when it had been told to."""

    at: float  # s, monotonic
    status: int
    expected: bool


class Keeper:
    """Open for as long as its `with` lasts."""

    def __init__(self, command: list[str], log: Path) -> None:
        self._command, self._log = command, log
        self.ends: list[End] = []
        self.may_end_until = 0.0
        self._again_at = 0.0
        self.process: subprocess.Popen[bytes] | None = None

    def __enter__(self) -> Self:
        self._start()
        return self

    def __exit__(self, *_: object) -> None:
        if self.process:
            self.process.terminate()
            self.process.wait(20)

    @property
    def pid(self) -> int | None:
        """Of the box, while it lives."""
        return self.process.pid if self.process else None

    def look(self) -> None:
        """Once a while: notice that it has ended, start it again when it is time."""
        now = time.monotonic()
        if self.process and (status := self.process.poll()) is not None:
            self.ends.append(End(now, status, now < self.may_end_until))
            self.process, self._again_at = None, now + RESTART_S
        if self.process is None and now >= self._again_at:
            self._start()

    def expect_end(self) -> None:
        """What comes may end it."""
        self.may_end_until = time.monotonic() + EXPECTED_S

    def _start(self) -> None:
        with self._log.open("ab") as log:
            self.process = subprocess.Popen(self._command, cwd=ROOT, stdin=subprocess.DEVNULL, stdout=log, stderr=log)


def command(*arguments: object) -> list[str]:
    """That starts the box."""
    return [sys.executable, "-m", "scripts.soaking.box", *map(str, arguments)]


def answers(socket: Path) -> bool:
    """Whether it is there and sees."""
    try:
        with Client(socket, 5.0) as client:
            return client.ask("status")["fps"] is not None
    except PlainError:
        return False
