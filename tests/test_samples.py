"""`samples list` and `samples forget`: what a person sees and types, without camera or interpreter."""

import sqlite3
import time
from pathlib import Path

import numpy as np
import pytest

from edge_handsign.__main__ import main
from edge_handsign.commands.samples import print_signs
from edge_handsign.core.messages import Teach
from edge_handsign.store import SignCount, Store

VECTOR = np.array([1, 0, 0, 0], np.float32)


@pytest.fixture
def box(tmp_path: Path) -> Path:
    """A folder in which `thumb` was taught three times, and `fist` once, with a backbone that is not there any more."""
    folder = tmp_path / "box"
    with Store(folder, b"f" * 32, 4, "old backbone", keep_free=0) as store:
        store.teach(Teach("fist", 1, VECTOR))
    with Store(folder, b"g" * 32, 4, "backbone", keep_free=0) as store:
        for lesson in (2, 3, 4):
            store.teach(Teach("thumb", lesson, VECTOR))
    return folder


def samples(*arguments: str | Path) -> int:
    return main(["samples", *map(str, arguments)])


def test_list_counts_and_dates_every_sign(box: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert samples("list", "--folder", box) == 0
    header, fist, thumb = capsys.readouterr().out.splitlines()
    assert header.split() == ["sign", "samples", "asleep", "first", "taught", "last", "taught"]
    assert fist.split()[:3] == ["fist", "1", "1"]
    assert thumb.split()[:3] == ["thumb", "3", "0"]
    assert thumb.split()[3] in {
        time.strftime("%Y-%m-%d", time.localtime(time.time_ns() / 1e9 - ago)) for ago in (0, 600)
    }


def test_the_folder_comes_from_the_settings(box: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    config = tmp_path / "config.yaml"
    config.write_text(f"store:\n  folder: {box}\n")
    assert samples("list", "--config", config) == 0
    assert "thumb" in capsys.readouterr().out


@pytest.mark.parametrize(("wall_ns", "told"), [(3_600 * 10**9, "clock not set"), (2**63 - 1, "2262-04-1")])
def test_a_time_before_this_program_was_written_is_no_time(
    wall_ns: int, told: str, capsys: pytest.CaptureFixture[str]
) -> None:
    print_signs([SignCount("fist", 1, 0, wall_ns, wall_ns)])
    assert capsys.readouterr().out.splitlines()[1].count(told) == 2


def test_forget_says_how_many_went(box: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert samples("forget", "thumb", "--folder", box) == 0
    assert capsys.readouterr().out == "forgot 3 samples of thumb\n"
    assert samples("forget", "fist", "--folder", box) == 0
    assert capsys.readouterr().out == "forgot 1 sample of fist\n"
    assert samples("list", "--folder", box) == 0
    assert capsys.readouterr().out == "nothing is taught\n"


MISTAKES = {
    "thum": "no sample of thum; did you mean thumb?",
    "zebra": "no sample of zebra; taught are: fist, thumb",
}


@pytest.mark.parametrize("name", MISTAKES)
def test_forgetting_what_was_never_taught_names_what_was(
    box: Path, name: str, capsys: pytest.CaptureFixture[str]
) -> None:
    assert samples("forget", name, "--folder", box) == 1
    assert capsys.readouterr().err == f"edge-handsign: {MISTAKES[name]}\n"


def test_while_the_service_runs_it_says_how_to_stop_it(box: Path, capsys: pytest.CaptureFixture[str]) -> None:
    with Store(box, b"g" * 32, 4, "backbone"):
        assert samples("forget", "thumb", "--folder", box) == 74
    assert "sudo systemctl stop edge-handsign" in capsys.readouterr().err


def test_damage_is_told(box: Path, capsys: pytest.CaptureFixture[str]) -> None:
    with sqlite3.connect(box / "samples.db") as connection:
        connection.execute("UPDATE sample SET emb = zeroblob(16) WHERE lesson = 3")
    connection.close()
    assert samples("list", "--folder", box) == 0
    printed = capsys.readouterr().out
    assert "1 damaged sample is left where it is and not used" in printed
    assert [line.split()[:2] for line in printed.splitlines()[1:3]] == [["fist", "1"], ["thumb", "2"]]


def test_a_folder_in_which_nothing_was_ever_kept(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert samples("list", "--folder", tmp_path) == 74
    assert "has not kept anything there yet" in capsys.readouterr().err
    assert list(tmp_path.iterdir()) == []
