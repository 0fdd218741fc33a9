"""Whose NumPy, whose picamera2 and whose simplejpeg: the last two are compiled against the system's first.

A newer NumPy in the venv hides the system's, and picamera2 then fails while it imports simplejpeg.
"""

from collections.abc import Callable
from dataclasses import dataclass
from importlib import import_module
from importlib.metadata import PackageNotFoundError, version
from importlib.util import find_spec
from pathlib import Path

from edge_handsign.doctor import apart
from edge_handsign.doctor.apart import Answer
from edge_handsign.doctor.finding import Finding, Findings, fault, ok, warning
from edge_handsign.doctor.installed import with_pip
from edge_handsign.doctor.patient import Patient

PATIENCE_S = 30.0
SYSTEM = "/usr/lib/python3"
APT = "sudo apt install python3-picamera2 --no-install-recommends"


@dataclass(frozen=True, slots=True)
class Library:
    """One package as this Python finds it. `file` is empty where it does not; `trouble` is what importing it raised."""

    name: str
    version: str = ""
    file: str = ""
    trouble: str = ""

    @property
    def is_systems(self) -> bool:
        """It came with apt."""
        return self.file.startswith(SYSTEM)

    def __str__(self) -> str:
        return f"{self.name} {self.version} in {Path(self.file).parents[1]}" if self.file else f"no {self.name}"


def probe() -> Answer:
    """In a process apart. picamera2 is only looked for: importing it looks at the camera."""
    return {"numpy": found("numpy"), "simplejpeg": found("simplejpeg"), "picamera2": found("picamera2", load=None)}


def found(name: str, load: Callable[[str], object] | None = import_module) -> dict[str, str]:
    """Where it is, of which version, and what `load` says to it."""
    spec = find_spec(name)
    if spec is None or spec.origin is None:
        return {"name": name}
    try:
        numbered = version(name)
    except PackageNotFoundError:
        numbered = ""
    trouble = ""
    try:
        if load:
            load(name)
    except Exception as error:  # noqa: BLE001 - whatever a library may raise while it is imported is what is asked for
        trouble = f"{type(error).__name__}: {error}"
    return {"name": name, "version": numbered, "file": spec.origin, "trouble": trouble}


@dataclass(frozen=True, slots=True)
class Libraries:
    """What the camera stands on."""

    numpy: Library
    simplejpeg: Library
    picamera2: Library


def look() -> Libraries:
    """All three; a child that dies takes picamera2's name down with it."""
    try:
        told = apart.ask(probe, PATIENCE_S)
    except apart.Silent as error:
        return Libraries(Library("numpy"), Library("simplejpeg"), Library("picamera2", trouble=str(error)))
    return Libraries(*(Library(**told[name]) for name in ("numpy", "simplejpeg", "picamera2")))


def judge_numpy(libraries: Libraries) -> Finding:
    """One that did not come from apt breaks what did."""
    numpy = libraries.numpy
    if not numpy.file or numpy.trouble:
        return fault(f"NumPy cannot be loaded ({numpy.trouble or 'it is not there'})", "sudo apt install python3-numpy")
    if libraries.picamera2.is_systems and not numpy.is_systems:
        return fault(f"{numpy} hides the system's, against which picamera2 is compiled", _without("numpy"))
    return ok(str(numpy))


def judge_picamera2(libraries: Libraries) -> Finding:
    """It is there, its simplejpeg too, and they came together."""
    picamera2, simplejpeg = libraries.picamera2, libraries.simplejpeg
    if not picamera2.file:
        return fault(picamera2.trouble or "picamera2 is missing, or this Python does not see it", APT)
    if not simplejpeg.file:
        return fault(f"{picamera2}, but no simplejpeg", "sudo apt install python3-simplejpeg")
    if picamera2.is_systems and not simplejpeg.is_systems:
        return _both(libraries, f"{simplejpeg} hides the system's, which belongs to picamera2", _without("simplejpeg"))
    if simplejpeg.trouble:
        return fault(
            f"{simplejpeg} does not fit NumPy {libraries.numpy.version} ({simplejpeg.trouble})", _without("numpy")
        )
    return ok(f"{picamera2}, {simplejpeg}")


def _both(libraries: Libraries, says: str, mend: str) -> Finding:
    return (fault if libraries.simplejpeg.trouble else warning)(says, mend)


def _without(name: str) -> str:
    return with_pip(f"uninstall --yes {name}")


def check(patient: Patient) -> Findings:
    """Look and judge; another camera needs no picamera2."""
    libraries = look()
    wanted = {"picamera2": judge_picamera2(libraries)} if patient.camera == "picamera2" else {}
    return {"numpy": judge_numpy(libraries)} | wanted
