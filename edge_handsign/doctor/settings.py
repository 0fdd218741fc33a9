"""The settings: whether they can be read, and which file they are."""

from dataclasses import dataclass

from edge_handsign.doctor.finding import Finding, Findings, fault, ok
from edge_handsign.doctor.patient import Patient


@dataclass(frozen=True, slots=True)
class Settings:
    """`mistakes` has a line for each; `file` is empty where there is none."""

    file: str
    mistakes: tuple[str, ...]
    signs: int
    wires: int


def judge(settings: Settings) -> Finding:
    """In order, or the first mistake and how to see the rest."""
    if settings.mistakes:
        more = len(settings.mistakes) - 1
        says = settings.mistakes[0] + (f" (and {more} more)" if more else "")
        return fault(says, f"edge-handsign config check {settings.file}".rstrip())
    return ok(f"{settings.file or 'no file, so the defaults'}: {settings.signs} signs, {settings.wires} pins")


def look(patient: Patient) -> Settings:
    """As they were read."""
    config = patient.settings
    pins = {*config.button_pins, *config.led_pins, config.pins.status, config.pins.buzzer} - {None}
    return Settings(str(patient.file or ""), tuple(patient.mistakes.splitlines()), len(config.signs), len(pins))


def check(patient: Patient) -> Findings:
    """Look and judge."""
    return {"settings": judge(look(patient))}
