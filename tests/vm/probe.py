"""Tries what the box must not be able to do, and what it needs; prints what came of it as JSON, null where it went.

Runs inside the machine on the box's own interpreter, once in the unit's sandbox and once outside of it.
"""

import ctypes
import json
import os
import socket
from collections.abc import Callable
from pathlib import Path

NEW_USER = 0x10000000  # CLONE_NEWUSER of unshare(2)


def _opened(path: str, flags: int = os.O_RDONLY) -> None:
    os.close(os.open(path, flags))


def _unshare() -> None:
    libc = ctypes.CDLL(None, use_errno=True)
    if libc.unshare(NEW_USER):
        raise OSError(ctypes.get_errno(), os.strerror(ctypes.get_errno()))


def _network(family: socket.AddressFamily, address: object) -> None:
    with socket.socket(family, socket.SOCK_DGRAM) as wire:
        wire.connect(address)  # type: ignore[arg-type]


TRIED: dict[str, Callable[[], object]] = {
    "IPv4": lambda: _network(socket.AF_INET, ("127.0.0.1", 9)),
    "IPv6": lambda: _network(socket.AF_INET6, ("::1", 9)),
    "a disk": lambda: _opened("/dev/vda"),
    "the kernel's log": lambda: _opened("/dev/kmsg"),
    "file systems of its own": lambda: _opened("/dev/fuse", os.O_RDWR),
    "/home": lambda: Path("/home/outsider/open.txt").read_text(),
    "writing to /home": lambda: Path("/home/outsider/new.txt").write_text("x"),
    "other processes": lambda: Path("/proc/1/comm").read_text(),
    "root:writing to /etc": lambda: Path("/etc/edge-handsign/probe").write_text("x"),
    "root:writing to /opt": lambda: Path("/opt/edge-handsign/probe").write_text("x"),
    "a user namespace": _unshare,
    "needed:camera": lambda: _opened("/dev/video0", os.O_RDWR),
    "needed:media": lambda: _opened("/dev/media0", os.O_RDWR),
    "needed:memory for pictures": lambda: _opened("/dev/dma_heap/system"),
    "needed:pins": lambda: _opened("/dev/gpiochip0", os.O_RDWR),
    "needed:its memory": lambda: Path("/var/lib/edge-handsign/probe").write_text("x"),
}


def _trouble(tried: Callable[[], object]) -> str | None:
    try:
        tried()
    except (OSError, AttributeError) as error:
        return str(error)
    return None


if __name__ == "__main__":
    print(json.dumps({name: _trouble(tried) for name, tried in TRIED.items()}))
    Path("/var/lib/edge-handsign/probe").unlink(missing_ok=True)
