"""A simulator process that a test talks to in lines, as a person's script would."""

import json
import os
import signal
import subprocess
import sys
import threading
import time
from collections.abc import Callable, Mapping, Sequence
from pathlib import Path
from queue import Empty, Queue
from types import TracebackType
from typing import Any, Self

from tests.conftest import ROOT

State = Mapping[str, Any]


class Simulator:
    """The daemon as a process of its own; ends with the `with`."""

    def __init__(self, *arguments: str | Path, environment: Mapping[str, str] | None = None) -> None:
        self.process = subprocess.Popen(
            [sys.executable, "-m", "edge_handsign", "simulate", *map(str, arguments)],
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            stderr=subprocess.PIPE,
            text=True,
            cwd=ROOT,
            env={**os.environ, **(environment or {})},
        )
        self.states: list[State] = []
        self._lines: Queue[str] = Queue()
        threading.Thread(target=self._read, daemon=True).start()

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.process.kill()
        self.process.communicate()

    def order(self, *lines: str) -> None:
        assert self.process.stdin
        self.process.stdin.write("".join(f"{line}\n" for line in lines))
        self.process.stdin.flush()

    def until(self, wanted: Callable[[State], bool], within_s: float = 20.0) -> State:
        """The first state from now on that is as wanted."""
        deadline = time.monotonic() + within_s
        while time.monotonic() < deadline:
            try:
                state: State = json.loads(self._lines.get(timeout=max(0.0, deadline - time.monotonic())))
            except Empty:
                break
            assert "error" not in state, state["error"]
            self.states.append(state)
            if wanted(state):
                return state
        raise AssertionError(f"not within {within_s} s; last: {self.states[-1:]}; {self._errors()}")

    def teach(self, sign: str, presses: int = 1) -> None:
        """Show it, wait until the camera surely does, press."""
        self.order(f"show {sign}", "wait 0.6")
        before = self.states[-1]["samples"].get(sign, 0) if self.states else 0
        for number in range(presses):
            self.order("press teach", "wait 0.5")
            self.until(lambda state, n=number: state["samples"].get(sign, 0) == before + n + 1)  # type: ignore[misc]

    def terminate(self) -> int:
        self.process.send_signal(signal.SIGTERM)
        return self.process.wait(5)

    def _read(self) -> None:
        assert self.process.stdout
        for line in self.process.stdout:
            self._lines.put(line)

    def _errors(self) -> str:
        if self.process.poll() is None:
            return "the process is running"
        assert self.process.stderr
        return f"it ended with {self.process.returncode}: {self.process.stderr.read()}"


def lit(sign: str | None) -> Callable[[State], bool]:
    """Exactly this sign's LED is on; None: no LED."""
    return lambda state: [name for name, on in state["leds"].items() if on] == ([sign] if sign else [])


def linked(folder: Path, pictures: Mapping[str, Sequence[Path]]) -> Path:
    """A folder with a sub-folder of links for each sign."""
    for sign, paths in pictures.items():
        (folder / sign).mkdir(parents=True)
        for path in paths:
            (folder / sign / path.name).symlink_to(path)
    return folder
