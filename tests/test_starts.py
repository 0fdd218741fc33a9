"""Three crashes in five minutes: which starts lead to safe mode, what is remembered, and what damage does to it."""

import os
import subprocess
import sys
from contextlib import suppress
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from edge_handsign.core.starts import Patience, Start, Starts, starts_of
from edge_handsign.errors import HardwareError, StuckError
from edge_handsign.logbook import NAME, Logbook, folder, unkillable

PATIENCE = Patience()
W, S, B = Start.WHOLE, Start.SAFE, Start.BARE

STORIES = {  # (seconds since the step before, a start, a good one or its end in order) -> how each start was
    "crashes a minute apart": ([(0, "start"), (60, "start"), (60, "start"), (60, "start")], [W, W, W, S]),
    "crashes two minutes apart": ([(0, "start"), *[(120, "start")] * 3], [W, W, W, S]),
    "crashes three minutes apart": ([(0, "start"), *[(180, "start")] * 9], [W] * 10),
    "ends in order": ([(0, "start"), (1, "end")] * 9, [W] * 9),
    "good ones forgive": ([(0, "start"), (2, "start"), (2, "start"), (60, "good"), (1, "start")], [W, W, W, W]),
    "good, then three": ([(0, "start"), (60, "good"), *[(5, "start")] * 3], [W, W, W, S]),
    "safe mode ends in a start on probation, and that was good": (
        [(0, "start"), *[(2, "start")] * 3, (300, "end"), (2, "start"), (60, "good"), (5, "start"), (5, "start")],
        [W, W, W, S, W, W, W],
    ),
    "one crash on probation leads back": (
        [(0, "start"), *[(2, "start")] * 3, (300, "end"), (2, "start"), (9, "start"), (300, "end"), (2, "start")],
        [W, W, W, S, W, S, W],
    ),
    "an end in order keeps probation": (
        [(0, "start"), *[(2, "start")] * 3, (300, "end"), (2, "start"), (9, "end"), (2, "start"), (9, "start")],
        [W, W, W, S, W, W, S],
    ),
    "safe mode crashes": (
        [(0, "start"), *[(2, "start")] * 3, (1, "start"), (1, "start"), (300, "end"), (2, "start")],
        [W, W, W, S, B, B, W],
    ),
}


@pytest.mark.parametrize("story", STORIES)
def test_starts_after(story: str) -> None:
    steps, wanted = STORIES[story]
    starts, now, began = Starts(), 1000.0, []
    for after_s, what in steps:
        now += after_s
        if what == "start":
            starts = starts_of(starts.begin(now, 1, PATIENCE).text())
            began.append(starts.running)
        else:
            starts = starts.good() if what == "good" else starts.ended()
    assert began == wanted


def test_a_clock_that_began_anew_forgives() -> None:
    starts = Starts(Start.WHOLE, 1, (90_000.0, 90_001.0))
    assert starts.begin(10.0, 1, PATIENCE).running is Start.WHOLE


@given(st.one_of(st.binary(max_size=200), st.text(max_size=200).map(str.encode)))
def test_damage_is_a_box_that_has_just_been_switched_on(text: bytes) -> None:
    starts = starts_of(text.decode("ascii", "replace"))
    assert starts.begin(1.0, 1, PATIENCE).running is not None


@given(st.integers(0, 100), st.integers(0, 255))
def test_one_wrong_byte_never_ends_a_start(at: int, byte: int) -> None:
    text = bytearray(Starts(Start.WHOLE, 77, (1.0, 2.0), probation=True).text().encode())
    text[at % len(text)] = byte
    starts = starts_of(text.decode("ascii", "replace"))
    assert starts.begin(3.0, 1, PATIENCE).running is not None
    assert starts_of(text[:at].decode("ascii", "replace")).begin(3.0, 1, PATIENCE).running is not None


CRASH = """
import os, sys
from pathlib import Path
from edge_handsign.logbook import Logbook
print(Logbook(Path(sys.argv[1]), float(sys.argv[2])).start.value, flush=True)
os.kill(os.getpid(), 9)
"""


def crash(folder: Path, now: float) -> Start:
    """A process that begins, and ends as it does: without a word."""
    done = subprocess.run([sys.executable, "-c", CRASH, folder, str(now)], capture_output=True, text=True, check=False)
    return Start(done.stdout.strip())


