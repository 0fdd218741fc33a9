"""What does pressing do? Clean edges and time held become commands, by table.

Teaching starts with the finger going down, because it takes the frame of that moment. The next button acts when it is
let go, because how long it was held says what was meant; passing a mark is heard, so that a person can count.

A teach button and next that go down together are neither: held, they ask for the quiet minute. Fingers are not exactly
together, so the lesson that an earlier teach finger has begun is taken back.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from enum import Enum

from edge_handsign.core.box import Button, Role
from edge_handsign.core.buttons import Buttons, ButtonSettings
from edge_handsign.core.faults import FAULTS, Fault
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
    CANCEL = "it was no lesson"
    QUIET = "begin the quiet minute"


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
TOGETHER_S = 0.4  # between two fingers that mean one thing
QUIET_S = 2.0  # both held so long: the quiet minute


class Gestures:
    """The buttons of the box and how far each is into being held."""

    def __init__(self, buttons: Sequence[Button], settings: ButtonSettings) -> None:
        self._roles = [button.role for button in buttons]
        self._names = [button.role.value + (f" {button.sign}" if button.sign else "") for button in buttons]
        self._buttons = Buttons(len(buttons), settings)
        self._marks_passed = [0] * len(buttons)
        self._pair: tuple[int, ...] = ()  # a teach button and next, from going down together until both are up
        self._asked = False  # for the quiet minute, by this pair

    def update(self, levels: Sequence[bool], now: float) -> list[Command]:
        """The commands that these levels complete at `now`."""
        commands = [command for event in self._buttons.update(levels, now) for command in self._meant(event)]
        for button, role in enumerate(self._roles):
            if role is Role.NEXT and button not in self._pair:
                commands += self._marks(button, now)
        return commands + self._held_together(now)

    def stuck(self, now: float) -> str:
        """A sentence about buttons that have been down for too long; empty when there are none."""
        names = [self._names[number] for number in self._buttons.stuck(now)]
        return f"{' and '.join(names)}: {FAULTS[Fault.STUCK_BUTTON]}" if names else ""

    def _meant(self, event: ButtonEvent) -> list[Command]:
        if event.button in self._pair:
            return []
        other = self._partner(event) if event.gesture is Gesture.PRESS else None
        if other is None:
            return self._meaning(event)
        self._pair = (event.button, other)
        self._marks_passed = [0] * len(self._roles)
        return [Command(Act.CANCEL, other, event.at)] if self._roles[other] is Role.TEACH else []

    def _partner(self, event: ButtonEvent) -> int | None:
        """The button of the other role that went down just before this one and is still down."""
        for button, role in enumerate(self._roles):
            since = self._buttons.pressed_at(button)
            if role is not self._roles[event.button] and since is not None and event.at - since <= TOGETHER_S:
                return button
        return None

    def _held_together(self, now: float) -> list[Command]:
        held = [self._buttons.held_s(button, now) for button in self._pair]
        if not any(held):
            self._pair, self._asked = (), False
        if self._asked or not self._pair or min(held) < QUIET_S:
            return []
        self._asked = True
        return [Command(Act.QUIET, self._pair[0], now)]

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
