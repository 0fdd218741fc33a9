"""What the box has: signs, buttons and LEDs, in the order in which levels and feedback list them.

No pin numbers here: those stay with the wires.
"""

from dataclasses import dataclass
from enum import Enum

Tune = tuple[tuple[int, float], ...]  # (hertz, seconds) after one another; 0 Hz is a rest


class Role(Enum):
    """What a button is for."""

    TEACH = "teach"
    NEXT = "next"


@dataclass(frozen=True, slots=True)
class Button:
    """A button; a teach button of its own sign names it, the common one teaches the selected sign."""

    role: Role
    sign: str | None = None


@dataclass(frozen=True, slots=True)
class Sign:
    """Something that can be taught."""

    name: str
    led: int | None = None  # index into Feedback.leds; signs may share one
    tune: Tune = ()  # played once when the sign appears
    background: bool = False  # taught like a sign, never shown: "nothing here"


@dataclass(frozen=True, slots=True)
class Box:
    """The whole front of the box."""

    signs: tuple[Sign, ...]
    buttons: tuple[Button, ...]  # in the order of Pins.read()
    leds: int  # how many sign LEDs

    def sign(self, name: str) -> Sign | None:
        """The sign of that name, None when the box has no such sign (any more)."""
        return next((sign for sign in self.signs if sign.name == name), None)
