"""Which interpreter runs the network, and the NumPy that it has to work with."""

from dataclasses import dataclass

from edge_handsign.doctor import apart
from edge_handsign.doctor.apart import Answer
from edge_handsign.doctor.finding import Finding, Findings, fault, ok
from edge_handsign.doctor.installed import with_pip
from edge_handsign.doctor.patient import Patient
from edge_handsign.doctor.system import NEW_CARD
from edge_handsign.errors import InterpreterError
from edge_handsign.runtimes import Python, advice, here, system

PATIENCE_S = 30.0  # a Zero 2 W takes seconds to import it from a cold card


@dataclass(frozen=True, slots=True)
class Runtime:
    """`title` with its version; empty where none can be loaded, and `trouble` then says why."""

    title: str
    trouble: str
    machine: str  # what this Python is compiled for
    python: Python


def probe(wanted: str) -> Answer:
    """In a process apart: an interpreter beside a NumPy that it was not built for can take its process with it."""
    from edge_handsign.devices import interpreter

    try:
        return {"title": interpreter.runtime(wanted)[1], "trouble": ""}
    except InterpreterError as error:
        return {"title": "", "trouble": str(error)}


def look(wanted: str) -> Runtime:
    """What `backbone.runtime` of the settings comes to here."""
    machine, python = here()
    try:
        return Runtime(**apart.ask(probe, PATIENCE_S, wanted), machine=machine, python=python)
    except apart.Silent as error:
        return Runtime("", f"the interpreter cannot be loaded: {error}", machine, python)


def judge(runtime: Runtime) -> Finding:
    """There is one, or the command that gets it."""
    row = system(runtime.machine, runtime.python)
    if runtime.trouble:
        return fault(runtime.trouble, _mend(runtime, possible=row is None or row.wheel is not None))
    known = f"{row.name} gets {row.wheel.runtime.requirement}" if row and row.wheel else "no table says which it gets"
    return ok(f"{runtime.title} on Python {'.'.join(map(str, runtime.python))} for {runtime.machine}; {known}")


def _mend(runtime: Runtime, *, possible: bool) -> str:
    if not possible:
        return NEW_CARD
    how = advice(runtime.machine, runtime.python)
    return with_pip(how.removeprefix("pip ")) if how.startswith("pip ") else how


def check(patient: Patient) -> Findings:
    """Look and judge."""
    return {"runtime": judge(look(patient.settings.backbone.runtime))}
