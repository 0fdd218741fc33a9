"""Who holds camera and pins now. In doubt somebody does, and then nobody else touches them."""

import os
import subprocess
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from edge_handsign.control import Client
from edge_handsign.control.client import NotAllowed
from edge_handsign.doctor.tree import Tree
from edge_handsign.errors import PlainError

UNIT = "edge-handsign.service"
PROPERTIES = ("LoadState", "ActiveState", "SubState", "UnitFileState", "Result", "ExecMainStatus", "NRestarts")
AT_WORK = ("active", "activating", "reloading", "deactivating")
PATIENCE_S = 5.0


@dataclass(frozen=True, slots=True)
class Occupant:
    """The box that may be running, as far as it can be seen from outside."""

    told: Mapping[str, Any] | None = None  # its answer to `status`
    refusal: str = ""  # why it gave none, though it is there
    unit: Mapping[str, str] = field(default_factory=dict)  # PROPERTIES; empty where systemd is not
    locked: bool = False  # somebody keeps samples in the folder

    @property
    def busy(self) -> bool:
        """Somebody holds the devices, or may."""
        return bool(self.told or self.refusal or self.locked or self.unit.get("ActiveState") in AT_WORK)


def look(socket: Path, folder: Path, tree: Tree) -> Occupant:
    """Ask the box, systemd and the lock of the samples' folder."""
    told, refusal = _ask(socket)
    return Occupant(told, refusal, unit_state(), is_locked(folder, tree))


def _ask(socket: Path) -> tuple[Mapping[str, Any] | None, str]:
    try:
        box = Client(socket, PATIENCE_S)
    except NotAllowed as error:
        return None, str(error)
    except PlainError:
        return None, ""
    with box:
        try:
            return box.ask("status"), ""
        except PlainError as error:
            return None, str(error)


def unit_state() -> Mapping[str, str]:
    """What systemd says of the service; empty where it says nothing in time."""
    command = ["systemctl", "show", UNIT, *(f"--property={name}" for name in PROPERTIES)]
    try:
        done = subprocess.run(command, capture_output=True, text=True, timeout=PATIENCE_S, check=True)
    except (OSError, subprocess.SubprocessError):
        return {}
    return dict(line.split("=", 1) for line in done.stdout.splitlines() if "=" in line)


def is_locked(folder: Path, tree: Tree) -> bool:
    """Whether a process keeps samples there, from the kernel's list: to try the lock would be to take it."""
    try:
        lock = (folder / "lock").stat()
    except OSError:
        return False
    place = f"{os.major(lock.st_dev):02x}:{os.minor(lock.st_dev):02x}:{lock.st_ino}"
    return any("FLOCK" in line and place in line.split() for line in tree.lines("/proc/locks"))
