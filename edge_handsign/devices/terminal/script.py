"""The face for pipes: orders come as lines, changes go out as JSON, one object a line and at most one a turn.

Nothing is done before the first picture has come, or has kept everybody waiting: a button that is down from the start
is a stuck button to the box. Then lines are taken one after another: after `press` the next waits until the button has
been let go, after `wait` for as long as it says. The end of the input is `quit`, once everything before it is done.
"""

import json
from collections import deque
from collections.abc import Callable

from edge_handsign.core.messages import Frame
from edge_handsign.devices.terminal.desk import Desk
from edge_handsign.devices.terminal.fingers import GAP_S
from edge_handsign.devices.terminal.orders import BadOrder, Keep, Press, Quit, Show, State, Wait, understand
from edge_handsign.devices.terminal.outside import Outside
from edge_handsign.devices.terminal.wire import Wire

PATIENCE_S = 5.0  # with the first picture


class Script:
    """Times are seconds since the start."""

    def __init__(self, desk: Desk, wire: Wire, preview: Callable[[], Frame | None]) -> None:
        self._desk = desk
        self._wire = wire
        self._begun = ""  # a line that has not ended yet
        self._lines: deque[str] = deque()
        self._preview = preview
        self._started = False
        self._next_at = 0.0
        self._told: Outside | None = None

    def turn(self, now: float) -> None:
        """Tell what has changed, take in what has come, do what is due."""
        self.tell(now)
        *lines, self._begun = (self._begun + self._wire.read()).split("\n")
        self._lines += lines
        if self._wire.ended and self._begun:
            self._lines.append(self._begun)
            self._begun = ""
        if self._started:
            self._work(now)
        self._started = self._started or self._preview() is not None or now > PATIENCE_S

    def _work(self, now: float) -> None:
        while self._lines and now >= self._next_at and not self._desk.over:
            self._obey(self._lines.popleft(), now)
        if self._wire.ended and not self._lines and now >= self._next_at:
            self._desk.over = True

    def tell(self, now: float) -> None:
        """A line, if there is anything new to a person."""
        if self._told is None or self._desk.outside.differs(self._told):
            self._say(now)

    def _obey(self, line: str, now: float) -> None:
        try:
            order = understand(line, self._desk.names)
        except BadOrder as error:
            self._write({"error": str(error)})
            return
        match order:
            case None:
                return
            case Press(_, seconds) | Wait(seconds):
                self._next_at = now + seconds + (GAP_S if isinstance(order, Press) else 0.0)
            case State():
                self._say(now)
            case Show() | Keep() | Quit():
                pass
        self._desk.obey(order)

    def _say(self, now: float) -> None:
        self._told = self._desk.outside
        self._write(self._told.as_json(self._desk.box, now))

    def _write(self, record: dict[str, object]) -> None:
        self._wire.write(json.dumps(record, ensure_ascii=False) + "\n")
