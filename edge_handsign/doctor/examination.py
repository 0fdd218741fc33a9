"""All checks in the order in which a person would go: the computer, its programs, the box's things, the box at work.

A check that takes too long, or fails in a way that nobody foresaw, is a fault of its own and stops none of the others.
"""

from collections.abc import Callable, Iterator, Mapping
from functools import partial
from queue import Empty, SimpleQueue
from threading import Thread

from edge_handsign.doctor import (
    apart,
    board,
    camera,
    card,
    groups,
    libraries,
    memory,
    model,
    pins,
    power,
    python,
    runtime,
    service,
    settings,
    system,
)
from edge_handsign.doctor.finding import Finding, Findings, fault
from edge_handsign.doctor.patient import Patient

PATIENCE_S = 60.0  # for a check as a whole; what it waits for has less
REPORT = "edge-handsign --version  # and report this"
Check = Callable[[Patient], Findings]
CameraProbe = Callable[[str, str | None], apart.Answer]

CHECKS: Mapping[str, Check] = {
    "board": board.check,
    "power": power.check,
    "system": system.check,
    "python": python.check,
    "runtime": runtime.check,
    "libraries": libraries.check,
    "groups": groups.check,
    "settings": settings.check,
    "model": model.check,
    "card": card.check,
    "memory": memory.check,
    "service": service.check,
    "pins": pins.check,
}


def examine(
    patient: Patient, camera_probe: CameraProbe, patience_s: float = PATIENCE_S
) -> Iterator[tuple[str, Finding]]:
    """Names and findings, as soon as they are there. `camera_probe` opens a camera in a process of its own."""
    checks: dict[str, Check] = {**CHECKS, "camera": partial(_camera, camera_probe)}
    for name, check in checks.items():
        yield from in_time(name, check, patient, patience_s).items()


def _camera(probe: CameraProbe, patient: Patient) -> Findings:
    return {"camera": camera.judge(camera.look(patient, probe))}


def in_time(name: str, check: Check, patient: Patient, patience_s: float) -> Findings:
    """What the check finds, or a fault that says why it finds nothing."""
    answer: SimpleQueue[Findings] = SimpleQueue()
    Thread(target=lambda: answer.put(_guarded(name, check, patient)), name=name, daemon=True).start()
    try:
        return answer.get(timeout=patience_s)
    except Empty:
        says = f"no answer within {patience_s:g} s: a card or a driver hangs"
        return {name: fault(says, "dmesg --level err,warn | tail")}


def _guarded(name: str, check: Check, patient: Patient) -> Findings:
    try:
        return check(patient)
    except Exception as error:  # noqa: BLE001 - a doctor who faints helps nobody
        return {name: fault(f"this check failed ({type(error).__name__}: {error})", REPORT)}
