"""One connection, bounded in everything: how long a line, how many requests, how much unread. Never waited for."""

import os
import select
import socket
from collections.abc import Mapping

from edge_handsign.control.outbox import UNREAD, Outbox
from edge_handsign.control.protocol import LONGEST_LINE, Code, line_of, refusal

PER_S = 20.0  # requests a second that a connection is given, whatever it asks for
AT_ONCE = 40.0  # requests that it may have saved up
PAUSE_S = 1.0  # so long it is not read after it asked too often
FAREWELL_S = 2.0  # so long it may take to read why it is let go
IDLE_S = 60.0  # without a request, unless it watches or is owed an answer


class Caller:
    """Called from the server's thread only; every call returns at once."""

    def __init__(self, connection: socket.socket, now: float) -> None:
        connection.setblocking(False)
        self.connection = connection
        self.watching = False
        self.owed = False  # an answer; until then nothing more is read
        self.closed = False
        self._inbox = b""
        self._outbox = Outbox(connection)
        self._file: int | None = None  # a descriptor that came, for the next request that takes one
        self._ended = False  # says nothing more
        self._tokens = AT_ONCE
        self._counted_at = self._spoke_at = now
        self._paused_until = now
        self._leaves_at: float | None = None

    def hungry(self, now: float) -> bool:
        """Whether more may be taken in: not while a line waits, whole or too long, nor after it asked too often."""
        waits = b"\n" in self._inbox or len(self._inbox) > LONGEST_LINE
        return not (self.closed or self._ended or waits or now < self._paused_until)

    def receive(self) -> None:
        """Take in what has come, at most a line's length of it."""
        room = LONGEST_LINE + 1 - len(self._inbox)
        try:
            piece, files, _, _ = socket.recv_fds(self.connection, room, 1, socket.MSG_CMSG_CLOEXEC)
        except BlockingIOError:
            return
        except OSError:
            self.close()
            return
        for file in files:
            self._put_down()
            self._file = file
        self._inbox += piece
        self._ended = not piece

    def file(self) -> int | None:
        """The descriptor that came last, which is the caller's to close from now on."""
        file, self._file = self._file, None
        return file

    def line(self, now: float) -> bytes | None:
        """The next request, if it may make one now; what is too long ends the connection."""
        if self.closed or self.owed or self._outbox or self._leaves_at is not None or now < self._paused_until:
            return None
        line, end, rest = self._inbox.partition(b"\n")
        if len(line) + len(end) > LONGEST_LINE:
            self.dismiss(Code.TOO_LONG, f"a line has at most {LONGEST_LINE} bytes", now)
            return None
        if not end:
            return None
        self._inbox, self._spoke_at, self.owed = rest, now, True
        return line

    def may(self, cost: int, now: float) -> bool:
        """Whether it has saved up for this request; else it is told so, and not read for a while."""
        self._tokens = min(AT_ONCE, self._tokens + (now - self._counted_at) * PER_S)
        self._counted_at = now
        if self._tokens >= cost:
            self._tokens -= cost
            return True
        self._paused_until = now + PAUSE_S
        sentence = f"more than {PER_S:.0f} requests a second: this one was left out, the next are read in {PAUSE_S:g} s"
        self.answer(refusal(Code.TOO_OFTEN, sentence), now)
        return False

    def answer(self, message: Mapping[str, object], now: float, file: int | None = None) -> None:
        """What it is owed; beside it, the descriptor of a file, which is closed here."""
        self.owed = False
        self.tell(message, now, file)

    def tell(self, message: Mapping[str, object], now: float, file: int | None = None) -> None:
        """Send it as far as it is read, keep the rest; who lets too much lie is let go."""
        if self.closed or self._leaves_at is not None:
            if file is not None:
                os.close(file)
            return
        self._outbox.add(line_of(message), file)
        self._send()
        if self._outbox.crowded:
            self.dismiss(Code.TOO_SLOW, f"more than {UNREAD // 1024} KiB were not read in time", now)

    def dismiss(self, code: Code, sentence: str, now: float) -> None:
        """Let it go, with the reason behind the line that is half sent; what else waited for it is dropped."""
        self._outbox.drop()
        self._outbox.add(line_of(refusal(code, sentence)))
        self._leaves_at = now + FAREWELL_S
        self._send()

    def turn(self, now: float) -> None:
        """Once a tick: send what waits, and close what is over."""
        if self._outbox:
            self._send()
        if self.owed and _gone(self.connection):
            self.close()
        quiet = not (self._outbox or self.owed)
        if self._leaves_at is not None:
            if not self._outbox or now > self._leaves_at:
                self.close()
        elif quiet and self._ended and (self.watching or b"\n" not in self._inbox):
            self.close()
        elif quiet and not self.watching and now - self._spoke_at > IDLE_S:
            self.dismiss(Code.IDLE, f"nothing was asked for {IDLE_S:.0f} s, and others may want this place", now)

    def close(self) -> None:
        """It is over; the server hangs up."""
        self.closed = True
        self._inbox = b""
        self._outbox.close()
        self._put_down()

    def _put_down(self) -> None:
        if self._file is not None:
            os.close(self._file)
            self._file = None

    def _send(self) -> None:
        try:
            self._outbox.send()
        except OSError:
            self.close()


def _gone(connection: socket.socket) -> bool:
    """Whether the other end is closed, and not only silent."""
    poll = select.poll()
    poll.register(connection, 0)
    return bool(poll.poll(0))
