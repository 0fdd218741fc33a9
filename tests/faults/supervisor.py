"""systemd's part in a box's life, played with the numbers of its unit: start, wait for READY, watch, kill, restart.

What it does not play: cgroups, sandbox, dependencies, and systemctl. Its clock is the monotonic one.
"""

import os
import re
import signal
import socket
import subprocess
import sys
import threading
import time
from collections import defaultdict
from collections.abc import Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path
from shutil import rmtree
from typing import Self

from tests.conftest import ROOT

UNIT = ROOT / "deploy" / "edge-handsign.service"
PROGRAM = "/opt/edge-handsign/bin/python"
LOOK_S = 0.02


@dataclass(frozen=True, slots=True)
class Rules:
    """What a unit says about starting and ending; times in s."""

    start_s: float
    watchdog_s: float
    stop_s: float
    abort_s: float
    restart_s: float
    signal: signal.Signals
    prevented: frozenset[int]
    preserved: bool
    stop_post: Sequence[str]
    environment: Mapping[str, str]  # but for what names a path of systemd's


def rules_of(unit: Path = UNIT) -> Rules:
    """The rules of a unit; KeyError when it leaves one out, AssertionError for one that is not played here."""
    said = defaultdict[str, list[str]](list)
    for key, value in re.findall(r"^(\w+)=(.*)$", unit.read_text(encoding="utf-8"), re.MULTILINE):
        said[key].append(value)
    one = {key: values[-1] for key, values in said.items()}
    assert (one["Type"], one["NotifyAccess"], one["Restart"]) == ("notify", "main", "always")
    assert one["StartLimitIntervalSec"] == "0"
    return Rules(
        start_s=float(one["TimeoutStartSec"]),
        watchdog_s=float(one["WatchdogSec"]),
        stop_s=float(one["TimeoutStopSec"]),
        abort_s=float(one["TimeoutAbortSec"]),
        restart_s=float(one["RestartSec"]),
        signal=signal.Signals[one["WatchdogSignal"]],
        prevented=frozenset(map(int, one["RestartPreventExitStatus"].split())),
        preserved=one.get("RuntimeDirectoryPreserve") == "restart",
        stop_post=one["ExecStopPost"].removeprefix("-").split(),
        environment=dict(word.split("=", 1) for word in one["Environment"].split() if "%" not in word),
    )


@dataclass(frozen=True, slots=True)
class Event:
    """Something that happened to the unit."""

    at: float  # s, monotonic
    what: str  # started, ready, silent, late, killed, ended, failed
    status: int = 0  # of what ended


class Supervisor:
    """Keeps one box alive while its `with` lasts."""

    def __init__(
        self, command: Sequence[str], folder: Path, rules: Rules, environment: Mapping[str, str] | None = None
    ) -> None:
        """`folder` is short, because sockets live in it: run/ and state/ are the unit's directories."""
        self.folder = folder
        self.rules = rules
        self.events: list[Event] = []
        self.status = ""  # as in `systemctl status`
        self.process: subprocess.Popen[bytes] | None = None
        self._command = command
        self._environment = {**os.environ, **(environment or {})}
        self._changed = threading.Condition()
        self._stopping = threading.Event()
        self._thread = threading.Thread(target=self._keep_alive, daemon=True)
        self._ear: socket.socket

    def __enter__(self) -> Self:
        for name in ("run", "state"):
            (self.folder / name).mkdir()
        self._ear = socket.socket(socket.AF_UNIX, socket.SOCK_DGRAM)
        self._ear.bind(str(self.folder / "notify"))
        self._ear.settimeout(LOOK_S)
        self._thread.start()
        return self

    def __exit__(self, *_: object) -> None:
        self._stopping.set()
        self._thread.join()
        self._ear.close()

    @property
    def pid(self) -> int | None:
        """Of the box, while it lives."""
        return self.process.pid if self.process and self.process.poll() is None else None

    @property
    def log(self) -> str:
        """Everything that the box wrote."""
        return (self.folder / "log").read_text(encoding="utf-8", errors="replace")

    def until(self, what: str, after: float = 0.0, within_s: float = 60.0) -> Event:
        """The first such event after that moment; AssertionError when none comes in time."""

        def found() -> Event | None:
            return next((event for event in self.events if event.what == what and event.at > after), None)

        with self._changed:
            event = self._changed.wait_for(found, within_s)
        assert event, f"not {what} within {within_s} s: {self.events[-6:]}\n{self.log[-3000:]}"
        return event

    def _note(self, what: str, status: int = 0) -> None:
        with self._changed:
            self.events.append(Event(time.monotonic(), what, status))
            self._changed.notify_all()

    def _keep_alive(self) -> None:
        """A life after the other. After the last one, systemd would remove the runtime directory."""
        while not self._stopping.is_set():
            status = self._live()
            self._note("ended", status)
            self._silence()
            if not self.rules.preserved:
                rmtree(self.folder / "run")
                (self.folder / "run").mkdir()
            if status in self.rules.prevented:
                self._note("failed", status)
                return
            self._stopping.wait(self.rules.restart_s)

    def _live(self) -> int:
        """From start to end; the exit status."""
        with (self.folder / "log").open("ab") as log:
            process = self.process = subprocess.Popen(
                self._command, cwd=ROOT, env=self._told(), stdin=subprocess.DEVNULL, stdout=log, stderr=log
            )
        self._note("started")
        patience_s, since, ready = self.rules.start_s, time.monotonic(), False
        while process.poll() is None:
            said = self._heard()
            if "READY=1" in said and not ready:
                self._note("ready")
                ready, patience_s = True, self.rules.watchdog_s
            if {"READY=1", "WATCHDOG=1"} & set(said):
                since = time.monotonic()
            if self._stopping.is_set():
                self._end(process, signal.SIGTERM, self.rules.stop_s)
            elif time.monotonic() - since > patience_s:
                self._note("silent" if ready else "late")
                self._end(process, self.rules.signal if ready else signal.SIGTERM, self.rules.abort_s)
        return process.wait()

    def _told(self) -> Mapping[str, str]:
        """What a service finds in its environment."""
        return {
            **self._environment,
            **self.rules.environment,
            "NOTIFY_SOCKET": str(self.folder / "notify"),
            "WATCHDOG_USEC": str(int(self.rules.watchdog_s * 1e6)),
            "RUNTIME_DIRECTORY": str(self.folder / "run"),
            "STATE_DIRECTORY": str(self.folder / "state"),
        }

    def _heard(self) -> list[str]:
        """The lines of a message, if there is one."""
        try:
            said = self._ear.recv(4096).decode().splitlines()
        except TimeoutError:
            return []
        for line in said:
            if line.startswith("STATUS="):
                self.status = line.removeprefix("STATUS=")
        return said

    def _end(self, process: "subprocess.Popen[bytes]", number: signal.Signals, patience_s: float) -> None:
        """Ask, and then do not ask any more."""
        process.send_signal(number)
        deadline = time.monotonic() + patience_s
        while process.poll() is None:
            self._heard()
            if time.monotonic() > deadline:
                self._note("killed")
                process.kill()
                process.wait()

    def _silence(self) -> None:
        """ExecStopPost, whose failure does not matter."""
        command = [sys.executable if word == PROGRAM else word for word in self.rules.stop_post if word != "-I"]
        with suppress(subprocess.TimeoutExpired):
            subprocess.run(command, cwd=ROOT, capture_output=True, timeout=self.rules.stop_s, check=False)
