"""`edge-handsign doctor` as a process: what a person and a program read, and the status that it ends with."""

import json
import os
import subprocess
import sys
from pathlib import Path

import pytest

from edge_handsign.config import Config
from edge_handsign.wiring import svg
from tests.conftest import ROOT
from tests.simulator import Simulator

PRETEND_PI = ROOT / "tests" / "pretend_pi"
FINGER = """
from RPi import GPIO

class Finger(dict):
    reads = 0
    def get(self, pin, default):
        self.reads += 1
        return 0 if 250 < self.reads < 300 else 1

GPIO.header.held = Finger()
"""  # a button that is pressed for a while, where the stand-in is loaded
NAMES = {"board", "power", "system", "python", "runtime", "numpy", "groups", "settings", "model", "card", "keeping"}


def doctor(*arguments: str | Path, settings: str, folder: Path, stdin: str = "") -> "subprocess.CompletedProcess[str]":
    file = folder / "box.yaml"
    file.write_text(f"store: {{folder: {folder}/state}}\ncontrol: {{socket: {folder}/state/control.sock}}\n{settings}")
    return subprocess.run(
        [sys.executable, "-m", "edge_handsign", "doctor", "--config", file, *arguments],
        capture_output=True,
        text=True,
        input=stdin,
        timeout=300,
        check=False,
        env=os.environ | {"PYTHONPATH": os.pathsep.join(map(str, (folder, ROOT, PRETEND_PI)))},
    )


def test_each_line_says_how_it_is_and_each_trouble_what_to_do(tmp_path: Path) -> None:
    done = doctor("--json", settings="", folder=tmp_path)
    told = json.loads(done.stdout)
    found = {check["check"]: check for check in told["checks"]}
    assert found.keys() >= NAMES | {"memory", "unit", "camera", "picamera2"}
    assert done.stderr == ""
    assert done.returncode == {"ok": 0, "warning": 1, "fault": 2}[told["worst"]]
    assert found["camera"]["verdict"] == "warning"  # the stand-in sees, and what it sees is black
    page = (ROOT / "docs" / "doctor.md").read_text(encoding="utf-8")
    for check in told["checks"]:
        assert f"`{check['check']}`" in page, "say on the page what is looked at"
        assert bool(check["mend"]) is (check["verdict"] != "ok"), check


def test_a_mistake_in_the_settings_is_one_line_and_the_rest_is_looked_at(tmp_path: Path) -> None:
    done = doctor("--camera", "webcam:77", settings="pins: {teach: 99}\n", folder=tmp_path)
    assert done.returncode == 2
    assert "FAULT    settings   " in done.stdout
    assert "box.yaml:3" in done.stdout
    assert f"-> edge-handsign config check {tmp_path / 'box.yaml'}" in done.stdout
    assert "FAULT    camera     " in done.stdout
    assert "Traceback" not in done.stdout + done.stderr


@pytest.mark.parametrize("arguments", [["--wiring"], ["--wiring", "--json"]])
def test_wiring_is_not_touched_while_a_box_runs(tmp_path: Path, arguments: list[str]) -> None:
    with Simulator("--state", tmp_path / "state") as box:
        box.until(lambda _: True, within_s=120)
        done = doctor(*arguments, settings="", folder=tmp_path)
    assert (done.returncode, done.stdout) == (69, "")
    assert "sudo systemctl stop edge-handsign" in done.stderr


def test_wiring_needs_somebody_who_answers(tmp_path: Path) -> None:
    done = doctor("--wiring", settings="", folder=tmp_path)
    assert done.returncode == 1
    assert "run it where somebody can answer" in done.stderr
    assert "Traceback" not in done.stderr


def test_wiring_is_told_and_drawn(tmp_path: Path) -> None:
    """The second LED stays dark for who answers so; the button is pressed by the stand-in."""
    (tmp_path / "sitecustomize.py").write_text(FINGER)
    settings = "signs: [{name: fist, led: 24, button: 4}]\npins: {teach: null, next: null, buzzer: null}\n"
    done = doctor("--wiring", "--svg", tmp_path / "wires.svg", settings=settings, folder=tmp_path, stdin="\n\n-\n")
    assert done.returncode == 2, done.stderr
    assert "LED of fist [BCM 24] !! dead" in done.stdout
    assert "FAULT    wiring     LED of fist (BCM 24, header pin 18) stays dark" in done.stdout
    assert "ok       wiring     status LED" in done.stdout
    assert "ok       wiring     teach button of fist" in done.stdout
    assert ">dead<" in (tmp_path / "wires.svg").read_text()


def test_the_picture_alone_touches_nothing(tmp_path: Path) -> None:
    file = tmp_path / "wires.svg"
    done = doctor("--svg", file, settings="", folder=tmp_path)
    assert (done.returncode, done.stdout, done.stderr) == (0, "", "")
    assert file.read_text().count("BCM") == svg(Config()).count("BCM")
    assert doctor("--svg", tmp_path / "no" / "x.svg", settings="", folder=tmp_path).returncode == 1
