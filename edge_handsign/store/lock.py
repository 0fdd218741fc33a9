"""One process per folder: an advisory lock that the kernel lets go of when its holder ends, however it ends.

SQLite's own exclusive mode begins with the first write, which is too late to tell a second daemon to go away.
"""

import fcntl
import os
from contextlib import suppress
from pathlib import Path
from typing import Self

from edge_handsign.errors import StoreError
from edge_handsign.store.troubles import explained

PID_WIDTH = 20  # always as many bytes, so that writing them needs no new block on a full card


class Lock:
    """Held from construction to exit; StoreError names the process that holds it already."""

    def __init__(self, folder: Path) -> None:
        with explained(folder):
            self._fd = os.open(folder / "lock", os.O_RDWR | os.O_CREAT, 0o600)
        try:
            self._take(folder)
        except BaseException:
            os.close(self._fd)
            raise

    def _take(self, folder: Path) -> None:
        try:
            fcntl.flock(self._fd, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            holder = os.pread(self._fd, PID_WIDTH, 0).decode("ascii", "replace").strip() or "unknown"
            raise StoreError(
                f"{folder} is in use by process {holder}, and only one at a time may keep samples there: "
                "stop it (the service: sudo systemctl stop edge-handsign) and try again"
            ) from None
        with suppress(OSError):  # the number is a courtesy; the lock holds without it
            os.pwrite(self._fd, str(os.getpid()).ljust(PID_WIDTH).encode(), 0)

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        os.close(self._fd)
