"""The whole simulator as a person and as a script meet it: the real process, the real interpreter and backbone, drawn
hands, a real pseudo-terminal or real pipes.
"""

import json
import re
import signal
import subprocess
import sys
import termios
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import pytest

from tests.desk import Desk

SLOWLY_S = 30.0  # for a machine that is busy with something else


@pytest.fixture
def command(tmp_path: Path, embedded_model: Path) -> list[str]:
    """The simulator with settings at their defaults, whatever this machine has in /etc."""
    settings = tmp_path / "config.yaml"
    settings.write_text("")
    simulate = [sys.executable, "-m", "edge_handsign", "simulate", "--config", str(settings)]
    return [*simulate, "--backbone", str(embedded_model)]


@contextmanager
def started(command: list[str], desk: Desk) -> Iterator[subprocess.Popen[bytes]]:
    with subprocess.Popen(
        command, stdin=desk.line, stdout=desk.line, stderr=subprocess.PIPE, start_new_session=True
    ) as process:
        try:
            yield process
        finally:
            if process.poll() is None:
                process.kill()


@pytest.fixture
def desk() -> Iterator[Desk]:
    made = Desk()
    yield made
    made.close()


def test_a_person_teaches_two_signs_with_the_keyboard(command: list[str], desk: Desk) -> None:
    def sees(wanted: str) -> None:
        assert desk.sees(wanted, within_s=SLOWLY_S), f"{wanted!r} is not on the screen:\n{desk.screen()}"

    with started([*command, "--fresh"], desk) as process:
        sees(r"(?s)> \( \) fist +0 samples.*\u2580")  # the first picture is there

        desk.type("1 ")  # a fist before the camera, and teach
        sees(r"fist +1 sample\b")
        sees(r"(?s)\(\*\) fist.*shows     fist")

        desk.type("2n")  # an open hand, and the next sign
        sees(r"(?s)> \(.\) palm.*teaches   palm")
        desk.type(" ")
        sees(r"palm +1 sample\b")
        sees(r"(?s)\( \) fist.*\(\*\) palm.*shows     palm")

        desk.type("1")  # the fist again: it is remembered
        sees(r"(?s)\(\*\) fist.*\( \) palm.*shows     fist")

        desk.type("N")  # held for a second, next takes back the last lesson
        sees("held      next")
        time.sleep(1.3)
        desk.type("N")
        sees(r"palm +0 samples")

        desk.type("q")
        assert process.wait(SLOWLY_S) == 0
    assert termios.tcgetattr(desk.line) == desk.before
    assert desk.received.endswith(b"\x1b[?1049l"), "the screen from before is back"


@pytest.mark.parametrize("number", [signal.SIGINT, signal.SIGTERM], ids=lambda number: number.name)
def test_a_signal_leaves_the_terminal_as_it_was(command: list[str], desk: Desk, number: signal.Signals) -> None:
    with started([*command, "--fresh"], desk) as process:
        assert desk.sees("\u2580", within_s=SLOWLY_S)  # it runs: pictures come
        process.send_signal(number)
        assert process.wait(SLOWLY_S) == 0
    assert termios.tcgetattr(desk.line) == desk.before
    assert b"\x1b[?25h" in desk.received[-30:], "the cursor is back"


class Script:
    """Says orders to the simulator and listens to its lines."""

    def __init__(self, process: subprocess.Popen[str]) -> None:
        self._process = process
        self.lines: list[dict[str, Any]] = []

    def say(self, *orders: str) -> None:
        assert self._process.stdin
        self._process.stdin.write("".join(f"{order}\n" for order in orders))
        self._process.stdin.flush()

    def until(self, wanted: Callable[[dict[str, Any]], object]) -> dict[str, Any]:
        """The next line that is like that."""
        assert self._process.stdout
        for text in self._process.stdout:
            self.lines.append(json.loads(text))
            if wanted(self.lines[-1]):
                return self.lines[-1]
        raise AssertionError(f"it ended without saying so: {self.lines[-3:]}")


@contextmanager
def script(command: list[str]) -> Iterator[Script]:
    """It ends well by itself when its input ends."""
    with subprocess.Popen(command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True) as process:
        late = threading.Timer(SLOWLY_S, process.kill)
        late.start()
        try:
            yield Script(process)
            assert process.stdin
            process.stdin.close()
            assert process.wait() == 0
        finally:
            late.cancel()
            process.kill()


def test_a_script_teaches_and_sees_the_lamp(command: list[str]) -> None:
    with script([*command, "--fresh"]) as box:
        box.say("show fist", "press teach")
        box.until(lambda line: line["tone_hz"] == 523)  # saved: heard ...
        box.until(lambda line: line["samples"] == {"fist": 1})  # ... and counted
        assert not any(line["leds"]["fist"] for line in box.lines)
        lit = box.until(lambda line: line["decision"] == "fist")
        assert lit["leds"] == {"fist": True, "palm": False, "peace": False, "point": False}
        box.say("prss teach", "show palm", "press next", "press teach")
        assert "did you mean 'press'" in box.until(lambda line: "error" in line)["error"]
        box.until(lambda line: line["samples"] == {"fist": 1, "palm": 1})
        box.until(lambda line: line["decision"] == "palm" and line["leds"]["palm"] and not line["leds"]["fist"])
    times = [line["t"] for line in box.lines if "t" in line]
    assert times == sorted(times)


def test_what_is_taught_is_known_after_a_restart(command: list[str], tmp_path: Path) -> None:
    kept = [*command, "--state", str(tmp_path / "state")]
    with script(kept) as box:
        box.say("show palm", "press next", "press teach")
        box.until(lambda line: line["samples"] == {"palm": 1})
    with script(kept) as box:
        box.say("show palm")
        assert box.until(lambda line: line["leds"]["palm"])["samples"] == {"palm": 1}


def test_the_end_of_a_piped_script_is_its_end(command: list[str]) -> None:
    orders = "show fist\npress teach\nwait 0.5\n"
    done = subprocess.run(
        [*command, "--fresh"], input=orders, capture_output=True, text=True, timeout=SLOWLY_S, check=True
    )
    assert json.loads(done.stdout.splitlines()[-1])["samples"] == {"fist": 1}


def test_help_teaches_the_language(command: list[str]) -> None:
    done = subprocess.run([*command[:4], "--help"], capture_output=True, text=True, timeout=60, check=True)
    for order in ("show NAME", "press BUTTON", "wait SECONDS", "quit"):
        assert re.search(order, done.stdout), order
