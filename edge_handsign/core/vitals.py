"""What the board says of itself: voltage and heat, which faults follow, and how much less to look while it is hot."""

from collections.abc import Mapping
from dataclasses import dataclass

from edge_handsign.core.faults import FAULTS, Fault

EVERY_S = 5.0  # between two looks at the board
HOT, COOL = (
    80.0,
    75.0,
)  # °C: from where on it is hot, and below which it is no longer. Firmware slows it from 80 to 85 on
REST_S = 0.3  # after each picture while it is hot: about three a second


@dataclass(frozen=True, slots=True)
class Vitals:
    """At one moment; `Vitals()` is a board that says nothing."""

    low_voltage: bool = False
    slowed: bool = False  # by heat
    celsius: float | None = None


class Checkup:
    """Remembers whether it is hot. Time is an argument, in s, monotonic."""

    def __init__(self) -> None:
        self._hot = False
        self._next = 0.0

    @property
    def rest_s(self) -> float:
        """How long to look away after each picture."""
        return REST_S if self._hot else 0.0

    def due(self, now: float) -> bool:
        """Whether to look at the board now; True seldom."""
        if now < self._next:
            return False
        self._next = now + EVERY_S
        return True

    def judge(self, vitals: Vitals) -> Mapping[Fault, str]:
        """What is wrong, in words; empty where nothing is."""
        degrees = vitals.celsius or 0.0
        self._hot = vitals.slowed or degrees >= (COOL if self._hot else HOT)
        heat = f"{degrees:.0f} °C: {FAULTS[Fault.HEAT]}" if degrees else str(FAULTS[Fault.HEAT])
        return {
            Fault.POWER: str(FAULTS[Fault.POWER]) if vitals.low_voltage else "",
            Fault.HEAT: heat if self._hot else "",
        }
