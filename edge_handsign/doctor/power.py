"""Power and heat: what the firmware has noticed, now and since the last boot.

The same files as the box reads while it runs, which wants to know only of now.
"""

import subprocess
from dataclasses import dataclass

from edge_handsign.core.vitals import HOT
from edge_handsign.devices.board import LOW_VOLTAGE, SOFT_LIMIT, THERMAL, THROTTLED, THROTTLING
from edge_handsign.doctor.finding import Finding, Findings, fault, ok, warning
from edge_handsign.doctor.patient import Patient
from edge_handsign.doctor.tree import Tree

PATIENCE_S = 5.0
BY_HEAT = THROTTLING | SOFT_LIMIT  # where the voltage is not too low
SINCE = 16  # how far the bits of the past are from those of the present
WATCH = "vcgencmd get_throttled"
SUPPLY = f"{WATCH}  # again, with the power supply made for this Pi and its own cable"
COOLER = f"{WATCH}  # again, with a heat sink or a fan"


@dataclass(frozen=True, slots=True)
class Power:
    """`flags` are get_throttled's; None where nothing tells."""

    flags: int | None
    celsius: float | None

    def has(self, bits: int) -> bool:
        """Whether one of these bits is set."""
        return bool(self.flags and self.flags & bits)


def look(tree: Tree) -> Power:
    """From the kernel's files, else from the firmware's program."""
    heat = tree.number(f"sys/{THERMAL}")
    return Power(flags(tree), None if heat is None else heat / 1000)


def flags(tree: Tree) -> int | None:
    """get_throttled's number."""
    for path in tree.under(f"sys/{THROTTLED}"):
        told = tree.number(str(path.relative_to(tree.root)), base=16)
        if told is not None:
            return told
    return _asked_firmware()


def _asked_firmware() -> int | None:
    """Answers "throttled=0x50005" to those in the group video."""
    try:
        done = subprocess.run(WATCH.split(), capture_output=True, text=True, timeout=PATIENCE_S, check=True)
        return int(done.stdout.partition("=")[2], 16)
    except (OSError, subprocess.SubprocessError, ValueError):
        return None


def judge(power: Power) -> Finding:
    """The present before the past, power before heat."""
    heat = "" if power.celsius is None else f", {power.celsius:.0f} °C"
    if power.has(LOW_VOLTAGE):
        return fault(f"the voltage is too low{heat}", SUPPLY)
    if power.has(BY_HEAT) or (power.celsius or 0) >= HOT:
        return warning(f"it is slowed down by heat{heat}", COOLER)
    if power.has(LOW_VOLTAGE << SINCE):
        return warning(f"the voltage was too low since the last boot{heat}", SUPPLY)
    if power.has(BY_HEAT << SINCE):
        return warning(f"it was slowed down by heat since the last boot{heat}", COOLER)
    if power.flags is None:
        return ok(f"nothing here tells of the voltage{heat}")
    return ok(f"never too low, never too hot since the last boot{heat}")


def check(patient: Patient) -> Findings:
    """Look and judge."""
    return {"power": judge(look(patient.tree))}
