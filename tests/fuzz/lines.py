"""Lines over the control socket: spoilt requests, any JSON, half lines, in pieces, from clients that vanish."""

import json
import socket
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from itertools import pairwise

from hypothesis import strategies as st

from edge_handsign.control import FORMS, Refusal
from tests.fuzz.judgement import Finding
from tests.fuzz.mutations import spoilt
from tests.test_control import running

LONGEST_LINE = 4096  # bytes, with its end
REQUESTS = (
    *(json.dumps({"do": do.value, "sign": "fist"}).encode() for do in FORMS),
    *(b'{"do": "status"}', b'{"do": "undo"}', b'{"do": "teach", "sign": "Bl\xc3\xa5b\xc3\xa6r"}', b"{}", b""),
    *(b'{"do": "status"' + b" " * (LONGEST_LINE - 17) + b"}", b'{"do": "' + b"x" * LONGEST_LINE + b'"}'),
)
PIECES = (b'"\\ud800"', b"NaN", b"1e999", b"\xff\xfe", b"\0", b"[" * 2000, b'"do"', b"\r", b"9" * 100)


@dataclass(frozen=True, slots=True)
class Visit:
    """What one client sends, and whether it is gone then."""

    pieces: tuple[bytes, ...]
    vanishes: bool

    @property
    def lines(self) -> int:
        """Of those that are complete, the ones that must be answered."""
        return b"".join(self.pieces).count(b"\n")


def cases() -> st.SearchStrategy[Visit]:
    """All kinds."""
    plain = st.none() | st.booleans() | st.integers() | st.floats() | st.text(max_size=70)
    inner = st.recursive(
        plain, lambda one: st.lists(one, max_size=3) | st.dictionaries(st.text(max_size=5), one), max_leaves=5
    )
    keys = st.sampled_from(["do", "sign", "name", "skip"]) | st.text(max_size=4)
    names = st.sampled_from([do.value for do in FORMS]) | inner
    said = st.dictionaries(keys, inner, max_size=3) | st.builds(
        lambda do, more: {"do": do} | more, names, st.dictionaries(keys, inner, max_size=2)
    )
    request = spoilt(REQUESTS, PIECES) | said.map(lambda one: json.dumps(one).encode()) | st.sampled_from(REQUESTS)
    lines = st.lists(request.map(lambda one: one.replace(b"\n", b"") + b"\n"), min_size=1, max_size=3).map(b"".join)
    whole = lines | st.builds(bytes.__add__, lines, st.binary(max_size=20)) | st.binary(max_size=60)
    return st.builds(_visit, whole, st.lists(st.floats(0, 1), max_size=2), st.sampled_from([False, False, False, True]))


def _visit(whole: bytes, cuts: list[float], vanishes: bool) -> Visit:
    at = [0, *sorted(int(share * len(whole)) for share in cuts), len(whole)]
    return Visit(tuple(whole[a:b] for a, b in pairwise(at)), vanishes)


@contextmanager
def listening() -> Iterator[Callable[[Visit], None]]:
    """A box that runs, in a process of its own, and that must still run at the end."""
    with running() as place:

        def visit(case: Visit) -> None:
            with place.raw() as connection:
                _send(connection, case)
                if not case.vanishes:
                    _judge(_answers(connection), case)

        yield visit
        with place.client() as client:
            client.ask("status")


def _send(connection: socket.socket, case: Visit) -> None:
    with suppress(BrokenPipeError, ConnectionResetError):  # it may hang up at the first line that is too long
        for piece in case.pieces:
            connection.sendall(piece)
        if not case.vanishes:
            connection.shutdown(socket.SHUT_WR)


def _answers(connection: socket.socket) -> list[bytes]:
    """Until it hangs up, which it may do with something of ours unread."""
    answers = b""
    with suppress(ConnectionResetError):
        while piece := connection.recv(65536):
            answers += piece
    return answers.splitlines()


def _judge(answers: list[bytes], case: Visit) -> None:
    """As many as were asked for, unless it was let go; a line each, for programs, with a sentence for people."""
    told = [json.loads(line) for line in answers]
    if not all(isinstance(one, dict) and ("ok" in one) != ("event" in one) for one in told):
        raise Finding(f"{told!r:.200}")
    answered = [one for one in told if "ok" in one]
    dismissed = any(one.get("code") in ("too-long", "too-many", "too-slow") for one in answered)
    watched = len(answered) < len(told) or any("condition" in one and "protocol" not in one for one in answered)
    if len(answered) != case.lines and not dismissed and not watched:
        raise Finding(f"{len(answered)} answers to {case.lines} lines: {answers!r:.300}")
    for one in answered:
        if not one["ok"]:
            raise Refusal(one["error"])
