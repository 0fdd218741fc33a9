"""Wires: what the settings mean in volts, and that a box that ends, or fails to open, leaves everything off."""

import sys
from pathlib import Path
from types import ModuleType
from typing import Any

import pytest

from edge_handsign.core.messages import Feedback
from edge_handsign.devices.gpio import GpioPins, PinSettings
from edge_handsign.errors import HardwareError

DARK = Feedback(status=False, leds=(False, False), tone_hz=0)
ALL_ON = Feedback(status=True, leds=(True, True), tone_hz=880)
BUTTONS, LEDS = (17, 27), (24, 25)


def open_pins(settings: PinSettings | None = None) -> GpioPins:
    return GpioPins(settings or PinSettings(), BUTTONS, LEDS)


def buzzer(gpio: ModuleType) -> Any:
    """The PWM of pin 18; nobody may keep it, because that keeps it from ending with the box."""
    return gpio.header.pwms[18]


@pytest.mark.parametrize(
    ("pull", "let_go", "pressed"), [("up", None, 0), ("down", None, 1), ("none", 1, 0)], ids=["up", "down", "none"]
)
def test_a_press_is_a_press_whichever_way_the_button_is_wired(
    gpio: ModuleType, pull: str, let_go: int | None, pressed: int
) -> None:
    def wire(teach: int | None, next_: int | None) -> None:
        wanted = {17: teach, 27: next_}
        gpio.header.held = {pin: level for pin, level in wanted.items() if level is not None}

    with open_pins(PinSettings(buttons_pull=pull)) as pins:
        wire(let_go, let_go)
        assert pins.read() == (False, False)
        wire(pressed, let_go)
        assert pins.read() == (True, False)
        wire(let_go, pressed)
        assert pins.read() == (False, True)


@pytest.mark.parametrize(("active", "lit"), [("high", 1), ("low", 0)])
def test_leds_light_with_the_level_that_the_settings_name(gpio: ModuleType, active: str, lit: int) -> None:
    with open_pins(PinSettings(leds_active=active)) as pins:
        assert gpio.levels() == {23: 1 - lit, 24: 1 - lit, 25: 1 - lit}
        pins.write(Feedback(status=True, leds=(False, True), tone_hz=0))
        assert gpio.levels() == {23: lit, 24: 1 - lit, 25: lit}


def test_writing_the_same_again_touches_no_wire(gpio: ModuleType) -> None:
    with open_pins() as pins:
        pins.write(DARK)
        assert gpio.header.written == []
        pins.write(ALL_ON)
        pins.write(ALL_ON)
        assert sorted(gpio.header.written) == [(23, 1), (24, 1), (25, 1)]
        pins.write(Feedback(status=True, leds=(True, False), tone_hz=880))
        assert gpio.header.written[3:] == [(25, 0)]


def test_a_tune_is_played_on_one_pwm_that_is_started_once_and_silent_between_notes(gpio: ModuleType) -> None:
    with open_pins() as pins:
        assert (buzzer(gpio).running, buzzer(gpio).duty) == (True, 0)
        heard = []
        for tone_hz in (523, 0, 659, 784, 0):
            pins.write(Feedback(status=False, leds=(False, False), tone_hz=tone_hz))
            heard.append(buzzer(gpio).duty and buzzer(gpio).frequency)
        assert heard == [523, 0, 659, 784, 0]
        assert buzzer(gpio).starts == 1


@pytest.mark.parametrize(("active", "on"), [("high", 1), ("low", 0)])
def test_an_active_buzzer_is_on_or_off(gpio: ModuleType, active: str, on: int) -> None:
    with open_pins(PinSettings(buzzer_kind="active", buzzer_active=active)) as pins:
        assert gpio.levels()[18] == 1 - on
        pins.write(Feedback(status=False, leds=(False, False), tone_hz=523))
        assert gpio.levels()[18] == on
        pins.write(DARK)
        assert gpio.levels()[18] == 1 - on
    assert gpio.header.written[-1] != (18, on)
    assert not gpio.header.pwms


def test_a_box_without_buzzer_only_shines(gpio: ModuleType) -> None:
    with open_pins(PinSettings(buzzer=None)) as pins:
        pins.write(ALL_ON)
        assert gpio.levels() == {23: 1, 24: 1, 25: 1}
        assert 18 not in gpio.header.directions


@pytest.mark.parametrize("kind", ["passive", "active"])
def test_at_the_end_everything_is_off_and_given_back_even_after_a_failure(gpio: ModuleType, kind: str) -> None:
    def crash() -> None:
        with open_pins(PinSettings(buzzer_kind=kind)) as pins:
            pins.write(ALL_ON)
            raise LookupError("a bug somewhere")

    with pytest.raises(LookupError, match="a bug somewhere"):
        crash()
    last = dict(gpio.header.written)
    assert (last[23], last[24], last[25]) == (0, 0, 0)
    assert last.get(18, 0) == 0
    assert not gpio.header.pwms
    assert not gpio.header.directions
    assert gpio.header.mode is None


@pytest.mark.parametrize(("pin", "role"), [(27, "button"), (25, "LED"), (18, "buzzer")])
def test_a_busy_pin_is_named_and_nothing_stays_claimed(gpio: ModuleType, pin: int, role: str) -> None:
    gpio.header.busy = {pin}
    with pytest.raises(HardwareError, match=rf"{role} pin BCM {pin} .*busy.*another program"):
        open_pins()
    assert not gpio.header.directions
    assert not gpio.header.pwms
    assert gpio.header.mode is None
    gpio.header.busy = set()
    with open_pins() as pins:  # and it can be opened as soon as the pin is free
        assert pins.read() == (False, False)


@pytest.mark.parametrize(
    ("said", "mend"),
    {
        "No access to /dev/mem.  Try running as root!": "usermod -aG gpio",
        "can not open gpiochip": "usermod -aG gpio",
        "Cannot determine SOC peripheral base address": "apt install python3-rpi-lgpio",
        "This module can only be run on a Raspberry Pi!": "simulate",
        "something new": "check wiring",
    }.items(),
)
def test_what_the_module_says_becomes_what_to_do(gpio: ModuleType, said: str, mend: str) -> None:
    gpio.header.forbidden = said
    with pytest.raises(HardwareError, match=mend) as caught:
        open_pins()
    assert said in str(caught.value)


def test_a_pin_that_no_pi_has_is_refused(gpio: ModuleType) -> None:
    with pytest.raises(HardwareError, match="BCM numbers"):
        GpioPins(PinSettings(), (99,), LEDS)
    assert not gpio.header.directions


def test_feedback_for_another_box_is_a_bug_and_not_a_hardware_error(gpio: ModuleType) -> None:
    with open_pins() as pins, pytest.raises(ValueError, match="1 LEDs to write, 2 on the wires"):
        pins.write(Feedback(status=False, leds=(True,), tone_hz=0))
    assert not gpio.header.directions


def test_without_the_module_the_package_to_install_is_named(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(sys.modules, "RPi", None)
    monkeypatch.delitem(sys.modules, "RPi.GPIO", raising=False)
    with pytest.raises(HardwareError, match="apt install python3-rpi-lgpio"):
        open_pins()


def test_on_a_machine_that_is_no_pi_the_real_module_says_so(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)  # lgpio leaves a pipe where it is imported
    if Path("/proc/device-tree/model").exists():
        pytest.skip("this is a board")
    pytest.importorskip("RPi", reason="neither RPi.GPIO nor rpi-lgpio is installed")
    with pytest.raises(HardwareError, match=r"not a Raspberry Pi|RPi\.GPIO module is missing"):
        open_pins()
