"""The wiring trial, with a person who looks and presses, and a header whose parts are soldered in every wrong way."""

import random
from dataclasses import dataclass, field, replace
from types import ModuleType

import pytest

from edge_handsign.config import Config, parse
from edge_handsign.devices.gpio import GpioPins
from edge_handsign.doctor import Verdict
from edge_handsign.wiring import Ailment, Diagnosis, header, svg, trial
from edge_handsign.wiring.parts import buttons, buzzer, lamps

PATIENCE = 40  # reads; a press that comes at all is there at once
FIST, PALM, STATUS, TEACH, NEXT, BUZZER = 24, 25, 23, 17, 27, 18


@dataclass
class Solder:
    """Which part hangs on which pin, and how; by the pin where it should be."""

    moved: dict[int, tuple[int, ...]] = field(default_factory=dict)  # the pins that it really is on
    inverted: set[int] = field(default_factory=set)  # LEDs to 3.3 V; buttons to the other rail
    stuck: set[int] = field(default_factory=set)  # LEDs to 5 V; buttons pressed for ever
    dead: set[int] = field(default_factory=set)
    loose: set[int] = field(default_factory=set)  # buttons on an antenna
    reversed: set[int] = field(default_factory=set)  # buttons that open when they are pressed
    pulled: set[int] = field(default_factory=set)  # buttons with a resistor of their own to 3.3 V
    buzzer: str = "passive"  # active, dead, or hums

    def pins(self, pin: int) -> tuple[int, ...]:
        return () if pin in self.dead else self.moved.get(pin, (pin,))


class Noise(dict[int, int]):
    """Wires held by somebody, and loose ones that follow the radio."""

    def __init__(self, loose: set[int]) -> None:
        super().__init__()
        self._loose, self._random = loose, random.Random(5)

    def get(self, pin: int, default: int) -> int:  # type: ignore[override]  # the header always has a default
        return self._random.randrange(2) if pin in self._loose else super().get(pin, default)


class Maker:
    """Implements `Person`: reads what is asked, looks at the header as it is, presses what it is told to press."""

    def __init__(self, gpio: ModuleType, config: Config, solder: Solder) -> None:
        self.asked: list[str] = []
        self._gpio, self._config, self._solder = gpio, config, solder
        self._low = config.pins.buttons_pull != "down"  # the rail that a button should connect to is ground
        gpio.header.held = Noise(solder.loose)
        self._rest()

    def tell(self, text: str) -> None:
        if text.startswith("Press"):
            for part in buttons(self._config):
                if str(part) in text:
                    self._press(part.pin)
        if text.startswith(("Let go", "Nothing came")):
            self._rest()

    def ask(self, text: str) -> str:
        self.asked.append(text)
        if "silent?" in text:
            return "a" if self._solder.buzzer == "hums" else ""
        if text.startswith("What was that"):
            return self._hears()
        shining = [number for number, part in enumerate(lamps(self._config)) if self._shines(part.pin)]
        return ", ".join(map(str, shining)) or "-"

    def wait(self, seconds: float) -> None:
        """He is quick."""

    def _hears(self) -> str:
        played, there = self._config.pins.buzzer_kind, self._solder.buzzer
        return {"dead": "n", "active": "s", "passive": "r" if played == "passive" else "c"}[there]

    def _shines(self, pin: int) -> bool:
        levels = [self._gpio.levels().get(place) for place in self._solder.pins(pin)]
        on = 0 if (pin in self._solder.inverted) != (self._config.pins.leds_active == "low") else 1
        return pin in self._solder.stuck or on in levels

    def _connect(self, pin: int) -> None:
        low = self._low != (pin in self._solder.inverted)
        self._gpio.header.held |= dict.fromkeys(self._solder.pins(pin), 0 if low else 1)

    def _press(self, pin: int) -> None:
        if pin in self._solder.reversed:
            self._gpio.header.held.pop(pin)
        else:
            self._connect(pin)

    def _rest(self) -> None:
        self._gpio.header.held.clear()
        self._gpio.header.held |= dict.fromkeys(self._solder.pulled, 1)
        for pin in self._solder.stuck | self._solder.reversed:
            self._connect(pin)


def tried(gpio: ModuleType, solder: Solder, text: str = "") -> dict[int, Diagnosis]:
    config = parse(text, "box.yaml")
    maker = Maker(gpio, config, solder)
    found = trial(config, lambda pins: GpioPins(pins, config.button_pins, config.led_pins), maker, PATIENCE)
    assert gpio.header.directions == {}, "the pins were not given back"
    return {one.part.pin: one for one in found}


def ailing(found: dict[int, Diagnosis]) -> dict[int, Ailment]:
    return {pin: one.ailment for pin, one in found.items() if one.ailment is not Ailment.NONE}


