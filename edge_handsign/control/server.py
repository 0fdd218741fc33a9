"""The box's end of the socket. A turn a tick, and every few turns one request: no thread, no waiting.

The socket's mode lets its owner and its group in. What a process that died has left behind is replaced.
"""

import errno
import select
import socket
from collections.abc import Mapping
from contextlib import suppress
from pathlib import Path
from typing import Self

from edge_handsign.control.caller import Caller
from edge_handsign.control.protocol import FORMS, Code, Misunderstood, Request, line_of, refusal, request_of
from edge_handsign.errors import HardwareError

CALLERS = 8
GAP_S = 0.04  # between two requests, whoever asks: what answers them takes Python away from the eye
AT_THE_DOOR = 64  # one is let in, or told that there is no place, a turn
MODE = 0o660


class SocketError(HardwareError):
    """The box cannot be talked to, which does not hinder it otherwise."""


class Server:
    """Open for as long as its `with` lasts; SocketError when it cannot be. Main thread only."""

    def __init__(self, path: Path) -> None:
        self._path = path
        self._callers: list[Caller] = []  # who was heard last is last
        self._hears_at = 0.0
        try:
            self._door = _opened(path)
        except (OSError, ValueError) as error:
            raise SocketError(f"{path}: {error}: nobody can talk to the box; correct control.socket") from None

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self._door.close()
        for caller in self._callers:
            caller.close()
            caller.connection.close()
        self._path.unlink(missing_ok=True)

    def request(self, now: float) -> tuple[Caller, Request] | None:
        """What is asked in this turn, if it may be; it wants an `answer`, now or later."""
        self._listen(now)
        if now < self._hears_at:
            return None
        for caller in self._callers:
            line = caller.line(now)
            if line is not None:
                self._hears_at = now + GAP_S
                self._callers = [*(other for other in self._callers if other is not caller), caller]
                request = _understood(caller, line, now)
                return (caller, request) if request and caller.may(FORMS[request.do].cost, now) else None
        return None

    def publish(self, event: Mapping[str, object], now: float) -> None:
        """Tell everybody who watches."""
        for caller in self._callers:
            if caller.watching:
                caller.tell(event, now)

    def tidy(self, now: float) -> None:
        """The end of a turn: send what waits, and let go who has gone."""
        for caller in self._callers:
            caller.turn(now)
            if caller.closed:
                caller.connection.close()
        self._callers = [caller for caller in self._callers if not caller.closed]

    def _listen(self, now: float) -> None:
        hungry = {caller.connection.fileno(): caller for caller in self._callers if caller.hungry(now)}
        poll = select.poll()
        for descriptor in (self._door.fileno(), *hungry):
            poll.register(descriptor, select.POLLIN)
        for descriptor, _ in poll.poll(0):
            if descriptor in hungry:
                hungry[descriptor].receive()
            else:
                self._let_in(now)

    def _let_in(self, now: float) -> None:
        try:
            connection, _ = self._door.accept()
        except OSError:  # gone again, or no file descriptor is left: the next turn will see
            return
        if len(self._callers) >= CALLERS:
            sentence = f"{CALLERS} programs talk to the box already: close one and try again"
            with connection, suppress(OSError):  # it may be gone again
                connection.setblocking(False)
                connection.send(line_of(refusal(Code.TOO_MANY, sentence)))
            return
        self._callers.append(Caller(connection, now))


def _understood(caller: Caller, line: bytes, now: float) -> Request | None:
    try:
        return request_of(line)
    except Misunderstood as misunderstood:
        if caller.may(1, now):
            caller.answer(refusal(Code.BAD_LINE, str(misunderstood)), now)
        return None


def _opened(path: Path) -> socket.socket:
    _clear(path)
    door = socket.socket(socket.AF_UNIX)
    try:
        door.bind(str(path))
        path.chmod(MODE)
        door.listen(AT_THE_DOOR)
        door.setblocking(False)
    except BaseException:
        door.close()
        raise
    return door


def _clear(path: Path) -> None:
    """Remove a socket at which nobody listens any more; leave everything else where it is."""
    if not path.is_socket():
        return
    with socket.socket(socket.AF_UNIX) as visitor:
        visitor.setblocking(False)
        try:
            visitor.connect(str(path))
        except ConnectionRefusedError:
            path.unlink()
            return
    raise OSError(errno.EADDRINUSE, "another box answers there")
