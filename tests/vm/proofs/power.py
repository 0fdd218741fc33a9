"""Teaching while the plug may be pulled: what was acknowledged is told to the world outside at once."""

import os
from mmap import mmap
from pathlib import Path

from tests.vm.bench import HANDS, photographs, until
from tests.vm.daemon import START_S, UNIT, active, asked, knows, said, show

CARD = Path("/dev/disk/by-id/virtio-card")
FOLDER = Path("/var/lib/edge-handsign")
TOLD = Path("/share/acknowledged")


def recorded(lessons: int, end: int) -> str:
    """Teach on a disk whose writes and flushes are recorded; an acknowledgement is a write behind `end`, in order."""
    said("systemctl", "stop", UNIT)
    said("mount", str(CARD), str(FOLDER))
    said("systemctl", "start", UNIT)
    note = mmap(-1, 512)
    wire = os.open(CARD, os.O_WRONLY | os.O_DIRECT)
    signs = list(HANDS)
    for lesson in range(lessons):
        _teach(signs[lesson % len(signs)])
        os.pwrite(wire, note, end)
    os.close(wire)
    said("systemctl", "stop", UNIT)
    said("umount", str(FOLDER))
    said("systemctl", "start", UNIT)
    return f"{lessons} lessons"


def teaching() -> str:
    """Until the plug is pulled."""
    show(photographs("fist")[0])
    while True:
        _teach("fist")
        with TOLD.open("a") as told:
            print(knows()["fist"], file=told, flush=True)


def remembers(acknowledged: int) -> str:
    """After the boot that follows: all of them, perhaps one more whose acknowledgement got no further."""
    until(active, "the service is active", START_S)
    known = knows()["fist"]
    assert acknowledged <= known <= acknowledged + 1, f"{acknowledged} were acknowledged, {known} are there"
    return f"{acknowledged} acknowledged samples of fist, {known} found"


def _teach(sign: str) -> None:
    told = asked("teach", sign=sign)
    assert told["ok"], told
