"""The soak's scales: what grows, what is written and what ends is seen, and nothing else is taken for it."""

import csv
import os
import subprocess
import sys
import time
from contextlib import closing
from pathlib import Path

import pytest

from edge_handsign.core.reopening import NEXT_S
from scripts.soaking.gauge import MB, WARM_S, Gauge, Reading
from scripts.soaking.heap import Heap, in_use
from scripts.soaking.mishaps import HUNG_S, LATE_S, Hand
from scripts.soaking.soak import ENDING_S, EXCUSED_S, YOUNG_S, Soak
from tests.faults.supervisor import Event, Supervisor, rules_of

FILES = ("/dev/null", "log", "samples.db", "socket")


@pytest.fixture
def box(tmp_path: Path) -> Supervisor:
    """One that is never started."""
    return Supervisor([sys.executable], tmp_path, rules_of())


def reading(
    at: float,
    *,
    pid: int = 1,
    rss: float = 80 * MB,
    written: int = 0,
    lines: int = 0,
    warm: bool = True,
    files: tuple[str, ...] = FILES,
) -> Reading:
    size = int(rss)
    return Reading(
        at, pid, at % 10_000, size, size // 2, 0, files, 4, written, lines, idle=True, warm=warm, after="sign"
    )


def test_growth_is_that_of_each_life_and_neither_the_step_between_two_nor_that_of_the_first_lesson() -> None:
    gauge = Gauge(Path("log"))
    for pid, level in ((0, 60), (1, 90)):
        for second in range(0, 1801, 10):
            warm = second >= 300
            rss = level + 3.0 * second / 3600 + (10 if warm else 0)
            gauge.readings.append(reading(10_000 * pid + second, pid=pid, rss=rss * MB, warm=warm))
    growth, hours = gauge.growth("rss")
    assert growth == pytest.approx(3.0, abs=0.05)
    assert gauge.growth("own")[0] == pytest.approx(1.5, abs=0.03)
    assert hours == pytest.approx(2 * 1500 / 3600)
    assert Gauge(Path("log")).growth("rss") == (0.0, 0.0)


def test_what_is_written_and_logged_while_idle_is_seen() -> None:
    gauge = Gauge(Path("log"), [reading(0), reading(1800, written=4096, lines=3), reading(3600, pid=2, written=9)])
    assert gauge.idle() == (0.5, 4096, 3)
    assert gauge.threads() == (4, 4)


def test_descriptors_are_compared_within_a_warm_life_and_named() -> None:
    opened = (*FILES, "samples.db-journal")
    gauge = Gauge(Path("log"), [reading(0, warm=False), reading(600, files=opened), reading(0, pid=2)])
    assert gauge.differing() == []
    gauge.readings.append(reading(700, files=(*opened, "socket")))
    assert gauge.differing() == ["socket"]


def test_a_life_is_warm_some_time_after_it_had_every_kind_of_mishap(tmp_path: Path) -> None:
    (tmp_path / "log").touch()
    gauge, pid = Gauge(tmp_path / "log"), os.getpid()
    assert gauge.age_s(pid) == 0
    gauge.read(pid, idle=True, after="")
    gauge.tried[pid] = time.monotonic() - 0.9 * WARM_S
    gauge.read(pid, idle=True, after="flood")
    gauge.tried[pid] = time.monotonic() - 1.1 * WARM_S
    gauge.read(pid, idle=True, after="sign")
    assert [one.warm for one in gauge.readings] == [False, False, True]


def test_what_is_a_process_own_is_part_of_what_it_holds(tmp_path: Path) -> None:
    (tmp_path / "log").touch()
    gauge = Gauge(tmp_path / "log")
    gauge.read(os.getpid(), idle=True, after="")
    assert MB < gauge.readings[0].own < gauge.readings[0].rss
    assert gauge.readings[0].used == 0


def test_a_photograph_that_is_just_read_is_no_descriptor_that_is_left_open(tmp_path: Path) -> None:
    (tmp_path / "log").touch()
    gauge = Gauge(tmp_path / "log")
    with (tmp_path / "7.jpg").open("wb"), (tmp_path / "other").open("wb"):
        gauge.read(os.getpid(), idle=True, after="")
    assert str(tmp_path / "other") in gauge.readings[0].files
    assert str(tmp_path / "7.jpg") not in gauge.readings[0].files


