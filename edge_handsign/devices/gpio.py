"""Wires: buttons, LEDs and a buzzer on the header, through the RPi.GPIO module or rpi-lgpio, which provides the same.

Levels are read when asked for. Edge detection is not used: it fails on newer kernels and boards, and the two modules
disagree about its debouncing, which is `core.buttons`' business anyway.
"""

from collections.abc import Iterator, Sequence
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass
from importlib import import_module
from types import ModuleType, TracebackType
from typing import Self

from edge_handsign.core.knob import knob
from edge_handsign.core.messages import Feedback
from edge_handsign.errors import HardwareError

PULLS = {"up": "PUD_UP", "down": "PUD_DOWN", "none": "PUD_OFF"}
HALF = 50  # percent of the time that a tone is on: the loudest a passive buzzer gets
PERMIT = "let this user use the pins: sudo usermod -aG gpio $USER, then log in again"
MENDS = (  # what the modules say, in lower case -> what to do
    ("dev/mem", PERMIT),
    ("permission", PERMIT),
    ("can not open gpiochip", PERMIT),
    ("busy", "another program or an overlay holds it: stop that, or choose another pin in the settings"),
    ("only be run on a raspberry pi", "this is not a Raspberry Pi: edge-handsign simulate needs no pins"),
    ("peripheral base", "this RPi.GPIO does not know this board: sudo apt install python3-rpi-lgpio"),
    ("channel sent is invalid", "the settings take BCM numbers, 0 to 27"),
    ("lgd-nfy", "set LG_WD to a folder that this user may write to"),
)


@dataclass(frozen=True, slots=True)
class PinSettings:
    """Which wire goes where, by BCM number, and which way round its electricity is."""

    teach: int | None = knob(17, "BCM pin of the common teach button; null: signs have their own", low=0, high=27)
    next: int | None = knob(27, "BCM pin of the button that selects the next sign; null: there is none", low=0, high=27)
    status: int = knob(23, "BCM pin of the status LED", low=0, high=27)
    buzzer: int | None = knob(18, "BCM pin of the buzzer; null: there is none", low=0, high=27)
    buttons_pull: str = knob(
        "up",
        "resistor inside the Pi; up: buttons connect to ground, down: to 3.3 V, none: to ground with your own resistor",
        choices=("up", "down", "none"),
    )
    leds_active: str = knob("high", "level that lights a LED", choices=("high", "low"))
    buzzer_kind: str = knob(
        "passive", "passive plays tones, active has one tone of its own", choices=("passive", "active")
    )
    buzzer_active: str = knob("high", "level that makes an active buzzer sound", choices=("high", "low"))


