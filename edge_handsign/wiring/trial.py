"""A person and the box try every part together: the box lights and listens, the person looks and presses.

Time is the person's and counted in reads, so nothing here knows a clock.
"""

from collections.abc import Callable, Collection, Sequence
from contextlib import AbstractContextManager
from dataclasses import replace
from itertools import pairwise
from typing import Protocol

from edge_handsign.config import Config
from edge_handsign.core.messages import Feedback
from edge_handsign.devices.gpio import PinSettings
from edge_handsign.hardware import Pins
from edge_handsign.wiring import contacts, lamps, sound
from edge_handsign.wiring.contacts import CHATTER, OPPOSITE, Felt
from edge_handsign.wiring.lamps import Seen
from edge_handsign.wiring.parts import Diagnosis, Part, buttons, buzzer
from edge_handsign.wiring.parts import lamps as lamps_of
from edge_handsign.wiring.sound import Heard

READ_S = 0.005  # between two reads
REST = 200  # reads of untouched buttons
STEADY = 10  # reads for which a level must stay to count
NOTES_HZ = (523, 784)  # C5, G5
NOTE_S = 0.4

Away = Sequence[bool]  # which levels differ from those at rest
Rest = Sequence[bool | None]  # levels while nobody presses; None: it has none
OpenPins = Callable[[PinSettings], AbstractContextManager[Pins]]


class Person(Protocol):
    """Whoever sits before the box."""

    def tell(self, text: str) -> None:
        """A line to read."""

    def ask(self, text: str) -> str:
        """A line to answer."""

    def wait(self, seconds: float) -> None:
        """Let time pass."""


def trial(config: Config, open_pins: OpenPins, person: Person, patience: int = 3000) -> list[Diagnosis]:
    """A diagnosis for each part; HardwareError when the pins cannot be used. A press is waited for `patience` reads."""
    with open_pins(config.pins) as pins:
        found = _try_lamps(config, pins, person)
        if part := buzzer(config):
            found.append(_try_buzzer(config, part, pins, person))
        felt = _try_buttons(buttons(config), pins, person, patience)
    found += contacts.judge(
        buttons(config), _turned(config, open_pins, person, felt, patience), config.pins.buttons_pull
    )
    return found


def _try_lamps(config: Config, pins: Pins, person: Person) -> list[Diagnosis]:
    parts = lamps_of(config)
    for number, part in enumerate(parts):
        person.tell(f"  {number}  {part}")
    _shine(pins, parts, ())
    dark = _numbers(person, "All LEDs should be dark. Which shine? (numbers; Enter: none) ", (), len(parts))
    alone = []
    for number, part in enumerate(parts):
        _shine(pins, parts, (number,))
        asked = f"Only {number}, {part}, should shine. Which do? (numbers; Enter: only it; -: none) "
        alone.append(_numbers(person, asked, (number,), len(parts)))
    _shine(pins, parts, ())
    return lamps.judge(parts, Seen(dark, tuple(alone)), config.pins.leds_active)


def _shine(pins: Pins, parts: Sequence[Part], lit: Collection[int]) -> None:
    status, *leds = (number in lit for number in range(len(parts)))
    pins.write(Feedback(status, tuple(leds), 0))


def _numbers(person: Person, text: str, default: Collection[int], count: int) -> frozenset[int]:
    while True:
        said = person.ask(text).replace(",", " ").split()
        if not said:
            return frozenset(default)
        if said == ["-"]:
            return frozenset()
        if all(word.isdecimal() and int(word) < count for word in said):
            return frozenset(map(int, said))
        person.tell(f"Numbers from 0 to {count - 1}, please.")


def _try_buzzer(config: Config, part: Part, pins: Pins, person: Person) -> Diagnosis:
    silent = _letter(person, f"Is the {part} silent? (Enter: yes; a: it sounds) ", "", ("", Heard.ALWAYS.value))
    heard = Heard.ALWAYS
    if not silent:
        dark = (False,) * len(config.led_pins)
        for tone_hz in (*NOTES_HZ, 0):
            pins.write(Feedback(status=False, leds=dark, tone_hz=tone_hz))
            person.wait(NOTE_S)
        asked = "What was that? (r: two notes, rising; s: one note, twice or long; c: clicks; n: nothing) "
        heard = Heard(_letter(person, asked, "r", [one.value for one in Heard]))
    return sound.judge(part, heard, config.pins.buzzer_kind, config.pins.buzzer_active)


def _letter(person: Person, text: str, default: str, allowed: Collection[str]) -> str:
    while True:
        said = person.ask(text).strip().lower() or default
        if said in allowed:
            return said
        person.tell("One of the letters, please.")


def _try_buttons(parts: Sequence[Part], pins: Pins, person: Person, patience: int) -> list[Felt]:
    person.tell("Touch no button.")
    rest = [pins.read()]
    for _ in range(REST):
        person.wait(READ_S)
        rest.append(pins.read())
    columns = list(zip(*rest, strict=True))
    edges = [sum(a != b for a, b in pairwise(column)) for column in columns]
    still = [None if edge > CHATTER else column[-1] for edge, column in zip(edges, columns, strict=True)]
    return [
        Felt(bool(still[number]), edges[number], _pressed(part, pins, still, person, patience))
        for number, part in enumerate(parts)
    ]


def _pressed(part: Part, pins: Pins, rest: Rest, person: Person, patience: int) -> frozenset[int]:
    """Which buttons change and stay so while the person presses that one."""
    person.tell(f"Press the {part} and keep it down.")
    changed = _wait(pins, rest, person, patience, any)
    person.tell("Let go." if changed else "Nothing came.")
    _wait(pins, rest, person, patience if changed else 0, lambda away: not any(away))
    return changed


def _wait(pins: Pins, rest: Rest, person: Person, patience: int, enough: Callable[[Away], bool]) -> frozenset[int]:
    """The buttons that are not as at rest, once that is `enough` and steady; none when it never is."""
    steady, before = 0, tuple[bool, ...]()
    for _ in range(patience):
        away = tuple(level is not still is not None for level, still in zip(pins.read(), rest, strict=True))
        steady = steady + 1 if away == before else 0
        before = away
        if enough(away) and steady >= STEADY:
            return frozenset(number for number, gone in enumerate(away) if gone)
        person.wait(READ_S)
    return frozenset()


def _turned(config: Config, open_pins: OpenPins, person: Person, felt: Sequence[Felt], patience: int) -> list[Felt]:
    """Those that did not answer are tried again with the opposite pull: they may be wired to the other rail."""
    silent = [number for number, one in enumerate(felt) if not one.answered and not one.down]
    if not silent or config.pins.buttons_pull == "none":
        return list(felt)
    person.tell("Once more, the other way round.")
    again, parts = list(felt), buttons(config)
    with open_pins(replace(config.pins, buttons_pull=OPPOSITE[config.pins.buttons_pull])) as pins:
        rest = pins.read()
        for number in silent:
            again[number] = replace(felt[number], turned=_pressed(parts[number], pins, rest, person, patience))
    return again
