"""What happens to the box, one thing every 30 to 90 seconds: what it is told, and whether it may end of it."""

import os
import signal
import socket
import time
from collections.abc import Callable, Mapping
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path

from edge_handsign.control import Client
from edge_handsign.errors import PlainError
from tests.faults.supervisor import Supervisor

FLOOD_S, CALLERS = 5.0, 8
LATE_S, HUNG_S = 2.0, 4.0  # below and above what a camera is waited for
STOPPED_S = 4.0
LOOK_S = 1.5  # until a sign that is shown is surely seen
LEFT = 8 * 2**20  # bytes of the full card


@dataclass(frozen=True, slots=True)
class Mishap:
    """`ends`: a life may end of it. `kills`: it does. `writes`: what is taught changes."""

    name: str
    happen: Callable[[], None]
    ends: bool = False
    kills: bool = False
    writes: bool = False


@dataclass(slots=True)
class Hand:
    """Whoever does it all."""

    home: Path
    card: Path | None
    box: Supervisor
    signs: tuple[str, ...]
    turn: int = 0

    def mishaps(self) -> tuple[Mishap, ...]:
        """All of them; a full card only where there is one."""
        full = (Mishap("card full", self._full, writes=True),) if self.card else ()
        return (
            Mishap("camera late", lambda: self.order(f"gap {LATE_S}")),
            Mishap("camera black", lambda: self.order("black 6")),
            Mishap("flood", self._flood),
            Mishap("sign", self._show),
            *[Mishap("teach", self.teach, writes=True)] * 3,
            Mishap("undo", lambda: self._ask("undo"), writes=True),
            Mishap("forget", self._forget, writes=True),
            Mishap("camera hangs", lambda: self.order(f"gap {HUNG_S}"), ends=True),  # lost, as by the next but one
            Mishap("stopped", self._stop),
            Mishap("camera fails", lambda: self.order("raise"), ends=True),  # opened again twice, then a new process
            Mishap("killed", lambda: self._signal(signal.SIGKILL), ends=True, kills=True),
            *full,
        )

    def known(self) -> Mapping[str, int] | None:
        """How many samples of each sign it has; None when it does not answer."""
        with suppress(PlainError), Client(self.home / "control.sock", 10.0) as client:
            found: Mapping[str, int] = client.ask("status")["samples"]
            return found
        return None

    def sees(self) -> bool:
        """Whether it answers, and sees."""
        with suppress(PlainError), Client(self.home / "control.sock", 10.0) as client:
            return client.ask("status")["fps"] is not None
        return False

    def order(self, text: str) -> None:
        """To the camera."""
        (self.home / "order.new").write_text(text, encoding="utf-8")
        (self.home / "order.new").replace(self.home / "order")

    def _sign(self) -> str:
        self.turn += 1
        return self.signs[self.turn % len(self.signs)]

    def _show(self) -> None:
        self.order(f"show {self._sign()}")
        time.sleep(4 * LOOK_S)
        self.order("show ")

    def teach(self) -> None:
        """Three pictures of the next sign."""
        sign = self._sign()
        self.order(f"show {sign}")
        time.sleep(LOOK_S)
        for _ in range(3):
            self._ask("teach", sign=sign)
        self.order("show ")

    def _forget(self) -> None:
        self._ask("forget", sign=self._sign())

    def _ask(self, do: str, **more: str) -> None:
        with suppress(PlainError), Client(self.home / "control.sock", 10.0) as client:
            client.ask(do, **more)

    def _signal(self, number: signal.Signals) -> None:
        if self.box.pid:
            os.kill(self.box.pid, number)

    def _stop(self) -> None:
        if pid := self.box.pid:
            os.kill(pid, signal.SIGSTOP)
            time.sleep(STOPPED_S)
            os.kill(pid, signal.SIGCONT)

    def _full(self) -> None:
        """Nothing can be taught until there is room again."""
        assert self.card
        filler = self.card / "filler"
        free = os.statvfs(self.card).f_bavail * os.statvfs(self.card).f_frsize
        filler.write_bytes(bytes(max(0, free - LEFT)))
        self.teach()
        filler.unlink()

    def _flood(self) -> None:
        """As many requests as go out; who is not answered vanishes."""
        ends_at, callers = time.monotonic() + FLOOD_S, list[socket.socket]()
        while time.monotonic() < ends_at:
            with suppress(OSError):
                if len(callers) < CALLERS:
                    callers.append(socket.socket(socket.AF_UNIX))
                    callers[-1].connect(str(self.home / "control.sock"))
                    callers[-1].setblocking(False)
            for caller in list(callers):
                try:
                    caller.send(b'{"do": "status"}\n{"do": "samples"}\n{"do": "st')
                except BlockingIOError:
                    pass
                except OSError:
                    callers.remove(caller)
                    caller.close()
            time.sleep(0.005)
        for caller in callers:
            caller.close()
