"""The soak's scales: what grows, what is written and what ends is seen, and nothing else is taken for it."""

import csv
import os
import sys
import time
from pathlib import Path

import pytest

from edge_handsign.core.reopening import NEXT_S
from scripts.soaking.gauge import LESSON_S, MB, WARM_S, Gauge, Reading
from scripts.soaking.keeper import Keeper
from scripts.soaking.mishaps import HUNG_S, LATE_S, Hand

FILES = ("/dev/null", "log", "samples.db", "socket")


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
    return Reading(at, pid, at % 10_000, int(rss), files, 4, written, lines, idle=True, warm=warm, after="sign")


def test_growth_is_that_of_each_life_and_neither_the_step_between_two_nor_that_of_the_first_lesson() -> None:
    gauge = Gauge(Path("log"))
    for pid, level in ((0, 60), (1, 90)):
        for second in range(0, 1801, 10):
            warm = second >= 300
            rss = level + 3.0 * second / 3600 + (10 if warm else 0)
            gauge.readings.append(reading(10_000 * pid + second, pid=pid, rss=rss * MB, warm=warm))
    growth, hours = gauge.growth()
    assert growth == pytest.approx(3.0, abs=0.05)
    assert hours == pytest.approx(2 * 1500 / 3600)
    assert Gauge(Path("log")).growth() == (0.0, 0.0)


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


def test_a_life_is_warm_some_time_after_its_first_lesson(tmp_path: Path) -> None:
    (tmp_path / "log").touch()
    gauge, pid = Gauge(tmp_path / "log"), os.getpid()
    assert not gauge.to_teach(pid)
    begun = time.monotonic() - 10 * WARM_S
    gauge.born[pid] = begun
    gauge.read(pid, idle=True, after="")
    assert gauge.to_teach(pid)
    gauge.taught[pid] = begun + LESSON_S
    gauge.read(pid, idle=True, after="first lesson")
    assert not gauge.to_teach(pid)
    assert [one.warm for one in gauge.readings] == [False, True]


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
    with Keeper(
        [sys.executable, "-c", f"import time; open({str(up)!r}, 'w'); time.sleep(60)"], tmp_path / "other"
    ) as keeper:
        assert keeper.pid
        gone = keeper.pid
        while not up.exists():  # until then it may still be what it was forked from
            time.sleep(0.01)
        gauge.read(gone, idle=False, after="")
    gauge.read(gone, idle=True, after="killed")
    (found,) = gauge.readings
    assert (found.threads, found.lines, found.idle) == (1, 2, False)
    assert found.rss > MB
    assert str(tmp_path / "other") in found.files
    assert "/dev/null" in found.files


def test_who_ends_is_started_again_and_only_a_mishap_excuses_it(tmp_path: Path) -> None:
    with Keeper([sys.executable, "-c", "raise SystemExit(3)"], tmp_path / "log") as keeper:
        _until_ends(keeper, 1)
        keeper.expect_end()
        _until_ends(keeper, 2)
    assert [(end.status, end.expected) for end in keeper.ends] == [(3, False), (3, True)]


def _until_ends(keeper: Keeper, count: int) -> None:
    deadline = time.monotonic() + 60
    while len(keeper.ends) < count and time.monotonic() < deadline:
        keeper.look()
        time.sleep(0.02)


def test_without_a_card_it_cannot_be_full(tmp_path: Path) -> None:
    with Keeper([sys.executable, "-c", ""], tmp_path / "log") as keeper:
        names = [{one.name for one in Hand(tmp_path, card, keeper, ("fist",)).mishaps()} for card in (None, tmp_path)]
    assert names[1] - names[0] == {"card full"}


def test_whatever_may_lose_the_camera_may_end_the_box_and_what_is_only_late_may_not(tmp_path: Path) -> None:
    with Keeper([sys.executable, "-c", ""], tmp_path / "log") as keeper:
        ending = {one.name for one in Hand(tmp_path, None, keeper, ("fist",)).mishaps() if one.ends}
    assert ending == {"camera hangs", "camera fails", "killed"}
    assert LATE_S < NEXT_S < HUNG_S
