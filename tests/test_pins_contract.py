"""What every front panel keeps to, run over each that can be opened here, with a wire from a LED's pin to a button's.

`pytest -m pi` runs it on a real header, with a real wire (tests/board.py).
"""

import time
from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager, contextmanager
from itertools import pairwise
from statistics import median

import pytest

from edge_handsign.core.box import Box, Button, Role, Sign
from edge_handsign.core.messages import Feedback
from edge_handsign.devices.bench import BenchPins
from edge_handsign.devices.gpio import GpioPins, PinSettings
from edge_handsign.hardware import Pins
from tests.board import PI, Jumper, insist_on_a_pi, jumper

BOX = Box((Sign("fist", led=0),), (Button(Role.TEACH),), leds=1)
STATUS = (23, 25, 22)  # one of them is not at an end of the wire
SETTLE_S = 0.2  # a wire needs microseconds; a busy machine more
TICK_S = 0.01
WIRINGS = [("down", "high", True), ("up", "low", True), ("up", "high", False), ("down", "low", False)]


class Linked(dict[int, int]):
    """The stand-in's header with the wire in it: what is read at one end is driven at the other."""

    def __init__(self, wire: Jumper, outputs: dict[int, int]) -> None:
        super().__init__()
        self._wire, self._outputs = wire, outputs

    def get(self, pin: int, default: int) -> int:  # type: ignore[override]  # the header always has a default
        return self._outputs.get(self._wire.driven, default) if pin == self._wire.read else default


def settings(wire: Jumper, pull: str, active: str, buzzer: int | None = None) -> PinSettings:
    status = next(pin for pin in STATUS if pin not in (wire.driven, wire.read))
    return PinSettings(status=status, buzzer=buzzer, buttons_pull=pull, leds_active=active)


@contextmanager
def _bench(_request: pytest.FixtureRequest, _pull: str, _active: str) -> Iterator[Pins]:
    """Its wire carries a lit LED to a pressed button, whatever the electricity."""

    def carry(feedback: Feedback) -> None:
        (pins.press if feedback.leds[0] else pins.release)(0)

    with BenchPins(BOX, listener=carry) as pins:
        yield pins


def _pretend(request: pytest.FixtureRequest, pull: str, active: str) -> AbstractContextManager[Pins]:
    gpio, wire = request.getfixturevalue("gpio"), Jumper(24, 17)
    gpio.header.held = Linked(wire, gpio.header.outputs)
    return GpioPins(settings(wire, pull, active), (wire.read,), (wire.driven,))


def _real(_: pytest.FixtureRequest, pull: str, active: str) -> AbstractContextManager[Pins]:
    insist_on_a_pi()
    wire = jumper()
    return GpioPins(settings(wire, pull, active), (wire.read,), (wire.driven,))


Open = Callable[[pytest.FixtureRequest, str, str], AbstractContextManager[Pins]]
PINS: dict[str, Open] = {"bench": _bench, "gpio, a stand-in": _pretend, "gpio": _real}
CASES = [
    pytest.param(name, *wiring, marks=[PI] if name == "gpio" else [], id=f"{name}-{wiring[0]}-{wiring[1]}")
    for name in PINS
    for wiring in WIRINGS
    if name != "bench" or wiring[2]
]
STRAIGHT = [pytest.param(name, marks=[PI] if name == "gpio" else [], id=name) for name in PINS]


def write(pins: Pins, *, lit: bool, status: bool = False) -> None:
    pins.write(Feedback(status, (lit,), 0))


def reads(pins: Pins, *, pressed: bool) -> bool:
    """Whether the button is, or soon comes to be, as wanted."""
    until = time.monotonic() + SETTLE_S
    while pins.read() != (pressed,) and time.monotonic() < until:
        time.sleep(0.001)
    return pins.read() == (pressed,)


@pytest.mark.parametrize(("name", "pull", "active", "straight"), CASES)
def test_what_is_lit_at_one_end_is_read_at_the_other(
    request: pytest.FixtureRequest, name: str, pull: str, active: str, *, straight: bool
) -> None:
    with PINS[name](request, pull, active) as pins:
        assert reads(pins, pressed=not straight), "dark at the beginning"
        for lit in (True, False) * 20:
            write(pins, lit=lit)
            assert reads(pins, pressed=lit is straight)


@pytest.fixture(params=STRAIGHT)
def opener(request: pytest.FixtureRequest) -> Callable[[], AbstractContextManager[Pins]]:
    return lambda: PINS[request.param](request, "down", "high")


def test_writing_the_same_again_changes_nothing(opener: Callable[[], AbstractContextManager[Pins]]) -> None:
    with opener() as pins:
        for _ in range(5):
            write(pins, lit=True)
            assert reads(pins, pressed=True)


def test_another_led_is_another_led(opener: Callable[[], AbstractContextManager[Pins]]) -> None:
    with opener() as pins:
        write(pins, lit=False, status=True)
        assert reads(pins, pressed=False)


def test_all_is_dark_after_closing_and_opening_again(opener: Callable[[], AbstractContextManager[Pins]]) -> None:
    for _ in range(3):
        with opener() as pins:
            assert reads(pins, pressed=False)
            write(pins, lit=True, status=True)
            assert reads(pins, pressed=True)


def test_a_read_and_a_write_fit_into_a_tick(opener: Callable[[], AbstractContextManager[Pins]]) -> None:
    took = []
    with opener() as pins:
        for number in range(100):
            began = time.perf_counter()
            pins.read()
            write(pins, lit=number % 2 == 0)
            took.append(time.perf_counter() - began)
    assert median(took) < TICK_S


@PI
def test_a_tone_is_a_wave_on_the_wire_and_silence_is_none() -> None:
    insist_on_a_pi()
    wire = jumper()
    with GpioPins(settings(wire, "down", "high", wire.driven), (wire.read,), ()) as pins:
        assert edges(pins) == 0
        pins.write(Feedback(status=False, leds=(), tone_hz=200))
        assert edges(pins) > 20  # of 200 in half a second, read by a poll that may miss some
        pins.write(Feedback(status=False, leds=(), tone_hz=0))
        assert edges(pins) <= 1


def edges(pins: Pins, seconds: float = 0.5) -> int:
    """How often the level changes."""
    levels, until = [], time.monotonic() + seconds
    while time.monotonic() < until:
        levels.append(pins.read())
    return sum(before != after for before, after in pairwise(levels))