def test_crashes_of_processes_are_counted(tmp_path: Path) -> None:
    assert [crash(tmp_path, now) for now in (1.0, 2.0, 3.0, 4.0, 5.0)] == [W, W, W, S, B]
    assert [path.name for path in tmp_path.iterdir()] == [NAME]


ENDS = {
    "in order": (None, False),
    "for a reason that a person is told": (HardwareError("there is no camera"), False),
    "by SIGTERM, early": (SystemExit(0), False),
    "by a bug": (ZeroDivisionError(), True),
}


@pytest.mark.parametrize("way", ENDS)
def test_only_what_nobody_foresaw_is_a_crash(tmp_path: Path, way: str) -> None:
    error, crashed = ENDS[way]
    with suppress(BaseException), Logbook(tmp_path, 1.0):
        if error:
            raise error
    assert bool(Logbook(tmp_path, 2.0).crashes) is crashed


def test_a_minute_of_pictures_is_a_good_start(tmp_path: Path) -> None:
    for now in (1.0, 2.0, 3.0):
        crash(tmp_path, now)
    logbook = Logbook(tmp_path, 400.0)
    for now in (405.0, 430.0, 464.9):
        logbook.seen(now)
    counted = [len(logbook.crashes)]
    logbook.seen(465.0)
    counted.append(len(logbook.crashes))
    assert counted == [1, 0]
    assert Logbook(tmp_path, 466.0).crashes == (466.0,)


def test_without_a_runtime_directory_nothing_is_counted(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv("RUNTIME_DIRECTORY", raising=False)
    logbook = Logbook(folder(), 1.0)
    assert not logbook.kept
    assert logbook.start is Start.WHOLE


def test_the_first_runtime_directory_counts(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("RUNTIME_DIRECTORY", "/run/edge-handsign:/run/other")
    assert folder() == Path("/run/edge-handsign")


def test_a_directory_that_cannot_be_written_costs_only_the_count(
    tmp_path: Path, caplog: pytest.LogCaptureFixture
) -> None:
    with Logbook(tmp_path / "nowhere", 1.0) as logbook:
        assert logbook.start is Start.WHOLE
    assert "crashes are not counted" in caplog.text


def process(folder: Path, **threads: str) -> Path:
    """A /proc with one process, whose threads have these lines."""
    for number, lines in threads.items():
        task = folder / "7" / "task" / number
        task.mkdir(parents=True)
        (task / "status").write_text(lines)
    return folder


KILLED = "Name:\teye\nState:\tD (disk sleep)\nSigPnd:\t0000000000000100\nShdPnd:\t0000000000000000\n"


@pytest.mark.parametrize(
    ("threads", "stuck"),
    [
        ({"t7": KILLED}, True),
        ({"t7": "State:\tZ (zombie)\n", "t8": KILLED.replace("SigPnd", "X").replace("ShdPnd", "SigPnd")}, False),
        ({"t7": "State:\tZ (zombie)\n", "t8": KILLED}, True),
        ({"t7": KILLED.replace("D (disk sleep)", "S (sleeping)")}, False),
        ({"t7": KILLED.replace("0100", "4000")}, False),
        ({"t7": "SigPnd:\tnonsense\n"}, False),
        ({}, False),
    ],
)
def test_a_thread_that_was_killed_and_waits_on_is_stuck(tmp_path: Path, threads: dict[str, str], stuck: bool) -> None:
    assert unkillable(7, process(tmp_path, **threads)) is stuck


def test_this_process_is_not_stuck() -> None:
    assert not unkillable(os.getpid())
    assert not unkillable(2**22 + 1)
    assert StuckError.exit_code == 71


SWALLOWED = """
import os, signal
from edge_handsign.commands.daemon import Leaving
from edge_handsign.errors import InterpreterError
with Leaving() as leaving:
    try:
        os.kill(os.getpid(), signal.SIGTERM)
    except SystemExit:
        assert leaving.asked
        raise InterpreterError("initialization failed")
"""


def test_sigterm_while_a_library_is_loaded_is_an_end_in_order() -> None:
    done = subprocess.run([sys.executable, "-c", SWALLOWED], capture_output=True, check=False)
    assert (done.returncode, done.stderr) == (0, b"")
