"""A little of what scripts/fuzz does, and what it once found."""

import socket
from collections.abc import Callable
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

import pytest

from edge_handsign.control import Server
from edge_handsign.control.server import CALLERS
from edge_handsign.errors import PlainError
from tests.fuzz import configs
from tests.fuzz.judgement import Finding, Judge, insist_on_a_sentence
from tests.fuzz.kinds import KINDS, tried

CASES = 1000  # of all kinds together; the rest of 10,000 is scripts/fuzz's
FEWEST = 0.03  # of the cases are taken, else they test the door only


@pytest.mark.parametrize("name", KINDS)
def test_what_comes_from_outside_is_good_or_a_sentence(name: str) -> None:
    count = round(CASES * KINDS[name].share)
    tally = tried(KINDS[name], count)
    assert tally.cases >= count
    assert tally.taken > FEWEST * count < tally.refused


def test_thousands_of_unknown_keys_are_no_work() -> None:
    with configs.reading() as read:
        judge = Judge(read)
        judge("".join(f"k{number}: 1\n" for number in range(7000)).encode())
    assert judge.tally.refused == 1


def test_who_finds_no_place_and_leaves_at_once_does_not_end_the_box() -> None:
    with TemporaryDirectory(prefix="eh") as name, Server(Path(name) / "c.sock") as server:
        seated = [socket.socket(socket.AF_UNIX) for _ in range(CALLERS)]
        for one in (*seated, socket.socket(socket.AF_UNIX)):
            one.connect(str(Path(name) / "c.sock"))
            if one not in seated:
                one.close()
            assert server.request(0.0) is None
            server.tidy(0.0)
        for one in seated:
            one.close()


# The judge is honest.


def _loop(_: bytes) -> None:
    while True:
        pass


WRONG: dict[str, Callable[[bytes], Any]] = {"an error": lambda content: content[9], "for ever": _loop}


@pytest.mark.parametrize("what", WRONG)
def test_the_judge_takes_no_error_and_no_endless_work(what: str) -> None:
    with pytest.raises((Finding, IndexError)):
        Judge(WRONG[what], longest_s=0.01)(b"")


def test_the_judge_takes_no_text_that_is_no_sentence() -> None:
    for text in ("", "\x1b[2J", "x" * 1000, "Traceback (most recent call last):"):
        with pytest.raises(Finding):
            insist_on_a_sentence(text)

    def refuse(_: bytes) -> None:
        raise PlainError("two\x07bells")

    with pytest.raises(Finding):
        Judge(refuse)(b"")
