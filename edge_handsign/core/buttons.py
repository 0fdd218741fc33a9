"""Bouncing levels become clean edges. Electricity only: what a press means is the session's business.

A level counts once it has been steady for the debounce time on the monotonic clock, however often it is read. The edge
is dated to the moment from which it was steady, so a press is as old as the finger, not as the decision about it. A
button that is down at the first reading (stuck, or held at boot) says nothing until it has been let go for a while.
"""

from collections.abc import Sequence
from dataclasses import dataclass

from edge_handsign.core.knob import knob
from edge_handsign.core.messages import ButtonEvent, Gesture

STUCK_S = 30.0  # down for so long, no finger holds it
UNLOCK_S = 0.2  # a button that was down at boot must be up this long before it is believed


@dataclass(frozen=True, slots=True)
class ButtonSettings:
    """How contacts are cleaned."""

    debounce_s: float = knob(0.03, "seconds a contact must be steady to count", low=0.005, high=0.2)


class Buttons:
    """All buttons of the box."""

    def __init__(self, count: int, settings: ButtonSettings) -> None:
        self._contacts = [Contact(index, settings.debounce_s) for index in range(count)]

    def update(self, levels: Sequence[bool], now: float) -> tuple[ButtonEvent, ...]:
        """The clean edges that `levels` (True: pressed) complete at `now`."""
        events = (contact.update(now, level=level) for contact, level in zip(self._contacts, levels, strict=True))
        return tuple(event for event in events if event)

    def pressed_at(self, button: int) -> float | None:
        """When the button went down; None while it is up."""
        return self._contacts[button].pressed_at

    def stuck(self, now: float) -> list[int]:
        """The buttons that have been down for too long, believed or not."""
        return [number for number, contact in enumerate(self._contacts) if contact.down_s(now) >= STUCK_S]

    def held_s(self, button: int, now: float) -> float:
        """Seconds for which the button has been down; 0 while it is up."""
        pressed_at = self.pressed_at(button)
        return 0.0 if pressed_at is None else now - pressed_at


class Contact:
    """One contact: its raw level and since when, its clean level and since when."""

    def __init__(self, index: int, debounce_s: float) -> None:
        self.pressed_at: float | None = None
        self._index = index
        self._debounce_s = debounce_s
        self._level = False
        self._since: float | None = None
        self._locked = False

    def down_s(self, now: float) -> float:
        """Seconds for which the raw level has been down; 0 while it is up."""
        return now - self._since if self._level and self._since is not None else 0.0

    def update(self, now: float, *, level: bool) -> ButtonEvent | None:
        """The edge that this reading completes, if any."""
        if self._since is None:
            self._locked = level
        if self._since is None or level != self._level:
            self._level, self._since = level, now
        if self._locked:
            self._locked = level or now - self._since < UNLOCK_S
            return None
        if level == (self.pressed_at is not None) or now - self._since < self._debounce_s:
            return None
        return self._press(self._since) if level else self._release(self._since)

    def _press(self, at: float) -> ButtonEvent:
        self.pressed_at = at
        return ButtonEvent(Gesture.PRESS, self._index, at)

    def _release(self, at: float) -> ButtonEvent:
        held_s = 0.0 if self.pressed_at is None else at - self.pressed_at
        self.pressed_at = None
        return ButtonEvent(Gesture.RELEASE, self._index, at, held_s)
