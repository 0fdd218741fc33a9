"""The whole box as a process: real photographs or drawn hands, real interpreter, real store, pretend fingers."""

import time
from pathlib import Path

import pytest

from tests.simulator import Simulator, linked, lit

SIGNS = ("rock", "paper", "scissors")


@pytest.fixture
def photographs(data: Path, tmp_path: Path) -> Path:
    """A few photographs of each sign, by other people than the backbone knows."""
    album = data / "rps_laya_webcam"
    return linked(tmp_path / "photographs", {sign: sorted((album / sign).glob("*.jpg"))[:6] for sign in SIGNS})


def test_taught_on_photographs_stopped_and_started_again_it_still_knows(photographs: Path, tmp_path: Path) -> None:
    bench = ["--camera", f"pictures:{photographs}", "--state", str(tmp_path / "state")]
    with Simulator(*bench) as box:
        for number, sign in enumerate(sorted(SIGNS)):
            box.order(*["press next"] * (number > 0))
            box.teach(sign, presses=6)
        for sign in SIGNS:
            box.order(f"show {sign}")
            box.until(lit(sign))
        assert box.terminate() == 0
    with Simulator(*bench) as again:
        again.order("show scissors")
        state = again.until(lit("scissors"))
        assert state["samples"] == dict.fromkeys(SIGNS, 6)
        again.order("show rock")
        again.until(lit("rock"))
        assert again.terminate() == 0


def test_drawn_hands_are_told_apart(tmp_path: Path) -> None:
    signs = ("fist", "palm", "peace", "point")
    with Simulator("--state", tmp_path) as box:
        for number, sign in enumerate(signs):
            box.order(*["press next"] * (number > 0))
            box.teach(sign, presses=4)
        box.order("press next")
        box.order("show none", "wait 1", "press teach", "wait 1", "press teach", "wait 1")
        for sign in (*signs, *reversed(signs[:-1])):
            box.order(f"show {sign}")
            box.until(lit(sign))
        box.order("show none")
        box.until(lit(None))


def test_undo_and_forget_reach_the_disk(tmp_path: Path) -> None:
    with Simulator("--state", tmp_path) as box:
        box.teach("fist", presses=2)
        box.order("press next 1.3")
        box.until(lambda state: state["samples"] == {"fist": 1})
        box.terminate()
    with Simulator("--state", tmp_path) as box:
        box.until(lambda state: state["samples"] == {"fist": 1})
        box.order("press next 5.3")
        box.until(lambda state: state["message"] == "fist: forgotten")
        box.terminate()
    with Simulator("--state", tmp_path) as box:
        box.until(lambda state: "waiting" not in state["message"] or state["tone_hz"] == 0)
        box.order("wait 1", "state")
        assert box.until(lambda state: state["t"] > 1)["samples"] == {}


def test_a_second_daemon_on_the_same_memory_is_refused(tmp_path: Path) -> None:
    with Simulator("--state", tmp_path) as box:
        box.order("state")
        box.until(lambda _: True)
        time.sleep(0.5)
        with Simulator("--state", tmp_path) as second:
            assert second.process.wait(10) == 74
            assert second.process.stderr is not None
            assert str(box.process.pid) in second.process.stderr.read()


def test_an_order_that_means_nothing_is_answered_with_what_would(tmp_path: Path) -> None:
    with Simulator("--state", tmp_path) as box:
        box.order("shwo fist")
        with pytest.raises(AssertionError, match="show"):
            box.until(lambda _: False, within_s=10)
