"""What does pressing do? Clean edges and time held become commands, by table.

Teaching starts with the finger going down, because it takes the frame of that moment. The next button acts when it is
let go, because how long it was held says what was meant; passing a mark is heard, so that a person can count.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from enum import Enum

from edge_handsign.core.box import Button, Role
from edge_handsign.core.buttons import Buttons, ButtonSettings
from edge_handsign.core.messages import ButtonEvent, Gesture


class Act(Enum):
    """What a person asks for."""

    BEGIN = "begin a lesson"
    END = "end a lesson"
    SELECT = "select the next sign"
    MARK = "held long enough to take back"
    UNDO = "take back the last lesson"
    WARN = "about to forget"
    FORGET = "forget the selected sign"


@dataclass(frozen=True, slots=True)
class Command:
    """An act, by which button, dated to the finger."""

    act: Act
    button: int  # index into Box.buttons
    at: float  # s, monotonic


# seconds of holding next -> what happens as they are reached
MARKS = ((1.0, Act.MARK), (3.0, Act.WARN), (3.5, Act.WARN), (4.0, Act.WARN), (4.5, Act.WARN), (5.0, Act.FORGET))
# letting next go after less than so many seconds -> what was meant; after more, nothing
MEANINGS = ((1.0, Act.SELECT), (3.0, Act.UNDO))


class Gestures:
    """The buttons of the box and how far each is into being held."""

    def __init__(self, buttons: Sequence[Button], settings: ButtonSettings) -> None:
        self._roles = [button.role for button in buttons]
        self._buttons = Buttons(len(buttons), settings)
        self._marks_passed = [0] * len(buttons)

    def update(self, levels: Sequence[bool], now: float) -> list[Command]:
        """The commands that these levels complete at `now`."""
        commands = [command for event in self._buttons.update(levels, now) for command in self._meaning(event)]
        for button, role in enumerate(self._roles):
            if role is Role.NEXT:
                commands += self._marks(button, now)
        return commands

    def _meaning(self, event: ButtonEvent) -> list[Command]:
        if self._roles[event.button] is Role.TEACH:
            act = Act.BEGIN if event.gesture is Gesture.PRESS else Act.END
            return [Command(act, event.button, event.at)]
        self._marks_passed[event.button] = 0
        if event.gesture is Gesture.PRESS:
            return []
        meant = next((act for under_s, act in MEANINGS if event.held_s < under_s), None)
        return [Command(meant, event.button, event.at)] if meant else []

    def _marks(self, button: int, now: float) -> list[Command]:
        held_s = self._buttons.held_s(button, now)
        passed = sum(mark_s <= held_s for mark_s, _ in MARKS)
        new = MARKS[self._marks_passed[button] : passed]
        self._marks_passed[button] = passed
        return [Command(act, button, now) for _, act in new]