ALL_LOW = "pins: {leds_active: low, buttons_pull: down, buzzer_kind: active}\n"
NO_PULL = "pins: {buttons_pull: none}\n"
CASES: dict[str, tuple[Solder, str, dict[int, Ailment], str]] = {  # solder, settings, ailments, in the first's command
    "all is well": (Solder(), "", {}, ""),
    "all is well the other way round": (Solder(buzzer="active"), ALL_LOW, {}, ""),
    "two LEDs swapped": (
        *(Solder({FIST: (PALM,), PALM: (FIST,)}), "", {FIST: Ailment.SWAPPED, PALM: Ailment.SWAPPED}),
        "header pins 18 and 22",
    ),
    "two LEDs on one pin": (Solder({PALM: (FIST, PALM)}), "", {FIST: Ailment.BRIDGED}, "where their wires touch"),
    "one LED the wrong way round": (Solder(dead={FIST}), "", {FIST: Ailment.DEAD}, "long leg"),
    "one LED to 3.3 V": (Solder(inverted={PALM}), "", {PALM: Ailment.INVERTED}, "turning it round"),
    "all LEDs to 3.3 V": (
        Solder(inverted={STATUS, FIST, PALM, 5, 6}),
        "",
        dict.fromkeys((STATUS, FIST, PALM, 5, 6), Ailment.INVERTED),
        "pins: {leds_active: low}",
    ),
    "all LEDs to ground, and the settings wrong": (
        Solder(inverted={STATUS, FIST, PALM, 5, 6}, buzzer="active"),
        ALL_LOW,
        dict.fromkeys((STATUS, FIST, PALM, 5, 6), Ailment.INVERTED),
        "pins: {leds_active: high}",
    ),
    "a LED on 5 V": (Solder(stuck={STATUS}), "", {STATUS: Ailment.STUCK}, "off 3.3 V or 5 V"),
    "two buttons swapped": (
        *(Solder({TEACH: (NEXT,), NEXT: (TEACH,)}), "", {TEACH: Ailment.SWAPPED, NEXT: Ailment.SWAPPED}),
        "header pins 11 and 13",
    ),
    "two buttons that touch": (Solder({TEACH: (TEACH, NEXT)}), "", {TEACH: Ailment.BRIDGED}, "touch"),
    "a button without wires": (Solder(dead={NEXT}), "", {NEXT: Ailment.DEAD}, "90 degrees"),
    "a button on the wrong two legs": (Solder(stuck={TEACH}), "", {TEACH: Ailment.STUCK}, "90 degrees"),
    "a button to 3.3 V": (Solder(inverted={TEACH}), "", {TEACH: Ailment.INVERTED}, "buttons_pull: down"),
    "a button to ground, and the settings wrong": (
        *(Solder(inverted={NEXT}, buzzer="active"), ALL_LOW, {NEXT: Ailment.INVERTED}, "buttons_pull: up"),
    ),
    "a button that opens": (Solder(reversed={TEACH}), "", {TEACH: Ailment.INVERTED}, "buttons_pull: down"),
    "a floating button": (Solder(loose={NEXT}, pulled={TEACH}), NO_PULL, {NEXT: Ailment.FLOATING}, "buttons_pull: up"),
    "a loose wire": (Solder(loose={NEXT}), "", {NEXT: Ailment.FLOATING}, "loose wire"),
    "a silent buzzer": (Solder(buzzer="dead"), "", {BUZZER: Ailment.DEAD}, "plus"),
    "an active buzzer": (Solder(buzzer="active"), "", {BUZZER: Ailment.SWAPPED}, "buzzer_kind: active"),
    "a passive buzzer": (Solder(), ALL_LOW, {BUZZER: Ailment.SWAPPED}, "buzzer_kind: passive"),
    "a buzzer that hums": (Solder(buzzer="hums"), "", {BUZZER: Ailment.INVERTED}, "buzzer_active: low"),
}


@pytest.mark.parametrize(("solder", "text", "ailments", "mend"), CASES.values(), ids=CASES)
def test_what_is_soldered_wrong_is_found_and_nothing_else(
    gpio: ModuleType, solder: Solder, text: str, ailments: dict[int, Ailment], mend: str
) -> None:
    found = tried(gpio, solder, text)
    assert ailing(found) == ailments
    assert set(found) == {STATUS, FIST, PALM, 5, 6, TEACH, NEXT, BUZZER}
    for pin, one in found.items():
        assert (one.finding.verdict is Verdict.FAULT) is (pin in ailments)
    if ailments:
        assert mend in found[next(iter(ailments))].finding.mend


def test_the_person_may_mistype(gpio: ModuleType) -> None:
    class Clumsy(Maker):
        def ask(self, text: str) -> str:
            first = text not in self.asked
            answer = super().ask(text)
            return "what?" if first else answer

    config = Config()
    maker = Clumsy(gpio, config, Solder())
    found = trial(config, lambda pins: GpioPins(pins, config.button_pins, config.led_pins), maker, PATIENCE)
    assert {one.ailment for one in found} == {Ailment.NONE}


def test_the_header_is_drawn_with_the_names_of_the_settings() -> None:
    config = parse("signs: [{name: thumb, led: 24}, {name: ok, led: 24}]\npins: {next: null}\n", "box.yaml")
    drawn = header(config, {24: Ailment.DEAD})
    assert len(drawn) == 22
    (row,) = [line for line in drawn if "(18)" in line]
    assert row.endswith("(18) LED of thumb, LED of ok [BCM 24] !! dead")
    (row,) = [line for line in drawn if "(11)" in line]
    assert row.strip().startswith("teach button [BCM 17] (11) (12) buzzer [BCM 18]")
    assert "BCM 27 (13)" in "".join(drawn)
    assert "next button" not in "".join(drawn)
    assert sum("GND" in line for line in drawn) == 8


def test_what_is_wrong_is_red_in_the_picture() -> None:
    config = Config()
    assert "swapped" not in svg(config)
    assert ">swapped<" in svg(config, {24: Ailment.SWAPPED})
    assert "default wiring" in svg(config)
    other = replace(config, pins=replace(config.pins, teach=4))
    assert "your wiring" in svg(other)


def test_a_box_without_buzzer_is_not_asked_of_it(gpio: ModuleType) -> None:
    assert buzzer(parse("pins: {buzzer: null}\n", "box.yaml")) is None
    assert BUZZER not in tried(gpio, Solder(), "pins: {buzzer: null}\n")
