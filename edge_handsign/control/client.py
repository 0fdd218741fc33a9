"""The other end of the socket: what the command line, and any other program beside the box, asks with."""

import json
import socket
from collections.abc import Iterator, Mapping
from contextlib import suppress
from pathlib import Path
from typing import Any, Self

from edge_handsign.errors import PlainError

PATIENCE_S = 15.0  # for an answer; a lesson may wait for its picture, a card for itself
NOT_RUNNING = (
    "the box is not running (nobody answers at {path}): sudo systemctl start edge-handsign, "
    "or --socket FILE for one that was started by hand"
)
NOT_ALLOWED = (
    "{path}: you may not talk to the box; join its group with: sudo usermod -aG edge-handsign $USER, "
    "then log out and in again"
)


class NotRunning(PlainError):
    """No box answers."""

    exit_code = 69  # EX_UNAVAILABLE


class NotAllowed(PlainError):
    """There is one, but not for this user."""

    exit_code = 77  # EX_NOPERM


class Refusal(PlainError):
    """The box has understood and does not do it; the sentence is its own."""


class Client:
    """A connection to the box that runs; NotRunning, or NotAllowed, when there is none."""

    def __init__(self, path: Path, patience_s: float = PATIENCE_S) -> None:
        self._socket = socket.socket(socket.AF_UNIX)
        self._socket.settimeout(patience_s)
        try:
            self._socket.connect(str(path))
        except PermissionError:
            self._socket.close()
            raise NotAllowed(NOT_ALLOWED.format(path=path)) from None
        except OSError:
            self._socket.close()
            raise NotRunning(NOT_RUNNING.format(path=path)) from None
        self._lines = self._socket.makefile("rb")

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self._lines.close()
        self._socket.close()

    def ask(self, do: str, **more: object) -> Mapping[str, Any]:
        """The answer; Refusal when it is a no, NotRunning when none comes. Not after `watch`."""
        with suppress(OSError):  # it may have said why before it hung up
            self._socket.sendall(json.dumps({"do": do, **more}).encode() + b"\n")
        return self._message()

    def events(self) -> Iterator[Mapping[str, Any]]:
        """What happens from now on, for as long as it takes; ends with NotRunning or a Refusal."""
        self.ask("watch")
        self._socket.settimeout(None)
        while True:
            yield self._message()

    def _message(self) -> Mapping[str, Any]:
        try:
            line = self._lines.readline()
        except TimeoutError:
            raise NotRunning("the box does not answer: systemctl status edge-handsign says what it is at") from None
        except OSError:
            line = b""
        if not line:
            raise NotRunning("the box has ended, or ended the connection, without an answer")
        message: Mapping[str, Any] = json.loads(line)
        if message.get("ok") is False:
            raise Refusal(str(message["error"]))
        return message
