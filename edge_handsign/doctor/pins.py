"""The header: the module that drives it, the way to it, and, where nobody uses it, its wires at rest."""

import os
from collections.abc import Mapping
from dataclasses import dataclass, replace
from importlib.metadata import PackageNotFoundError, version
from pathlib import Path

from edge_handsign.config import load
from edge_handsign.config.wiring import wires
from edge_handsign.doctor import apart
from edge_handsign.doctor.apart import Answer
from edge_handsign.doctor.board import look as look_at_board
from edge_handsign.doctor.finding import Finding, Findings, fault, ok, warning
from edge_handsign.doctor.patient import Patient
from edge_handsign.doctor.tree import Tree
from edge_handsign.errors import HardwareError

PATIENCE_S = 40.0  # a Zero 2 W takes seconds to start a Python from a cold card
OLD, NEW = "RPi.GPIO", "rpi-lgpio"
WAYS = {OLD: "/dev/gpiomem*", NEW: "/dev/gpiochip*"}  # the files through which a module reaches the header
APT = "sudo apt install python3-rpi-lgpio"
JOIN = "sudo usermod -aG gpio $USER  # then log in again"


@dataclass(frozen=True, slots=True)
class Header:
    """`modules` are the packages that provide RPi.GPIO, with their versions."""

    is_pi: bool
    is_pi_5: bool
    modules: Mapping[str, str]
    chips: Mapping[str, bool]  # the module's files in /dev: whether this user may use them
    busy: bool  # by a box that runs
    trouble: str = ""  # what claiming the pins raised
    pressed: tuple[str, ...] = ()  # buttons that are, while nobody presses


def probe(file: str | None) -> Answer:
    """In a process apart: claim the pins as the box would, read the buttons, let go."""
    from edge_handsign.devices.gpio import GpioPins

    config = load(Path(file) if file else None)
    roles = {wire.pin: wire.role for wire in wires(config.pins, config.signs)}
    try:
        with GpioPins(config.pins, config.button_pins, config.led_pins) as pins:
            down = [roles[pin] for pin, level in zip(config.button_pins, pins.read(), strict=True) if level]
    except HardwareError as error:
        return {"trouble": str(error)}
    return {"pressed": down}


def look(patient: Patient) -> Header:
    """Packages and device files; the wires only where no box holds them and nothing else is wrong."""
    board = look_at_board(patient.tree)
    modules = _modules()
    way = WAYS[next(iter(modules), NEW)]
    header = Header(board.is_pi, board.is_pi_5, modules, _chips(patient.tree, way), patient.occupant.busy)
    return header if header.busy or judge(header).mend else tried(header, patient)


def tried(header: Header, patient: Patient) -> Header:
    """With what claiming the pins came to, and the buttons that were pressed."""
    file = None if patient.mistakes or patient.file is None else str(patient.file.absolute())
    try:
        told = apart.ask(probe, PATIENCE_S, file)
    except apart.Silent as error:
        return replace(header, trouble=f"the pins cannot be used: {error}")
    return replace(header, trouble=told.get("trouble", ""), pressed=tuple(told.get("pressed", ())))


def _modules() -> dict[str, str]:
    found = {}
    for name in (NEW, OLD):
        try:
            found[name] = version(name)
        except PackageNotFoundError:
            continue
    return found


def _chips(tree: Tree, way: str) -> dict[str, bool]:
    return {path.name: os.access(path, os.R_OK | os.W_OK) for path in tree.under(way)}


def judge(header: Header) -> Finding:
    """From the outside in: module, device file, permission, wires."""
    both = " and ".join(f"{name} {number}".strip() for name, number in header.modules.items())
    if not header.modules:
        return fault("the RPi.GPIO module is missing, or this Python does not see it", APT)
    if len(header.modules) > 1:
        return fault(f"{both} are two packages with one module: keep the first", "sudo apt remove python3-rpi.gpio")
    if header.is_pi_5 and OLD in header.modules:
        return fault(f"{both} does not know the Pi 5", APT)
    return _judge_the_way(header, both)


def _judge_the_way(header: Header, module: str) -> Finding:
    if not header.chips:
        missing = " or ".join(WAYS[name] for name in header.modules)
        return fault(f"there is no {missing} for {module}", "sudo apt full-upgrade && sudo reboot")
    if not any(header.chips.values()):
        return fault(f"this user may not use /dev/{', /dev/'.join(header.chips)}", JOIN)
    if header.busy:
        return ok(f"{module}; the box that runs holds the pins")
    if header.trouble:
        return fault(header.trouble, "edge-handsign config show && ls -l /dev/gpiochip*")
    if header.pressed:
        return warning(
            f"{', '.join(header.pressed)}: pressed, while nobody does: stuck, or wired the other way round",
            "edge-handsign doctor --wiring",
        )
    return ok(f"{module}, all pins can be used, no button is pressed")


def check(patient: Patient) -> Findings:
    """Look and judge, where there is a header."""
    header = look(patient)
    return {"pins": judge(header)} if header.is_pi else {}
