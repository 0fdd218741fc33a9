"""Which Python runs the program, and whether it sees the libraries that belong to the system."""

import sys
from dataclasses import dataclass
from pathlib import Path

from edge_handsign.doctor.finding import Finding, Findings, fault, ok, warning
from edge_handsign.doctor.installed import PACKAGED
from edge_handsign.doctor.patient import Patient

SYSTEM = Path("/usr")
OLDEST = (3, 11)
SETUP = "sudo edge-handsign-setup"
VENV = "sudo /usr/bin/python3 -m venv --system-site-packages --clear {venv} && sudo {venv}/bin/pip install ."


@dataclass(frozen=True, slots=True)
class Python:
    """`venv` is None outside of one."""

    version: tuple[int, int, int]
    base: Path  # where the interpreter is installed
    venv: Path | None
    sees_system: bool  # the system's packages can be imported


def look() -> Python:
    """Of this process: the unit starts the same one."""
    venv = Path(sys.prefix) if sys.prefix != sys.base_prefix else None
    base = Path(sys.base_prefix)
    sees = base == SYSTEM and (venv is None or _shares(venv / "pyvenv.cfg"))
    major, minor, micro = sys.version_info[:3]
    return Python((major, minor, micro), base, venv, sees)


def _shares(settings: Path) -> bool:
    try:
        lines = settings.read_text(encoding="utf-8").lower().splitlines()
    except OSError:
        return False
    return any(line.replace(" ", "") == "include-system-site-packages=true" for line in lines)


def judge(python: Python) -> Finding:
    """Its own version, and the system's libraries beside it."""
    version = ".".join(map(str, python.version))
    where = f"Python {version} in {python.venv or python.base}"
    mend = SETUP if PACKAGED else VENV.format(venv=python.venv or "/opt/edge-handsign")
    if python.version[:2] < OLDEST:
        return fault(f"{where} is older than {'.'.join(map(str, OLDEST))}", mend)
    if python.base != SYSTEM:
        return warning(f"{where} is not the system's, which alone sees picamera2 and the pins' library", mend)
    if not python.sees_system:
        return warning(f"{where} does not see the system's packages, picamera2 among them", mend)
    return ok(f"{where}, with the system's packages")


def check(_: Patient) -> Findings:
    """Look and judge."""
    return {"python": judge(look())}
