"""A stand-in for the RPi.GPIO module, with a header whose wires a test can hold and look at.

It keeps the module's documented rules: a numbering mode first, then setup, then input or output in that direction; one
PWM a pin; cleanup turns everything back into inputs. What a wrong call raises, and its words, are RPi.GPIO's. It knows
nothing of time: a PWM is its frequency and duty cycle. `held` and `levels()` are the test's side and not in the module.
"""

from collections.abc import Iterable
from dataclasses import dataclass, field
from weakref import WeakValueDictionary

BOARD, BCM = 10, 11
OUT, IN = 0, 1
LOW, HIGH = 0, 1
PUD_OFF, PUD_DOWN, PUD_UP = 20, 21, 22


@dataclass
class Header:
    """The state of the world: what a test does to the wires, and what the module has done."""

    held: dict[int, int] = field(default_factory=dict)  # pins that something outside drives
    busy: set[int] = field(default_factory=set)  # pins of another program, as rpi-lgpio reports them
    forbidden: str = ""  # what setmode raises with
    mode: int | None = None
    directions: dict[int, int] = field(default_factory=dict)
    pulls: dict[int, int] = field(default_factory=dict)
    outputs: dict[int, int] = field(default_factory=dict)
    pwms: WeakValueDictionary[int, "PWM"] = field(default_factory=WeakValueDictionary)
    written: list[tuple[int, int]] = field(default_factory=list)  # every output(), in order


header = Header()


def levels() -> dict[int, int]:
    """The level of every output pin that is not a PWM."""
    return {pin: level for pin, level in header.outputs.items() if pin not in header.pwms}


def setwarnings(state: bool) -> None:
    assert isinstance(state, bool)


def setmode(mode: int) -> None:
    if header.forbidden:
        raise RuntimeError(header.forbidden)
    if mode not in (BOARD, BCM):
        raise ValueError("An invalid mode was passed to setmode()")
    if header.mode not in (None, mode):
        raise ValueError("A different mode has already been set!")
    header.mode = mode


def _channels(channel: int | Iterable[int]) -> list[int]:
    if header.mode is None:
        raise RuntimeError("Please set pin numbering mode using GPIO.setmode(GPIO.BOARD) or GPIO.setmode(GPIO.BCM)")
    channels = [channel] if isinstance(channel, int) else list(channel)
    if not all(0 <= one < 54 for one in channels):
        raise ValueError("The channel sent is invalid on a Raspberry Pi")
    return channels


def setup(
    channel: int | Iterable[int], direction: int, pull_up_down: int = PUD_OFF, initial: int | None = None
) -> None:
    if direction == OUT and pull_up_down != PUD_OFF:
        raise ValueError("pull_up_down parameter is not valid for outputs")
    if pull_up_down not in (PUD_OFF, PUD_DOWN, PUD_UP):
        raise ValueError("Invalid value for pull_up_down - should be either PUD_OFF, PUD_UP or PUD_DOWN")
    if direction == IN and initial is not None:
        raise ValueError("initial parameter is not valid for inputs")
    for pin in _channels(channel):
        if pin in header.busy:
            raise RuntimeError("GPIO busy")
        header.directions[pin] = direction
        header.pulls[pin] = pull_up_down
        if direction == OUT:
            header.outputs[pin] = header.outputs.get(pin, LOW) if initial is None else int(bool(initial))


def input(channel: int) -> int:  # noqa: A001 - the module's own name for it
    (pin,) = _channels(channel)
    if pin not in header.directions:
        raise RuntimeError("You must setup() the GPIO channel first")
    if header.directions[pin] == OUT:
        return header.outputs[pin]
    return header.held.get(pin, HIGH if header.pulls[pin] == PUD_UP else LOW)


def output(channel: int | Iterable[int], value: int) -> None:
    for pin in _channels(channel):
        if header.directions.get(pin) != OUT:
            raise RuntimeError("The GPIO channel has not been set up as an OUTPUT")
        header.outputs[pin] = int(bool(value))
        header.written.append((pin, header.outputs[pin]))


class PWM:
    """Square waves on one pin."""

    def __init__(self, channel: int, frequency: float) -> None:
        (self.pin,) = _channels(channel)
        if self.pin in header.pwms:
            raise RuntimeError("A PWM object already exists for this GPIO channel")
        if header.directions.get(self.pin) != OUT:
            raise RuntimeError("You must setup() the GPIO channel as an output first")
        self.starts, self.running = 0, False
        self.duty = 0.0
        self.ChangeFrequency(frequency)
        header.pwms[self.pin] = self

    def __del__(self) -> None:
        self.stop()  # as in rpi-lgpio, where this fails once the pin is gone

    def start(self, dutycycle: float) -> None:
        self.ChangeDutyCycle(dutycycle)
        self.starts, self.running = self.starts + 1, True

    def ChangeDutyCycle(self, dutycycle: float) -> None:  # noqa: N802 - the module's own name for it
        if not 0 <= dutycycle <= 100:
            raise ValueError("dutycycle must have a value from 0.0 to 100.0")
        self.duty = float(dutycycle)

    def ChangeFrequency(self, frequency: float) -> None:  # noqa: N802 - the module's own name for it
        if frequency <= 0:
            raise ValueError("frequency must be greater than 0.0")
        self.frequency = float(frequency)

    def stop(self) -> None:
        if header.directions.get(self.pin) != OUT:
            raise RuntimeError("a PWM was stopped after its pin had been cleaned up")  # a crash or worse on a Pi
        self.running = False
        header.outputs[self.pin] = LOW
        header.pwms.pop(self.pin, None)


def cleanup() -> None:
    header.directions.clear()
    header.pulls.clear()
    header.outputs.clear()
    header.mode = None
