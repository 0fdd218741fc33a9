"""The control socket's server alone: real sockets, and a clock of the test's."""

import fcntl
import json
import socket
import stat
import struct
import termios
import time
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager, suppress
from pathlib import Path
from tempfile import TemporaryDirectory

import pytest

from edge_handsign.control import FORMS, Caller, Client, Do, Server
from edge_handsign.control.caller import AT_ONCE, IDLE_S
from edge_handsign.control.client import NotRunning
from edge_handsign.control.outbox import UNREAD
from edge_handsign.control.protocol import LONGEST_LINE
from edge_handsign.control.server import GAP_S, SocketError


@contextmanager
def server() -> Iterator[tuple[Server, Path]]:
    with TemporaryDirectory(prefix="eh") as name, Server(Path(name) / "c.sock") as opened:
        yield opened, Path(name) / "c.sock"


def turn(opened: Server, now: float) -> Caller | None:
    """A turn; who was answered."""
    caller = None
    if asked := opened.request(now):
        caller, request = asked
        caller.watching |= request.do is Do.WATCH
        caller.answer({"ok": True}, now)
    opened.tidy(now)
    return caller


def test_who_watches_and_does_not_read_is_let_go_and_never_waited_for() -> None:
    with server() as (opened, path), socket.socket(socket.AF_UNIX) as watcher:
        watcher.connect(str(path))
        watcher.sendall(b'{"do": "watch"}\n')
        turn(opened, 0.0)
        turn(opened, 0.1)
        event = {"event": "said", "signal": "tick", "text": "x" * 400}
        slowest = 0.0
        for number in range(3000):
            began = time.perf_counter()
            opened.publish(event, 0.2 + number * 1e-6)
            slowest = max(slowest, time.perf_counter() - began)
        turn(opened, 0.3)
        assert slowest < 0.2
        watcher.settimeout(2)
        received = b""
        while piece := watcher.recv(65536):
            received += piece
            turn(opened, 0.4)
        told = [json.loads(line) for line in received.splitlines()]
        assert told[-1]["code"] == "too-slow"
        assert all(one == event for one in told[1:-1])
        assert len(received) < 10 * UNREAD


def test_who_never_says_anything_makes_room() -> None:
    with server() as (opened, path), socket.socket(socket.AF_UNIX) as silent, socket.socket(socket.AF_UNIX) as watcher:
        for one in (silent, watcher):
            one.connect(str(path))
            turn(opened, 0.0)
        watcher.sendall(b'{"do": "watch"}\n')
        turn(opened, 0.1)
        turn(opened, IDLE_S + 1)
        assert json.loads(silent.recv(4096))["code"] == "idle"
        turn(opened, IDLE_S + 2)
        assert silent.recv(4096) == b""
        opened.publish({"event": "x"}, IDLE_S + 3)
        assert b'{"event":"x"}' in watcher.recv(4096)


def test_costly_requests_count_for_more() -> None:
    with server() as (opened, path), socket.socket(socket.AF_UNIX) as caller:
        caller.connect(str(path))
        caller.sendall(b'{"do": "reload"}\n' * 10)
        heard = [turn(opened, number * GAP_S) for number in range(10)]
        assert len([one for one in heard if one]) == AT_ONCE / FORMS[Do.RELOAD].cost


@contextmanager
def seated(opened: Server, path: Path, count: int) -> Iterator[list[socket.socket]]:
    with ExitStack() as stack:
        callers = [stack.enter_context(socket.socket(socket.AF_UNIX)) for _ in range(count)]
        for caller in callers:
            caller.connect(str(path))
            turn(opened, 0.0)
        yield callers


def test_all_together_are_heard_so_often_and_each_in_turn() -> None:
    with server() as (opened, path), seated(opened, path, 3) as callers:
        for caller in callers:
            caller.sendall(b'{"do": "status"}\n' * 200)
        began, ticks = 1.0, 300
        heard = [one for number in range(ticks) if (one := turn(opened, began + number * 0.01))]
        assert len(heard) == pytest.approx(ticks * 0.01 / GAP_S, rel=0.3)
        assert all(len({*heard[first : first + 3]}) == 3 for first in range(len(heard) - 2))


def test_a_flood_is_left_where_it_is() -> None:
    """Who is behind is not read, so that the kernel makes it wait; and it is served when its turn comes."""
    with server() as (opened, path), seated(opened, path, 1) as (flooding,):
        flooding.setblocking(False)
        sent = 0
        with suppress(BlockingIOError):
            while sent < 100 * LONGEST_LINE:
                sent += flooding.send(b'{"do": "status"}\n' * 100)
        before = _unread(flooding)
        for number in range(100):
            turn(opened, 1.0 + number * 0.01)
        assert 0 < before - _unread(flooding) <= 2 * LONGEST_LINE
        assert flooding.recv(4096).count(b"\n") > 10


def test_who_hangs_up_is_missed_at_once_though_another_line_of_it_waits() -> None:
    with server() as (opened, path):
        with seated(opened, path, 1) as (caller,):
            caller.sendall(b'{"do": "backup"}\n{"do": "status"}\n')
            asked = opened.request(1.0)
            assert asked
            opened.tidy(1.0)
            assert not asked[0].closed, "it is owed an answer, and waits for it"
        opened.request(1.01)
        opened.tidy(1.01)
        assert asked[0].closed


def _unread(sender: socket.socket) -> int:
    """Bytes, with the kernel's own, that the other end has not taken in yet."""
    (held,) = struct.unpack("i", fcntl.ioctl(sender, termios.TIOCOUTQ, b"\0" * 4))
    return int(held)


def test_the_group_may_talk_and_others_may_not() -> None:
    with server() as (_, path):
        assert stat.S_IMODE(path.stat().st_mode) == 0o660
    assert not path.exists()


def test_what_a_dead_box_left_is_replaced_and_a_living_one_is_left_alone() -> None:
    with TemporaryDirectory(prefix="eh") as name:
        path = Path(name) / "c.sock"
        with socket.socket(socket.AF_UNIX) as dead:
            dead.bind(str(path))
        with Server(path):
            with pytest.raises(SocketError, match="another box answers there"):
                Server(path)
            with Client(path, patience_s=0.1) as client, pytest.raises(NotRunning, match="does not answer"):
                client.ask("status")
        path.write_text("something of somebody's")
        with pytest.raises(SocketError, match="in use"):
            Server(path)
        assert path.read_text() == "something of somebody's"
        with pytest.raises(SocketError, match="nobody can talk"):
            Server(Path(name) / "not" / "there")
