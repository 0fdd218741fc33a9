"""The face for people: keys in, lamps out, redrawn in place; only lines that have changed are sent."""

import os
from collections.abc import Callable

from edge_handsign.core.messages import Frame
from edge_handsign.devices.terminal.desk import Desk
from edge_handsign.devices.terminal.keyboard import Keys, split
from edge_handsign.devices.terminal.orders import Press, Quit
from edge_handsign.devices.terminal.screen import Scenery, compose
from edge_handsign.devices.terminal.wire import Wire

REDRAW_S = 0.1
OPEN = "\x1b[?1049h\x1b[?25l\x1b[?7l\x1b[2J"  # another screen, no cursor, no wrapping, empty
CLOSE = "\x1b[0m\x1b[?7h\x1b[?25h\x1b[?1049l"


class Board:
    """Times are seconds since the start."""

    def __init__(self, desk: Desk, wire: Wire, preview: Callable[[], Frame | None]) -> None:
        self._desk = desk
        self._wire = wire
        self._preview = preview
        self._keys = Keys(desk.names)
        self._fine = os.environ.get("COLORTERM", "") in {"truecolor", "24bit"}
        self._switches = {"v": "utf" in wire.encoding.lower(), "b": False, "?": False}  # picture, bell, help
        self._drawn: list[str] = []
        self._drawn_at = -REDRAW_S
        self._size = (0, 0)
        self._tone_hz = 0

    def open(self) -> None:
        """Take the screen."""
        self._wire.write(OPEN)

    def close(self) -> None:
        """Give it back as it was."""
        self._wire.write(CLOSE)

    def turn(self, now: float) -> None:
        """Obey the keys and, every REDRAW_S, draw what has changed."""
        for key in split(self._wire.read()):
            self._strike(key, now)
        self._desk.over = self._desk.over or self._wire.ended
        self.tell(now)
        if not self._desk.over and now - self._drawn_at >= REDRAW_S:
            self._drawn_at = now
            self._draw()

    def tell(self, now: float) -> None:
        """What cannot wait for the next drawing: the bell."""
        del now
        tone_hz = self._desk.outside.feedback.tone_hz
        if self._switches["b"] and tone_hz and tone_hz != self._tone_hz:
            self._wire.write("\a")
        self._tone_hz = tone_hz

    def _strike(self, key: str, now: float) -> None:
        if key in self._switches:
            self._switches[key] = not self._switches[key]
            return
        order = self._keys.order(key, self._desk.outside.shown, self._desk.held)
        if order is None or (isinstance(order, Press) and self._desk.fingers[order.button].busy(now)):
            return  # a key that repeats itself does not queue up presses
        self._desk.obey(order)
        if not isinstance(order, Quit):
            self._drawn_at = now - REDRAW_S

    def _draw(self) -> None:
        size = _size(self._wire.fileno)
        fresh = size != self._size
        drawn = [] if fresh else self._drawn
        lines = compose(self._desk.box, self._desk.outside, self._scenery(), self._frame())[: size[1]]
        drawn += [""] * (len(lines) - len(drawn))
        lines += [""] * (len(drawn) - len(lines))
        text = "".join(
            f"\x1b[{row};1H{line}\x1b[K"
            for row, (line, old) in enumerate(zip(lines, drawn, strict=True), 1)
            if line != old
        )
        if text:
            self._wire.write("\x1b[2J" * fresh + text)
        self._drawn, self._size = lines, size

    def _scenery(self) -> Scenery:
        held = [name for name, index in self._desk.names.buttons.items() if self._desk.held[index]]
        return Scenery(
            self._desk.names.choices, self._keys.taps, held, self._switches["b"], self._switches["?"], self._fine
        )

    def _frame(self) -> Frame | None:
        return self._preview() if self._switches["v"] else None


def _size(descriptor: int) -> tuple[int, int]:
    """(columns, lines); a terminal that says 0 does not know, so the usual 80 x 24."""
    columns, lines = os.get_terminal_size(descriptor)
    return columns or 80, lines or 24
