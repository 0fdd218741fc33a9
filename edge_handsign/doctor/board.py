"""Which computer this is."""

from dataclasses import dataclass
from os import uname

from edge_handsign.doctor.finding import Finding, Findings, fault, ok
from edge_handsign.doctor.patient import Patient
from edge_handsign.doctor.tree import Tree

PI = "Raspberry Pi"
OLD = "armv6l"


@dataclass(frozen=True, slots=True)
class Board:
    """`model` is the firmware's name for it, "Raspberry Pi 4 Model B Rev 1.4"; None where there is no such firmware."""

    model: str | None
    machine: str  # the kernel's word for the processor: aarch64, armv7l, armv6l, x86_64
    memory_mb: int

    @property
    def is_pi(self) -> bool:
        """With a header for the wires."""
        return self.model is not None and self.model.startswith(PI)

    @property
    def is_pi_5(self) -> bool:
        """A Pi whose pins hang on a chip of their own, RP1."""
        return self.is_pi and any(f"{name} 5" in str(self.model) for name in (PI, "Compute Module"))


def look(tree: Tree) -> Board:
    """The firmware's, the kernel's and the memory's word."""
    kb = next((line.split()[1] for line in tree.lines("/proc/meminfo") if line.startswith("MemTotal")), "0")
    return Board(tree.text("/proc/device-tree/model"), uname().machine, int(kb) // 1000)


def judge(board: Board) -> Finding:
    """Any Pi whose processor has an interpreter."""
    if not board.is_pi:
        return fault(
            f"{board.model or f'a computer with a processor of the kind {board.machine}'} is no Raspberry Pi: there is "
            "nothing to connect wires to; the same program runs here on a pretended bench",
            "edge-handsign simulate",
        )
    if board.machine == OLD:
        return fault(
            f"{board.model} has an ARMv6 processor, for which nobody publishes an interpreter",
            "edge-handsign doctor  # on a Pi Zero 2 W, a Pi 3 or a later one",
        )
    return ok(f"{board.model}, {board.machine}, {board.memory_mb} MB")


def check(patient: Patient) -> Findings:
    """Look and judge."""
    return {"board": judge(look(patient.tree))}
