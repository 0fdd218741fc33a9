"""What hangs on the header, and what can be wrong with it."""

from collections.abc import Mapping
from dataclasses import dataclass
from enum import Enum

from edge_handsign.config import Config
from edge_handsign.config.wiring import HEADER, wires
from edge_handsign.doctor import Finding


class Ailment(Enum):
    """Words for a picture."""

    NONE = "well"
    SWAPPED = "swapped"  # another part answers in its place
    BRIDGED = "touches another"  # others answer too
    INVERTED = "inverted"  # on is off
    STUCK = "stuck"  # on whatever is done
    FLOATING = "floating"  # neither on nor off
    DEAD = "dead"  # nothing answers


@dataclass(frozen=True, slots=True)
class Part:
    """One pin and what is on it; signs may share a LED."""

    name: str  # "LED of fist"
    pin: int  # BCM

    def __str__(self) -> str:
        return f"{self.name} (BCM {self.pin}, header pin {HEADER[self.pin]})"


@dataclass(frozen=True, slots=True)
class Diagnosis:
    """What is wrong with a part, in a word and as a line."""

    part: Part
    ailment: Ailment
    finding: Finding


def lamps(config: Config) -> tuple[Part, ...]:
    """The status LED, then those of the signs, in the order of Feedback.leds."""
    names = _names(config)
    return tuple(Part(names[pin], pin) for pin in (config.pins.status, *config.led_pins))


def buttons(config: Config) -> tuple[Part, ...]:
    """In the order of Box.buttons."""
    names = _names(config)
    return tuple(Part(names[pin], pin) for pin in config.button_pins)


def buzzer(config: Config) -> Part | None:
    """If there is one."""
    return None if config.pins.buzzer is None else Part("buzzer", config.pins.buzzer)


def _names(config: Config) -> Mapping[int, str]:
    names: dict[int, str] = {}
    for wire in wires(config.pins, config.signs):
        names[wire.pin] = f"{names[wire.pin]}, {wire.role}" if wire.pin in names else wire.role
    return names
