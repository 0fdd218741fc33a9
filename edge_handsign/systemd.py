"""What systemd is told (ready, alive, stopping, a line for `systemctl status`) and where the log goes.

Silent where systemd is not. Liveness is earned: whoever calls `alive` does so because of progress, never from a timer.
Main thread only.
"""

import logging
import os
import socket
import sys
from contextlib import suppress

from edge_handsign.courier import Courier

IDENTIFIER = "edge-handsign"  # journalctl -t edge-handsign


class Herald:
    """Tells the service manager that started this process; when none did, every call does nothing."""

    def __init__(self) -> None:
        self._address = _address()
        self._between_s = _watchdog_s() / 2  # s; half of what systemd waits, as sd_watchdog_enabled(3) advises
        self._fed_at: float | None = None
        self._told_ready = False
        self._status = ""

    @property
    def heard(self) -> bool:
        """A service manager listens, and starts the box again when it ends."""
        return bool(self._address)

    def ready(self) -> None:
        """The box does what it is for, or says why not; only the first time is news."""
        if not self._told_ready:
            self._told_ready = True
            self._tell("READY=1")

    def alive(self, now: float) -> None:
        """There is progress; `now` in s, monotonic. Told as seldom as the watchdog allows."""
        if not self._between_s or (self._fed_at is not None and now - self._fed_at < self._between_s):
            return
        self._fed_at = now
        self._tell("WATCHDOG=1")

    def status(self, text: str) -> None:
        """One line for `systemctl status`, told when it changed."""
        text = " ".join(text.split())
        if text != self._status:
            self._status = text
            self._tell(f"STATUS={text}")

    def stopping(self) -> None:
        """From here on it is not a fault that no frame comes."""
        self._tell("STOPPING=1")

    def _tell(self, state: str) -> None:
        if not self._address:
            return
        with suppress(OSError), socket.socket(socket.AF_UNIX, socket.SOCK_DGRAM | socket.SOCK_CLOEXEC) as end:
            end.setblocking(False)  # systemd away for a moment must not stop the box; its watchdog decides
            end.sendto(state.encode(), self._address)


def log_to_journal(level: str = "info") -> None:
    """Send every logger's records to the journal when stderr leads there, else to stderr.

    In the journal, upper-case names in `extra` become fields: `log.info("...", extra={"CODE": "EH-101"})` is found by
    `journalctl CODE=EH-101`.
    """
    handler = Courier(_journal_handler() or _plain_handler())
    logging.basicConfig(level=level.upper(), handlers=[handler], force=True)


def _address() -> str:
    """Where sd_notify(3) says that the manager listens; a leading @ is the abstract namespace. Empty: nobody does."""
    named = os.environ.get("NOTIFY_SOCKET", "")
    return "\0" + named[1:] if named.startswith("@") else named


def _watchdog_s() -> float:
    """How long systemd waits for a sign of life, in s; 0 when it does not watch this process."""
    if os.environ.get("WATCHDOG_PID", str(os.getpid())) != str(os.getpid()):
        return 0.0
    waits_us = os.environ.get("WATCHDOG_USEC", "")
    return int(waits_us) / 1e6 if waits_us.isdecimal() else 0.0


def _plain_handler() -> logging.Handler:
    handler = logging.StreamHandler()
    handler.setFormatter(logging.Formatter("%(levelname)s: %(message)s"))
    return handler


def _journal_handler() -> logging.Handler | None:
    """None when stderr goes elsewhere, or when the library is missing: what is printed reaches the journal as well."""
    if not _stderr_is_the_journal():
        return None
    try:
        from systemd.journal import JournalHandler
    except ImportError:
        return None
    handler: logging.Handler = JournalHandler(SYSLOG_IDENTIFIER=IDENTIFIER)
    handler.setFormatter(logging.Formatter("%(message)s"))  # level and logger are fields of their own
    return handler


def _stderr_is_the_journal() -> bool:
    """A shell inside a service inherits JOURNAL_STREAM, so it names the device and inode that it is about."""
    try:
        stderr = os.fstat(sys.stderr.fileno())
    except (OSError, ValueError, AttributeError):
        return False
    return os.environ.get("JOURNAL_STREAM") == f"{stderr.st_dev}:{stderr.st_ino}"
