"""Which operating system, and whether there is an interpreter for it: `runtimes` has the table."""

from dataclasses import dataclass

from edge_handsign import runtimes
from edge_handsign.doctor.finding import Finding, Findings, fault, ok, warning
from edge_handsign.doctor.patient import Patient
from edge_handsign.doctor.tree import Tree

NEW_CARD = "rpi-imager  # on another computer: Raspberry Pi OS (64-bit); export what was taught before: samples export"
PI = "Raspberry Pi OS"
TOO_OLD = ("buster", "bullseye")


@dataclass(frozen=True, slots=True)
class System:
    """As /etc/os-release says it; empty where it does not."""

    name: str  # "Debian GNU/Linux 12 (bookworm)"
    codename: str  # bookworm
    raspberry: bool  # made by Raspberry Pi
    row: runtimes.System | None  # of the table of systems; None: nobody has tried its processor and Python


def look(tree: Tree) -> System:
    """Raspberry Pi's own system calls itself Debian where it has 64 bits, but leaves its mark."""
    pairs = (line.partition("=") for line in tree.lines("/etc/os-release"))
    said = {key: value.strip("\"'") for key, _, value in pairs}
    raspberry = said.get("ID") == "raspbian" or tree.text("/etc/rpi-issue") is not None
    row = runtimes.system(*runtimes.here())
    return System(said.get("PRETTY_NAME", ""), said.get("VERSION_CODENAME", ""), raspberry, row)


def judge(system: System) -> Finding:
    """The systems that are known to do, those that cannot, and the rest."""
    name, row = system.name or "a system without a name", system.row
    if system.codename in TOO_OLD:
        return fault(f"{name}: its Python is too old", NEW_CARD)
    if row and row.wheel is None:
        return fault(f"{name}: no interpreter is published for {row.name}", NEW_CARD)
    if not (row and system.raspberry):
        known = ", ".join(system.name for system in runtimes.SYSTEMS if system.name.startswith(PI) and system.wheel)
        return warning(f"{name}: nobody has tried a box with this; known are {known}", NEW_CARD)
    return ok(f"{name}: {row.name}")


def check(patient: Patient) -> Findings:
    """Look and judge."""
    return {"system": judge(look(patient.tree))}
