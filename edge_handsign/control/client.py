"""The other end of the socket: what the command line, and any other program beside the box, asks with."""

import json
import os
import socket
from collections.abc import Iterator, Mapping
from contextlib import suppress
from pathlib import Path
from time import sleep
from typing import Any, BinaryIO, Self

from edge_handsign.control.sealed import sealed
from edge_handsign.errors import PlainError

PAUSE_S = 0.1  # between two parts, so as not to ask too often
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
        self._inbox = b""
        self._file: int | None = None  # a descriptor that came with the last answer

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        if self._file is not None:
            os.close(self._file)
        self._socket.close()

    def ask(self, do: str, **more: object) -> Mapping[str, Any]:
        """The answer; Refusal when it is a no, NotRunning when none comes. Not after `watch`."""
        with suppress(OSError):  # it may have said why before it hung up
            self._socket.sendall(json.dumps({"do": do, **more}).encode() + b"\n")
        return self._message()

    def all(self, do: str, what: str, **more: object) -> list[Mapping[str, Any]]:
        """What an answer has only a part of."""
        found: list[Mapping[str, Any]] = []
        while True:
            told = self.ask(do, skip=len(found), **more)
            found += told[what]
            if not told["more"]:
                return found
            sleep(PAUSE_S)

    def give(self, do: str, content: bytes) -> Mapping[str, Any]:
        """The same, with a file beside it."""
        file = sealed(content)
        try:
            with suppress(OSError):
                socket.send_fds(self._socket, [json.dumps({"do": do}).encode() + b"\n"], [file])
        finally:
            os.close(file)
        return self._message()

    def fetch(self, do: str) -> BinaryIO:
        """The file that comes with the answer."""
        self.ask(do)
        file, self._file = self._file, None
        if file is None:
            raise NotRunning("the box has sent no file: is it of another release? edge-handsign status says so")
        return os.fdopen(file, "rb")

    def events(self) -> Iterator[Mapping[str, Any]]:
        """What happens from now on, for as long as it takes; ends with NotRunning or a Refusal."""
        self.ask("watch")
        self._socket.settimeout(None)
        while True:
            yield self._message()

    def _message(self) -> Mapping[str, Any]:
        try:
            line = self._line()
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

    def _line(self) -> bytes:
        """Empty when the connection has ended."""
        while b"\n" not in self._inbox:
            piece, files, _, _ = socket.recv_fds(self._socket, 65536, 1, socket.MSG_CMSG_CLOEXEC)
            self._file = files[0] if files else self._file
            if not piece:
                return b""
            self._inbox += piece
        line, _, self._inbox = self._inbox.partition(b"\n")
        return line
