"""What waits to be read by one caller: lines, one of them perhaps with a descriptor beside it. Never waited for."""

import os
import socket

UNREAD = 64 * 1024  # bytes that may wait, beside what the kernel holds


class Outbox:
    """`OSError` passes through when the other end is gone; whoever has one closes it."""

    def __init__(self, connection: socket.socket) -> None:
        self._connection = connection
        self._lines = b""
        self._cut = False  # they begin in the middle of one
        self._file: int | None = None
        self._before = 0  # bytes to be sent before the line that it goes with

    def __bool__(self) -> bool:
        return bool(self._lines)

    @property
    def crowded(self) -> bool:
        """Too much waits."""
        return len(self._lines) > UNREAD

    def add(self, line: bytes, file: int | None = None) -> None:
        """The descriptor `file` is closed here, sent or not."""
        if file is not None:
            self._file, self._before = file, len(self._lines)
        self._lines += line

    def drop(self) -> None:
        """All but the rest of a line that is half sent."""
        self._close_file()
        self._lines = self._lines.partition(b"\n")[0] + b"\n" if self._cut else b""

    def send(self) -> None:
        """As much as is taken."""
        while self._lines:
            try:
                sent = self._send()
            except BlockingIOError:
                return
            self._cut = not self._lines[:sent].endswith(b"\n")
            self._lines = self._lines[sent:]
            if self._file is None:
                return

    def close(self) -> None:
        """Nothing of it will be sent any more."""
        self._close_file()
        self._lines = b""

    def _send(self) -> int:
        if self._file is None:
            return self._connection.send(self._lines)
        if self._before:
            sent = self._connection.send(self._lines[: self._before])
            self._before -= sent
            return sent
        sent = socket.send_fds(self._connection, [self._lines], [self._file])
        self._close_file()
        return sent

    def _close_file(self) -> None:
        if self._file is not None:
            os.close(self._file)
            self._file = None
