"""The pretend pins: buttons that other threads press, and lamps that remember how they were set."""

import threading
from collections.abc import Callable
from types import TracebackType
from typing import Self

from edge_handsign.core.box import Box
from edge_handsign.core.messages import Feedback


class BenchPins:
    """Implements `Pins` without wires.

    Like polled wires, a press that is over before the next `read` was never there.
    """

    def __init__(self, box: Box, bounce: int = 0, listener: Callable[[Feedback], None] | None = None) -> None:
        """After each edge the contact chatters for `bounce` reads; `listener` is called for each change, in the
        thread that writes.
        """
        self._levels = [False] * len(box.buttons)
        self._chatter = [0] * len(box.buttons)
        self._bounce = bounce
        self._listener = listener
        self._changed = threading.Condition()
        self._feedback = Feedback(status=False, leds=(False,) * box.leds, tone_hz=0)
        self._writes = 0

    @property
    def feedback(self) -> Feedback:
        """How the box looks and sounds now."""
        return self._feedback

    @property
    def writes(self) -> int:
        """How often `write` was called."""
        return self._writes

    def press(self, button: int) -> None:
        """Push the button with that index in Box.buttons and keep it down. Any thread."""
        self._push(button, down=True)

    def release(self, button: int) -> None:
        """Let it go. Any thread."""
        self._push(button, down=False)

    def read(self) -> tuple[bool, ...]:
        """The levels; a chattering contact shows the other level every second time."""
        with self._changed:
            levels = tuple(level ^ (left % 2 == 1) for level, left in zip(self._levels, self._chatter, strict=True))
            self._chatter = [max(0, left - 1) for left in self._chatter]
            return levels

    def write(self, feedback: Feedback) -> None:
        """Remember it and tell whoever listens or waits."""
        with self._changed:
            self._writes += 1
            fresh = feedback != self._feedback
            self._feedback = feedback
            self._changed.notify_all()
        if fresh and self._listener is not None:
            self._listener(feedback)

    def wait_until(self, wanted: Callable[[Feedback], bool], timeout_s: float) -> bool:
        """Block until the box looks or sounds as `wanted`; False when it has not after `timeout_s`. Any thread."""
        with self._changed:
            return self._changed.wait_for(lambda: wanted(self._feedback), timeout=timeout_s)

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, value: BaseException | None, where: TracebackType | None
    ) -> None:
        """Everything off, as on the real box."""
        self.write(Feedback(status=False, leds=(False,) * len(self._feedback.leds), tone_hz=0))

    def _push(self, button: int, *, down: bool) -> None:
        with self._changed:
            if self._levels[button] != down:
                self._levels[button] = down
                self._chatter[button] = self._bounce
