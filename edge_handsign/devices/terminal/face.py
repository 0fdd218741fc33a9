"""The terminal as the front of the box. Called from the main thread only.

Input is asked for, without waiting, each time the buttons are read, so there is no thread here. At a keyboard the face
is a board that is redrawn in place; where input or output is no terminal it is a script of lines.
"""

import time
from collections.abc import Callable, Sequence
from contextlib import ExitStack
from dataclasses import replace
from types import TracebackType
from typing import Self, TextIO

from edge_handsign.core.box import Box
from edge_handsign.core.messages import Feedback, Frame
from edge_handsign.devices.terminal.board import Board
from edge_handsign.devices.terminal.desk import Desk
from edge_handsign.devices.terminal.keyboard import keys_one_by_one
from edge_handsign.devices.terminal.outside import View
from edge_handsign.devices.terminal.script import Script
from edge_handsign.devices.terminal.wire import Wire
from edge_handsign.hardware import EndOfFrames


class Terminal:
    """Implements `Pins` with a keyboard and a screen, or with lines."""

    def __init__(
        self,
        box: Box,
        choices: Sequence[str],
        show: Callable[[str | None], None],
        preview: Callable[[], Frame | None],
        *,
        stdin: TextIO,
        stdout: TextIO,
        clock: Callable[[], float] = time.monotonic,
    ) -> None:
        """`choices` can be held before the camera: `show` is called with one of them, or None for nothing.

        `preview` gives the newest frame, if there is one. The terminal is in its special mode from here until the
        end of the `with`, whatever ends it.
        """
        self._clock = clock
        self._began = clock()
        self._desk = Desk(box, choices, show)
        self._wire = Wire(stdin, stdout)
        with ExitStack() as opened:
            self._face: Board | Script = Script(self._desk, self._wire, preview)
            if stdin.isatty() and stdout.isatty():
                self._face = board = Board(self._desk, self._wire, preview)
                opened.enter_context(keys_one_by_one(stdin.fileno()))
                opened.callback(board.close)
                board.open()
            self._opened = opened.pop_all()

    def read(self) -> tuple[bool, ...]:
        """The levels of the buttons; EndOfFrames when the person wants to leave or the input has ended."""
        now = self._now()
        self._face.turn(now)
        if self._desk.over:
            raise EndOfFrames("the simulation was left")
        return self._desk.levels(now)

    def write(self, feedback: Feedback) -> None:
        """Make lamps and buzzer look like this; seen with the next `read`."""
        self._desk.outside = replace(self._desk.outside, feedback=feedback)

    def report(self, view: View) -> None:
        """Show what the box thinks, too; seen with the next `read`."""
        self._desk.outside = replace(self._desk.outside, view=view)

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, value: BaseException | None, where: TracebackType | None
    ) -> None:
        """Everything off, and the terminal as it was."""
        off = Feedback(status=False, leds=(False,) * self._desk.box.leds, tone_hz=0)
        with self._opened:
            self.write(off)
            self._face.tell(self._now())

    def _now(self) -> float:
        return self._clock() - self._began
