"""The box without what may have brought it down: no camera, no network, no buttons, no memory.

It blinks, says why to whoever asks, and ends when it is worth trying again. Time is an argument.
"""

from collections.abc import Callable, Mapping
from dataclasses import dataclass

from edge_handsign import __version__
from edge_handsign.control import PROTOCOL, Code, Do, Server
from edge_handsign.control.protocol import refusal
from edge_handsign.core.box import Box
from edge_handsign.core.faults import Fault
from edge_handsign.core.feedback import SIGNALS, Face, Signal
from edge_handsign.core.messages import Feedback
from edge_handsign.hardware import Pins
from edge_handsign.systemd import Herald

NOTHING = Box((), (), 0)


@dataclass(frozen=True, slots=True)
class Plight:
    """Why the box is in safe mode, and until when."""

    signals: tuple[Signal, ...]  # blinked in turn
    fault: Fault
    why: str
    mend: str  # what to do
    for_s: float | None = None  # s; None: until it is mended


class SafeMode:
    """Main thread only. Pins and server are None where they cannot be had, or are not to be touched."""

    def __init__(
        self,
        plight: Plight,
        herald: Herald,
        pins: Pins | None,
        server: Server | None,
        mended: Callable[[float], bool],
    ) -> None:
        """`mended` is asked at every tick whether it is worth trying again; it is told the time, in s, monotonic."""
        self._plight = plight
        self._herald = herald
        self._pins = pins
        self._server = server
        self._mended = mended
        self._face = Face(NOTHING)
        self._written: Feedback | None = None
        self._began_at: float | None = None
        self._asked_to_end = False

    def end(self) -> None:
        """Finish the tick, which is the last; may be called from a signal handler."""
        self._asked_to_end = True

    def tick(self, now: float) -> bool:
        """One step of everything; False when it was the last."""
        if self._began_at is None:
            self._began_at = now
        for_s = now - self._began_at
        self._herald.ready()
        self._herald.alive(now)
        self._blink(for_s, now)
        self._attend(for_s, now)
        over = self._plight.for_s is not None and for_s >= self._plight.for_s
        return not (self._asked_to_end or over or self._mended(now))

    def _blink(self, for_s: float, now: float) -> None:
        self._face.say(in_turn(self._plight.signals, for_s), now)
        feedback = self._face.look(None, now)
        if self._pins and feedback != self._written:
            self._pins.write(feedback)
            self._written = feedback

    def _attend(self, for_s: float, now: float) -> None:
        if self._server is None:
            return
        if asked := self._server.request(now):
            caller, request = asked
            caller.answer(self._answer(request.do, for_s), now)
        self._server.tidy(now)

    def _answer(self, do: Do, for_s: float) -> Mapping[str, object]:
        match do:
            case Do.STATUS:
                return self._status(for_s)
            case Do.RELOAD:
                self.end()
                return {"ok": True, "changed": [], "restart": [], "text": "leaves safe mode"}
            case _:
                return refusal(Code.REFUSED, f"the box is in safe mode: {self._plight.why}")

    def _status(self, for_s: float) -> Mapping[str, object]:
        """What a box answers that has nothing else to tell."""
        return {
            "ok": True,
            "protocol": PROTOCOL,
            "version": __version__,
            "uptime_s": round(for_s, 1),
            "backbone": "none",
            "condition": Signal.SAFE.value,
            "decision": None,
            "selected": "nothing",
            "samples": {},
            "frame_age_s": None,
            "fps": None,
            "message": f"{self._plight.why}; {self._plight.mend}",
            "faults": [],
        }


def in_turn(signals: tuple[Signal, ...], for_s: float) -> Signal:
    """Which of them is due after so many seconds, when each is shown once and then the next."""
    periods_s = [sum(seconds for _, seconds in SIGNALS[signal].status) for signal in signals]
    left = for_s % sum(periods_s)
    for signal, period_s in zip(signals, periods_s, strict=True):
        if left < period_s:
            return signal
        left -= period_s
    return signals[-1]
