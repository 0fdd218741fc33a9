"""One connection, bounded in everything: how long a line, how many requests, how much unread. Never waited for."""

import socket
from collections.abc import Mapping

from edge_handsign.control.protocol import LONGEST_LINE, Code, line_of, refusal

PER_S = 20.0  # requests a second that a connection is given, whatever it asks for
AT_ONCE = 40.0  # requests that it may have saved up
PAUSE_S = 1.0  # so long it is not read after it asked too often
UNREAD = 64 * 1024  # bytes that may wait for it here, beside what the kernel holds
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
        self._outbox = b""
        self._cut = False  # the outbox begins in the middle of a line
        self._ended = False  # says nothing more
        self._tokens = AT_ONCE
        self._counted_at = self._spoke_at = now
        self._paused_until = now
        self._leaves_at: float | None = None

    def receive(self) -> None:
        """Take in what has come, at most a line's length of it."""
        room = LONGEST_LINE + 1 - len(self._inbox)
        if self.closed or self._ended or room <= 0:
            return
        try:
            piece = self.connection.recv(room)
        except BlockingIOError:
            return
        except OSError:
            self.close()
            return
        self._inbox += piece
        self._ended = not piece

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

    def answer(self, message: Mapping[str, object], now: float) -> None:
        """What it is owed."""
        self.owed = False
        self.tell(message, now)

    def tell(self, message: Mapping[str, object], now: float) -> None:
        """Send it as far as it is read, keep the rest; who lets too much lie is let go."""
        if self.closed or self._leaves_at is not None:
            return
        self._outbox += line_of(message)
        self._send()
        if len(self._outbox) > UNREAD:
            self.dismiss(Code.TOO_SLOW, f"more than {UNREAD // 1024} KiB were not read in time", now)

    def dismiss(self, code: Code, sentence: str, now: float) -> None:
        """Let it go, with the reason behind the line that is half sent; what else waited for it is dropped."""
        half = self._outbox.partition(b"\n")[0] + b"\n" if self._cut else b""
        self._outbox = half + line_of(refusal(code, sentence))
        self._leaves_at = now + FAREWELL_S
        self._send()

    def turn(self, now: float) -> None:
        """Once a tick: send what waits, and close what is over."""
        if self._outbox:
            self._send()
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
        self._inbox = self._outbox = b""

    def _send(self) -> None:
        try:
            sent = self.connection.send(self._outbox)
        except BlockingIOError:
            return
        except OSError:
            self.close()
            return
        self._cut = not self._outbox[:sent].endswith(b"\n")
        self._outbox = self._outbox[sent:]
