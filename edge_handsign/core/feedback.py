"""What LEDs and buzzer do at a given moment. Blinks and tunes are tables looked up at `now`; nothing sleeps.

SIGNALS is the one table of what the box can say: the simulator, the documentation and the tests read it too.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from enum import Enum

from edge_handsign.core.box import Box, Sign, Tune
from edge_handsign.core.messages import Feedback

Pattern = tuple[tuple[bool, float], ...]  # (on, seconds) after one another


class Signal(Enum):
    """Everything the box can say beside showing a sign."""

    STARTING = "starting"
    READY = "ready"
    SAVED = "saved"
    TICK = "tick"
    NOT_SAVED = "not saved"
    UNDONE = "undone"
    WARNING = "warning"
    FORGOTTEN = "forgotten"
    MORE = "teach more"
    WELL = "well taught"
    QUIET_BEGUN = "quiet minute begun"
    QUIET = "quiet minute"
    QUIET_DONE = "quiet minute done"
    CAMERA = "camera"
    STORAGE = "storage"
    MODEL = "model"
    SETTINGS = "settings"
    POWER = "power"
    SAFE = "safe mode"


@dataclass(frozen=True, slots=True)
class Form:
    """How a signal looks and sounds, and what a person should make of it."""

    status: Pattern
    tune: Tune
    meaning: str
    led: Pattern = ()  # of the sign that it is about


def blinks(count: int, *, pause_s: float) -> Pattern:
    """So many flashes, then a pause."""
    return ((True, 0.2), (False, 0.2)) * (count - 1) + ((True, 0.2), (False, pause_s))


C5, E5, G5, C6, E6 = 523, 659, 784, 1047, 1319  # hertz, equal temperament, A4 = 440
LOW = 196  # G3
SHOWN: Pattern = ((True, 0.6),)
QUICK: Pattern = blinks(3, pause_s=0.2)
SLOW: Pattern = ((True, 0.5), (False, 0.5)) * 4
STEADY: Pattern = ((False, 0.4), (True, 2.6))  # dark first, so that it is seen even where the sign is being shown

SIGNALS = {
    Signal.STARTING: Form(((True, 0.125), (False, 0.125)), (), "starting: no picture has come yet"),
    Signal.READY: Form(((True, 0.05), (False, 4.95)), (), "ready, nothing recognised"),
    Signal.SAVED: Form(SHOWN, ((C5, 0.12), (E5, 0.12)), "saved: it survives a pulled plug"),
    Signal.TICK: Form(((True, 0.05),), ((E6, 0.02),), "one more picture of the burst is saved"),
    Signal.NOT_SAVED: Form(QUICK, ((E5, 0.12), (C5, 0.12), (LOW, 0.3)), "not done, and the log says why"),
    Signal.UNDONE: Form(SHOWN, ((E5, 0.12), (0, 0.04), (E5, 0.12)), "the last lesson is taken back"),
    Signal.WARNING: Form(((True, 0.1),), ((C6, 0.1),), "keep holding to forget the selected sign; let go to keep it"),
    Signal.FORGOTTEN: Form(SHOWN, ((C6, 0.12), (G5, 0.12), (E5, 0.12), (C5, 0.25)), "the sign is forgotten"),
    Signal.MORE: Form((), (), "after a lesson: teach this sign more; the log says why and how", SLOW),
    Signal.WELL: Form((), (), "after a lesson: this sign is well taught", STEADY),
    Signal.QUIET_BEGUN: Form(SHOWN, ((C5, 0.12), (E5, 0.12), (G5, 0.12)), "the quiet minute begins: show no sign"),
    Signal.QUIET: Form(((True, 0.5), (False, 0.5)), (), "the quiet minute: the room is watched"),
    Signal.QUIET_DONE: Form(
        SHOWN, ((C5, 0.12), (E5, 0.12), (G5, 0.12), (C6, 0.12)), "the box knows the room; it survives a pulled plug"
    ),
    Signal.CAMERA: Form(blinks(2, pause_s=1.2), (), "no pictures, or black ones: camera, its cable, a lens cap"),
    Signal.STORAGE: Form(blinks(3, pause_s=1.2), (), "storage: card full, read-only or damaged"),
    Signal.MODEL: Form(blinks(4, pause_s=1.2), (), "model: its file or the interpreter"),
    Signal.SETTINGS: Form(blinks(5, pause_s=1.2), (), "settings or pins"),
    Signal.POWER: Form(blinks(6, pause_s=1.2), (), "power or heat"),
    Signal.SAFE: Form(((True, 0.8), (False, 0.2), (True, 0.2), (False, 0.8)), (), "safe mode"),
}
LASTING = frozenset(
    {Signal.STARTING, Signal.READY, Signal.CAMERA, Signal.STORAGE, Signal.MODEL, Signal.SETTINGS, Signal.POWER}
    | {Signal.SAFE, Signal.QUIET}
)
TURN: Pattern = ((True, 0.15), (False, 0.15))  # a selected sign's LED blinks its number in the list
NOWHERE: tuple[None, Pattern, float] = (None, (), 0.0)
TURN_TUNE: Tune = ((G5, 0.05), (0, 0.25))


class Face:
    """Remembers what was said when, so that the outside at any moment is a look-up."""

    def __init__(self, box: Box) -> None:
        self._box = box
        self._lasting = (Signal.STARTING, 0.0)
        self._passing: tuple[Pattern, float] = ((), 0.0)
        self._tune: tuple[Tune, float] = ((), 0.0)
        self._turn: tuple[int | None, Pattern, float] = NOWHERE
        self._told: tuple[Sign | None, Pattern, float] = NOWHERE

    def say(self, signal: Signal, now: float) -> None:
        """From now on: a lasting signal until the next one, a passing one once."""
        if signal not in LASTING:
            self._passing, self._tune = (SIGNALS[signal].status, now), (SIGNALS[signal].tune, now)
        elif signal != self._lasting[0]:
            self._lasting = (signal, now)

    def tell(self, signal: Signal, sign: Sign, now: float) -> None:
        """Something about a sign, with its own LED, if it has one, and only while no other sign is shown."""
        self._told = (sign, SIGNALS[signal].led, now)

    def hush(self) -> None:
        """What was told about a sign does not matter any more."""
        self._told = NOWHERE

    def select(self, position: int, now: float) -> None:
        """The sign at this position in the box is the selected one: blink and click its turn."""
        led = self._box.signs[position].led
        self._turn = (led, TURN * (position + 1), now)
        self._tune = (TURN_TUNE * (position + 1), now)

    def sing(self, tune: Tune, now: float) -> None:
        """A sign's own tune, unless something is being said."""
        if tune and not level(*self._tune, now=now).within:
            self._tune = (tune, now)

    def look(self, shown: Sign | None, now: float) -> Feedback:
        """The outside at `now` while this sign is shown."""
        leds = [shown is not None and index == shown.led for index in range(self._box.leds)]
        told, pattern, since = self._told
        if told and shown in {None, told}:
            overlay(leds, told.led, pattern, since, now=now)
        overlay(leds, *self._turn, now=now)
        tone = level(*self._tune, now=now)
        return Feedback(self._status(shown, now), tuple(leds), tone.value)

    def _status(self, shown: Sign | None, now: float) -> bool:
        passing = level(*self._passing, now=now)
        if passing.within:
            return bool(passing.value)
        signal, since = self._lasting
        if signal is Signal.READY and shown:
            return False
        form = SIGNALS[signal].status
        period_s = sum(seconds for _, seconds in form)
        return bool(level(form, 0.0, now=(now - since) % period_s).value)


@dataclass(frozen=True, slots=True)
class Level:
    """What a pattern or tune is at a moment, and whether it is still going on."""

    value: int
    within: bool


def overlay(leds: list[bool], led: int | None, pattern: Pattern, since: float, *, now: float) -> None:
    """Put what a pattern is at this moment in place of an LED's level."""
    current = level(pattern, since, now=now)
    if led is not None and current.within:
        leds[led] = bool(current.value)


def level(steps: Sequence[tuple[int, float]], since: float, *, now: float) -> Level:
    """The value of (value, seconds) steps that began at `since`; 0 once they are over."""
    left = now - since
    for value, seconds in steps:
        if left < seconds:
            return Level(value, within=True)
        left -= seconds
    return Level(0, within=False)