class GpioPins:
    """Called from the main thread only. Everything is off after opening and after `__exit__`."""

    def __init__(self, settings: PinSettings, button_pins: Sequence[int], led_pins: Sequence[int]) -> None:
        """Claim the pins (BCM): buttons in the order of Box.buttons, sign LEDs in that of Feedback.leds.

        HardwareError when the module, the permission or a pin is missing; then nothing stays claimed.
        """
        self._gpio = gpio = _module()
        self._buttons, self._leds = tuple(button_pins), (settings.status, *led_pins)
        self._pressed = 1 if settings.buttons_pull == "down" else 0
        self._lit = int(settings.leds_active == "high")
        self._lamps: tuple[bool, ...] = (False,) * len(self._leds)
        self._tone_hz = 0
        with ExitStack() as opening:
            gpio.setwarnings(False)  # about pins that an earlier crash left claimed; real trouble raises
            with _sentences("the pins cannot be used"):
                gpio.setmode(gpio.BCM)
            opening.callback(gpio.cleanup)
            for pin in self._buttons:
                with _sentences(f"button pin BCM {pin} cannot be used"):
                    gpio.setup(pin, gpio.IN, pull_up_down=getattr(gpio, PULLS[settings.buttons_pull]))
            for pin in self._leds:
                with _sentences(f"LED pin BCM {pin} cannot be used"):
                    gpio.setup(pin, gpio.OUT, initial=1 - self._lit)
            opening.callback(self._all_dark)
            self._buzzer: _Passive | _Active | None = None
            if settings.buzzer is not None:
                with _sentences(f"buzzer pin BCM {settings.buzzer} cannot be used"):
                    self._buzzer = _buzzer(gpio, settings.buzzer, settings)
                opening.callback(self._buzzer.close)
            self._open = opening.pop_all()

    def read(self) -> tuple[bool, ...]:
        """One level a button, True is pressed; HardwareError when the module fails."""
        with _sentences("the buttons cannot be read"):
            return tuple(self._gpio.input(pin) == self._pressed for pin in self._buttons)

    def write(self, feedback: Feedback) -> None:
        """Make LEDs and buzzer look like this; only what differs from the last time touches a wire."""
        lamps = (feedback.status, *feedback.leds)
        if len(lamps) != len(self._leds):
            raise ValueError(f"{len(feedback.leds)} LEDs to write, {len(self._leds) - 1} on the wires")
        with _sentences("LEDs or buzzer cannot be written"):
            for pin, lamp, before in zip(self._leds, lamps, self._lamps, strict=True):
                if lamp != before:
                    self._gpio.output(pin, self._lit if lamp else 1 - self._lit)
            self._lamps = lamps
            if self._buzzer and feedback.tone_hz != self._tone_hz:
                self._buzzer.sound(feedback.tone_hz)
            self._tone_hz = feedback.tone_hz

    def _all_dark(self) -> None:
        self._gpio.output(list(self._leds), 1 - self._lit)

    def __enter__(self) -> Self:
        return self

    def __exit__(self, kind: type[BaseException] | None, error: BaseException | None, at: TracebackType | None) -> None:
        with _sentences("the pins cannot be given back"):
            self._open.close()


class _Passive:
    """A piezo or loudspeaker: one PWM for the life of the box, at 0 % while silent.

    In RPi.GPIO every start is a new thread and a stop does not wait for its end, so tones only change the numbers.
    """

    def __init__(self, gpio: ModuleType, pin: int) -> None:
        gpio.setup(pin, gpio.OUT, initial=gpio.LOW)
        self._pwm = gpio.PWM(pin, 440)
        self._pwm.start(0)

    def sound(self, tone_hz: int) -> None:
        if tone_hz:
            self._pwm.ChangeFrequency(tone_hz)
        self._pwm.ChangeDutyCycle(HALF if tone_hz else 0)

    def close(self) -> None:
        self._pwm.stop()
        del self._pwm  # rpi-lgpio stops it again when it goes, which fails once the pin has been given back


class _Active:
    """A buzzer with a tone of its own: on or off."""

    def __init__(self, gpio: ModuleType, pin: int, on: int) -> None:
        self._gpio, self._pin, self._on = gpio, pin, on
        gpio.setup(pin, gpio.OUT, initial=1 - on)

    def sound(self, tone_hz: int) -> None:
        self._gpio.output(self._pin, self._on if tone_hz else 1 - self._on)

    def close(self) -> None:
        self.sound(0)


def _buzzer(gpio: ModuleType, pin: int, settings: PinSettings) -> _Passive | _Active:
    if settings.buzzer_kind == "passive":
        return _Passive(gpio, pin)
    return _Active(gpio, pin, int(settings.buzzer_active == "high"))


def _module() -> ModuleType:
    with _sentences("the pins cannot be used"):
        try:
            return import_module("RPi.GPIO")
        except ModuleNotFoundError as error:
            raise HardwareError(
                "the RPi.GPIO module is missing: sudo apt install python3-rpi-lgpio, in a venv with"
                " --system-site-packages"
            ) from error


@contextmanager
def _sentences(failed: str) -> Iterator[None]:
    """Turn what the module raises into a sentence; rpi-lgpio raises classes of its own, so all of Exception counts."""
    try:
        yield
    except HardwareError:
        raise
    except Exception as error:
        said = str(error).strip("'\"") or type(error).__name__
        mend = next((mend for sign, mend in MENDS if sign in said.casefold()), "check wiring and settings")
        raise HardwareError(f"{failed} ({said}): {mend}") from error
