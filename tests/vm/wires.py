"""Inside the machine: what was done to the pins, as the kernel traced it; polling a line would miss most of a tone."""

import re
from collections.abc import Iterator
from functools import cache
from itertools import pairwise
from pathlib import Path

TRACE = Path("/sys/kernel/tracing")
EVENT = TRACE / "events" / "gpio" / "gpio_value"
CHIPS = Path("/sys/class/gpio")
LABEL = "pinctrl-bcm2835"
LINE = re.compile(r" ([0-9]+\.[0-9]+): gpio_value: ([0-9]+) set ([01])")  # s, the kernel's number, level
ROOM_KB = 4096  # for tens of thousands of levels


class Wires:
    """Levels that somebody set, from now on; only one at a time listens."""

    def __init__(self) -> None:
        (EVENT / "filter").write_text("get == 0")
        (TRACE / "buffer_size_kb").write_text(str(ROOM_KB))
        (TRACE / "trace").write_text("")
        (EVENT / "enable").write_text("1")

    def swings(self, pin: int) -> int:
        """How often it changed."""
        return len(list(self._levels(pin)))

    def was(self, pin: int, *, high: bool) -> bool:
        """Whether somebody set it so."""
        return any(level == high for _, level in self._levels(pin))

    def longest_s(self, pin: int) -> float:
        """How long it was high at a stretch, as far as that stretch has ended."""
        lit = (after - at for (at, level), (after, _) in pairwise(self._levels(pin)) if level)
        return max(lit, default=0.0)

    def _levels(self, pin: int) -> Iterator[tuple[float, bool]]:
        return levels((TRACE / "trace").read_text(), base() + pin)


def levels(trace: str, number: int) -> Iterator[tuple[float, bool]]:
    """When the line of this number changed, s, and to what."""
    before = None
    for at, line, level in LINE.findall(trace):
        if int(line) == number and level != before:
            before = level
            yield float(at), level == "1"


@cache
def base() -> int:
    """The number that the kernel gave to the header's first line."""
    (chip,) = (chip for chip in CHIPS.glob("gpiochip*") if (chip / "label").read_text().strip() == LABEL)
    return int((chip / "base").read_text())
