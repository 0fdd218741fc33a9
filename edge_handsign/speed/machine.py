"""What was measured on, before and after, so that two results can be compared."""

import sys
from dataclasses import dataclass

from edge_handsign.doctor import board, power, system
from edge_handsign.doctor.tree import Tree

CLOCK = "/sys/devices/system/cpu/cpu0/cpufreq/"


@dataclass(frozen=True, slots=True)
class Machine:
    """None where this machine does not tell."""

    board: str | None  # None: no Raspberry Pi
    processor: str
    memory_mb: int
    system: str
    python: str
    clock_mhz: int | None  # now
    highest_mhz: int | None
    celsius: float | None
    throttled: int | None  # as vcgencmd get_throttled
    resident_mb: float  # of this process, in 1,000,000 bytes

    @property
    def name(self) -> str:
        """The board, or that there is none."""
        return self.board or f"no Raspberry Pi ({self.processor})"


def look(tree: Tree) -> Machine:
    """As it is now."""
    here, supply = board.look(tree), power.look(tree)
    now, highest = (tree.number(f"{CLOCK}{name}") for name in ("scaling_cur_freq", "scaling_max_freq"))
    return Machine(
        here.model if here.is_pi else None,
        here.machine,
        here.memory_mb,
        system.look(tree).name,
        ".".join(map(str, sys.version_info[:3])),
        None if now is None else now // 1000,
        None if highest is None else highest // 1000,
        supply.celsius,
        supply.flags,
        resident_mb(tree),
    )


def resident_mb(tree: Tree) -> float:
    """Resident pages, shared ones included."""
    kb = next((line.split()[1] for line in tree.lines("/proc/self/status") if line.startswith("VmRSS")), "0")
    return int(kb) * 1024 / 1e6
