"""Which wire goes where: the roles of all pins, what is wrong with them, and the table that a maker solders by.

Numbers are BCM's, as on every pinout. Pins that a bus may need are kept free unless the settings say that it does not.
"""

from collections.abc import Iterator
from dataclasses import dataclass

from edge_handsign.config.signs import LONGEST_NAME, SignSettings
from edge_handsign.core.knob import knob
from edge_handsign.devices.gpio import PinSettings

PLACES = "3=2 5=3 7=4 8=14 10=15 11=17 12=18 13=27 15=22 16=23 18=24 19=10 21=9 22=25 23=11 24=8 26=7 27=0 28=1 29=5"
PLACES += " 31=6 32=12 33=13 35=19 36=16 37=26 38=20 40=21"
HEADER = {int(bcm): int(place) for place, _, bcm in (pair.partition("=") for pair in PLACES.split())}  # BCM: place
GROUNDS = (6, 9, 14, 20, 25, 30, 34, 39)  # places on the header
POWER = {1: "3V3", 17: "3V3", 2: "5V", 4: "5V"}
EEPROM = (0, 1)
BUS = {2: "I2C", 3: "I2C", 7: "SPI", 8: "SPI", 9: "SPI", 10: "SPI", 11: "SPI", 14: "UART", 15: "UART"}
ROLES = {"teach": "teach button", "next": "next button", "buzzer": "buzzer", "status": "status LED"}


@dataclass(frozen=True, slots=True)
class WiringSettings(PinSettings):
    """The `pins` section: what the device obeys, and what only the settings need to know."""

    allow_bus_pins: bool = knob(
        False, "true: nothing uses I2C (2, 3), SPI (7 to 11) and UART (14, 15); take their pins"
    )


@dataclass(frozen=True, slots=True)
class Wire:
    """One end of a wire: the setting that names it, what it is for, its BCM number."""

    path: str
    role: str
    pin: int

    @property
    def shareable(self) -> bool:
        """LEDs of signs may share a pin; nothing else may."""
        return self.path.startswith("signs[") and self.path.endswith(".led")


def wires(pins: PinSettings, signs: tuple[SignSettings, ...]) -> Iterator[Wire]:
    """All that is connected, the box's own first, then sign by sign."""
    for name, role in ROLES.items():
        if (pin := getattr(pins, name)) is not None:
            yield Wire(f"pins.{name}", role, pin)
    for index, sign in enumerate(signs):
        for name, role, sign_pin in (("led", "LED", sign.led), ("button", "teach button", sign.button)):
            if sign_pin is not None:
                yield Wire(f"signs[{index}].{name}", f"{role} of {sign.name[:LONGEST_NAME]}", sign_pin)


def trouble_with(pin: int, *, bus_pins: bool) -> str | None:
    """Why nothing may be connected there, None when it may."""
    if pin in EEPROM:
        return "BCM 0 and 1 are reserved: the Pi reads the ID memory of a HAT there; BCM 2 to 27 are allowed"
    if pin in BUS and not bus_pins:
        return f"BCM {pin} is reserved for {BUS[pin]}; if nothing uses that bus, set pins.allow_bus_pins: true"
    return None


def nearest_free(pin: int, taken: set[int]) -> int | None:
    """The allowed pin next to this number that has no role yet."""
    free = [bcm for bcm in HEADER if trouble_with(bcm, bus_pins=False) is None and bcm not in taken]
    return min(free, key=lambda bcm: abs(bcm - pin), default=None)


def wiring_table(pins: PinSettings, signs: tuple[SignSettings, ...]) -> list[str]:
    """A line for each wire: role, BCM number, place on the header."""
    rows = [(wire.role, str(wire.pin), str(HEADER.get(wire.pin, "?"))) for wire in wires(pins, signs)]
    wide = max([len(role) for role, _, _ in rows], default=0)
    return [f"{role:<{wide}}  BCM {pin:>2}  header pin {place:>2}" for role, pin, place in rows]