@pytest.mark.skipif(not in_use(), reason="this C library does not say what of its heap is in use")
def test_what_is_in_use_of_the_heap_is_told_and_grows_with_what_is_held(tmp_path: Path) -> None:
    (tmp_path / "log").touch()
    gauge, begun = Gauge(tmp_path / "log"), in_use()
    with closing(Heap(tmp_path / "heap")) as heap:
        held = bytes(8 * MB)
        heap.tell()
        gauge.read(os.getpid(), idle=True, after="")
        del held
        heap.tell()
        gauge.read(os.getpid(), idle=True, after="")
    before, after = (one.used for one in gauge.readings)
    assert before - begun > 7 * MB
    assert before - after > 7 * MB


def test_every_reading_is_a_line_of_a_table(tmp_path: Path) -> None:
    (tmp_path / "log").touch()
    with (tmp_path / "readings.csv").open("w+") as kept:
        gauge = Gauge(tmp_path / "log", kept=kept)
        gauge.read(os.getpid(), idle=False, after="flood")
        kept.seek(0)
        (row,) = csv.DictReader(kept)
    (found,) = gauge.readings
    assert (int(row["rss"]), row["after"], row["idle"]) == (found.rss, "flood", "False")
    assert row["files"].split() == " ".join(found.files).split()


def test_the_kernel_is_asked_and_a_process_that_is_gone_gives_no_reading(tmp_path: Path) -> None:
    (tmp_path / "log").write_text("one\ntwo\n")
    gauge = Gauge(tmp_path / "log")
    up = tmp_path / "up"
    command = [sys.executable, "-c", f"import time; open({str(up)!r}, 'w'); time.sleep(60)"]
    with (
        (tmp_path / "other").open("w") as log,
        subprocess.Popen(command, stdin=subprocess.DEVNULL, stdout=log) as other,
    ):
        while not up.exists():  # until then it may still be what it was forked from
            time.sleep(0.01)
        gauge.read(other.pid, idle=False, after="")
        other.kill()
    gauge.read(other.pid, idle=True, after="killed")
    (found,) = gauge.readings
    assert (found.threads, found.lines, found.idle) == (1, 2, False)
    assert found.rss > MB
    assert str(tmp_path / "other") in found.files
    assert "/dev/null" in found.files


def test_a_life_that_will_last_has_each_kind_of_mishap_that_it_survives_and_is_weighed_after_the_last(
    tmp_path: Path, box: Supervisor
) -> None:
    gauge, hand = Gauge(tmp_path / "log"), Hand(tmp_path, tmp_path, box, ("fist",))
    soak, pid = Soak(box, hand, gauge, tmp_path, 1), 0
    kinds = list(dict.fromkeys(one.name for one in hand.mishaps() if not one.kills))
    assert not soak._lacking(ENDING_S), "it is too young"
    gauge.born[pid] = time.monotonic() - YOUNG_S
    assert not soak._lacking(ENDING_S - 1), "it will not last"
    for kind in kinds:
        assert pid not in gauge.tried
        drawn = soak._drawn(ENDING_S)
        assert drawn.name == kind
        soak._note(pid, drawn)
    assert gauge.tried[pid] == pytest.approx(time.monotonic(), abs=60)
    assert not soak._lacking(ENDING_S)
    assert "killed" not in kinds


def test_only_a_mishap_that_may_end_a_life_excuses_its_end(tmp_path: Path, box: Supervisor) -> None:
    soak = Soak(box, Hand(tmp_path, None, box, ("fist",)), Gauge(tmp_path / "log"), tmp_path, 1)
    soak._excused.append(10.0)
    box.events += [Event(9.9, "ended", 3), Event(10.0 + EXCUSED_S, "ended", 75), Event(500.0, "ended", -9)]
    box.events.append(Event(501.0, "ready"))
    assert soak.ends() == (3, [3, -9])


def test_without_a_card_it_cannot_be_full(tmp_path: Path, box: Supervisor) -> None:
    names = [{one.name for one in Hand(tmp_path, card, box, ("fist",)).mishaps()} for card in (None, tmp_path)]
    assert names[1] - names[0] == {"card full"}


def test_whatever_may_lose_the_camera_may_end_the_box_and_what_is_only_late_may_not(
    tmp_path: Path, box: Supervisor
) -> None:
    ending = {one.name for one in Hand(tmp_path, None, box, ("fist",)).mishaps() if one.ends}
    assert ending == {"camera hangs", "camera fails", "killed"}
    assert LATE_S < NEXT_S < HUNG_S
