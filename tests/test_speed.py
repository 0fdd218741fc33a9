"""`edge-handsign bench`: every stage is measured and told; the page of results holds what boards have printed."""

import json
import re
from pathlib import Path
from types import ModuleType

import pytest

from edge_handsign.__main__ import main
from edge_handsign.commands import choice
from edge_handsign.config import Config
from edge_handsign.devices.bench import BenchCamera, Scene
from edge_handsign.devices.gpio import GpioPins
from edge_handsign.doctor.tree import Tree
from edge_handsign.speed import HEADING, Bench, Watch, lines, machine, measure, row
from edge_handsign.speed.run import STAGES
from tests.conftest import ROOT
from tests.doctor.systems import PI_4, lay
from tests.simulator import Simulator

RESULTS = ROOT / "docs" / "results.md"
EMPTY = "Nobody has run it on a board yet, so this table is empty."
CLOCK = {
    "sys/devices/system/cpu/cpu0/cpufreq/scaling_cur_freq": "1500000\n",
    "sys/devices/system/cpu/cpu0/cpufreq/scaling_max_freq": "1800000\n",
    "proc/self/status": "VmPeak: 1 kB\nVmRSS:   70000 kB\n",
}


def test_all_stages_are_measured_with_real_network_and_pretended_pins(gpio: ModuleType) -> None:
    config, watch, scene = Config(), Watch(), Scene()
    scene.show("fist")
    backbone = choice.backbone(config, load=watch.load)
    with (
        GpioPins(config.pins, config.button_pins, config.led_pins) as pins,
        BenchCamera(scene, backbone.input_size, fps=60) as camera,
    ):
        run = measure(Bench(config, backbone, watch, camera, pins), frames=6, samples=20)
    assert tuple(run.median_ms) == tuple(run.p95_ms) == STAGES
    assert all(0 < run.median_ms[stage] <= run.p95_ms[stage] for stage in STAGES)
    assert 1 <= run.invokes <= 2
    assert run.fps > 0
    assert run.could_fps == pytest.approx(1e3 / sum(run.median_ms[stage] for stage in STAGES[1:]))
    assert gpio.header.written.count((23, 1)) >= 3


def test_a_pi_is_told_by_its_files(tmp_path: Path) -> None:
    found = machine.look(Tree(lay(tmp_path, PI_4 | CLOCK)))
    assert found.name == "Raspberry Pi 4 Model B Rev 1.4"
    assert (found.clock_mhz, found.highest_mhz, found.celsius, found.throttled) == (1500, 1800, 48.312, 0)
    assert found.resident_mb == pytest.approx(71.68)


@pytest.fixture
def settings(tmp_path: Path) -> Path:
    file = tmp_path / "box.yaml"
    file.write_text(f"store: {{folder: {tmp_path}/state}}\ncontrol: {{socket: {tmp_path}/state/control.sock}}\n")
    return file


def bench(settings: Path, *more: str) -> int:
    return main(["bench", "--config", str(settings), "--camera", "drawn", "--frames", "3", "--samples", "9", *more])


def test_what_is_no_pi_says_so(settings: Path, capsys: pytest.CaptureFixture[str]) -> None:
    if machine.look(Tree()).board:
        pytest.skip("this is a board")
    assert bench(settings) == 0
    told = capsys.readouterr().out
    assert "board       no Raspberry Pi" in told
    assert "This is no Raspberry Pi" in told
    assert re.search(r"pins +- +-\n", told)
    for stage in STAGES[:-1]:
        assert re.search(rf"^{stage} +[0-9.]+ +[0-9.]+$", told, re.MULTILINE), stage


def test_a_program_reads_the_same(settings: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert bench(settings, "--json") == 0
    told = json.loads(capsys.readouterr().out)
    assert told["frames"] == 3
    assert told["samples"] == 9
    assert set(told["median_ms"]) >= set(STAGES[:-1])
    assert told["after"]["resident_mb"] > 10


def test_a_row_fits_the_page(settings: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert bench(settings, "--row") == 0
    cells = capsys.readouterr().out.strip().strip("|").split("|")
    assert len(cells) == len(HEADING)


def test_the_page_has_its_heading_and_only_rows_of_boards() -> None:
    page = RESULTS.read_text(encoding="utf-8")
    assert f"| {' | '.join(HEADING)} |\n|{'---|' * len(HEADING)}\n" in page
    rows = page.partition("---|\n")[2].partition("\n## ")[0].splitlines()
    measured = [line for line in rows if line.startswith("|")]
    assert all(line.startswith("| Raspberry Pi") for line in measured)
    assert (EMPTY in page) is (not measured), "say that it is empty, until it is not"


def test_a_box_that_runs_is_left_alone(settings: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    with Simulator("--state", tmp_path / "state") as box:
        box.until(lambda _: True, within_s=120)
        assert bench(settings) == 69
    assert "sudo systemctl stop edge-handsign" in capsys.readouterr().err


def test_nonsense_is_refused(settings: Path) -> None:
    with pytest.raises(SystemExit):
        bench(settings, "--frames", "1")


def test_a_row_of_a_pi_is_that_of_a_pi(tmp_path: Path) -> None:
    config, watch = Config(), Watch()
    backbone = choice.backbone(config, load=watch.load)
    with BenchCamera(Scene(), backbone.input_size, fps=60) as camera:
        run = measure(Bench(config, backbone, watch, camera, None), frames=2, samples=9)
    there = machine.look(Tree(lay(tmp_path, PI_4 | CLOCK)))
    told = row(run, (there, there), "handsign.tflite (uint8) on LiteRT 2.3.0", 1, "picamera2")
    assert told.startswith("| Raspberry Pi 4 Model B Rev 1.4 | Debian GNU/Linux 12 (bookworm), ")
    assert " | 1500 | 48 | 0x0 | LiteRT 2.3.0 | 1 | picamera2 | " in told
    assert "no Raspberry Pi" not in "\n".join(lines(run, (there, there), backbone.name, 1, "picamera2"))
