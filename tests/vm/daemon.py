"""Inside the machine: the service as systemd has it, and the box as its control socket tells it."""

import json
import socket
import subprocess
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from tests.vm.bench import hold_up, until

UNIT, RESCUE = "edge-handsign.service", "edge-handsign-rescue.service"
DROP_IN = Path(f"/run/systemd/system/{UNIT}.d/proof.conf")
SOCKET = "/run/edge-handsign/control.sock"
CONFIG = Path("/etc/edge-handsign/config.yaml")
START_S = 300.0  # to import, open the camera and see, on an emulated processor
DEVELOPED_S = 0.2  # from the camera's look at the scene to the stamp of its picture, at most


def said(*command: str, status: int = 0) -> str:
    """What a program prints; AssertionError when it does not end with this status."""
    done = subprocess.run(command, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True, check=False)
    assert done.returncode == status, f"{' '.join(command)} ended with {done.returncode}:\n{done.stdout}"
    return done.stdout.strip()


def shown(name: str) -> str:
    """A property of the unit."""
    return said("systemctl", "show", "--value", f"--property={name}", UNIT)


def active() -> bool:
    """Whether systemd has heard READY of the process that now runs."""
    return shown("ActiveState") == "active"


def pid() -> int:
    """Of the box; 0 while there is none."""
    return int(shown("MainPID"))


def journal(text: str, unit: str = UNIT) -> int:
    """How often this boot's log of the unit has it."""
    return said("journalctl", "--boot", "--no-pager", "--unit", unit, "--output", "cat").count(text)


@contextmanager
def changed(lines: str) -> Iterator[None]:
    """The unit with these lines more in its section Service."""
    DROP_IN.parent.mkdir(parents=True, exist_ok=True)
    DROP_IN.write_text(f"[Service]\n{lines}\n")
    try:
        said("systemctl", "daemon-reload")
        yield
    finally:
        DROP_IN.unlink()
        said("systemctl", "daemon-reload")


def asked(do: str, **more: object) -> dict[str, Any]:
    """An answer of the control socket."""
    with socket.socket(socket.AF_UNIX) as box:
        box.settimeout(60)
        box.connect(SOCKET)
        box.sendall(json.dumps({"do": do, **more}).encode() + b"\n")
        with box.makefile("rb") as lines:
            answer: dict[str, Any] = json.loads(lines.readline())
    return answer


def knows() -> dict[str, int]:
    """How many samples of each sign that has some."""
    return {sign: count for sign, count in asked("status")["samples"].items() if count}


def show(photograph: Path) -> None:
    """Hold it up, and wait until a picture of it has gone through the network."""
    hold_up(photograph)
    held_at = time.monotonic()
    until(lambda: _picture_at() > held_at + DEVELOPED_S, "the camera sees it")


def _picture_at() -> float:
    """When the newest picture was taken, s, of this machine's clock."""
    age_s = asked("status")["frame_age_s"]
    return time.monotonic() - age_s if age_s is not None else 0.0
