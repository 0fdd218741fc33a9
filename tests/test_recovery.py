"""What becomes of a box that falls ill, under something that plays systemd with the numbers of the unit.

scripts/recoveries and scripts/farewells do the same at any size, and measure it.
"""

import signal
import sys
import time
from collections.abc import Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from pathlib import Path
from tempfile import TemporaryDirectory

import pytest

from edge_handsign.control import Client
from tests.faults.farewells import farewell
from tests.faults.recoveries import KINDS, LONGEST_S, P95_S, percentile, recoveries, row, shares, teach
from tests.faults.supervisor import Supervisor, rules_of

UNIT = rules_of()
HASTY = replace(UNIT, start_s=1.0, watchdog_s=1.0, stop_s=1.0, abort_s=0.5, restart_s=0.1, stop_post=["true"])


@pytest.fixture
def home() -> Iterator[Path]:
    """Short: a socket's path has a hundred bytes."""
    with TemporaryDirectory(prefix="eh") as name:
        yield Path(name)


# --- the supervisor does what systemd would


def program(home: Path, *lines: str) -> Sequence[str]:
    """A service in Python that can tell systemd things."""
    tell = (
        "import os, signal, socket, sys, time\n"
        "def tell(what):\n"
        "    with socket.socket(socket.AF_UNIX, socket.SOCK_DGRAM) as end:\n"
        "        end.sendto(what.encode(), os.environ['NOTIFY_SOCKET'])\n"
    )
    path = home / "service.py"
    path.write_text(tell + "\n".join(lines))
    return [sys.executable, str(path)]


def test_the_numbers_are_the_units() -> None:
    assert (UNIT.start_s, UNIT.watchdog_s, UNIT.restart_s, UNIT.abort_s) == (60, 10, 2, 5)
    assert UNIT.signal is signal.SIGABRT
    assert UNIT.stop_post[-3:] == ["silence", "--config", "/etc/edge-handsign/config.yaml"]
    assert UNIT.preserved


def test_silence_is_sigabrt(home: Path) -> None:
    with Supervisor(program(home, "tell('READY=1')", "time.sleep(60)"), home, HASTY) as box:
        ended = box.until("ended")
        assert ended.status == -signal.SIGABRT
        assert ended.at - box.until("ready").at >= 1.0
        box.until("started", ended.at)


def test_who_ignores_sigabrt_is_killed(home: Path) -> None:
    lines = "signal.signal(signal.SIGABRT, signal.SIG_IGN)", "tell('READY=1')", "time.sleep(60)"
    with Supervisor(program(home, *lines), home, HASTY) as box:
        assert box.until("ended").status == -signal.SIGKILL
        assert [event.what for event in box.events][:4] == ["started", "ready", "silent", "killed"]


def test_who_tells_that_it_is_alive_lives_on(home: Path) -> None:
    lines = "tell('READY=1')", "for _ in range(8):", "    tell('WATCHDOG=1'); time.sleep(0.3)", "sys.exit(7)"
    with Supervisor(program(home, *lines), home, replace(HASTY, start_s=9)) as box:
        assert box.until("ended").status == 7
        assert "silent" not in [event.what for event in box.events]


def test_who_never_gets_ready_is_ended(home: Path) -> None:
    with Supervisor(program(home, "tell('STATUS=hm'); time.sleep(60)"), home, HASTY) as box:
        assert box.until("ended").status == -signal.SIGTERM
        assert [event.what for event in box.events][:2] == ["started", "late"]
        assert box.status == "hm"


def test_status_71_is_not_restarted(home: Path) -> None:
    with Supervisor(program(home, "sys.exit(71)"), home, HASTY) as box:
        assert box.until("failed").status == 71
        time.sleep(0.5)
        assert [event.what for event in box.events] == ["started", "ended", "failed"]


@pytest.mark.parametrize("preserved", [True, False])
def test_the_runtime_directory_outlives_a_restart_if_the_unit_says_so(home: Path, preserved: bool) -> None:
    lines = "mark = os.environ['RUNTIME_DIRECTORY'] + '/mark'", "old = os.path.exists(mark)", "open(mark, 'w')"
    command = program(home, *lines, "sys.exit(5 if old else 0)")
    with Supervisor(command, home, replace(HASTY, preserved=preserved)) as box:
        second = box.until("ended", box.until("ended").at)
        assert second.status == (5 if preserved else 0)


# --- recoveries


def test_whatever_befalls_it_a_box_is_ready_again_and_knows_what_it_was_taught() -> None:
    with ThreadPoolExecutor(len(KINDS)) as pool:
        took = list(pool.map(recoveries, range(len(KINDS)), KINDS, [1] * len(KINDS)))
    assert [len(seconds) for seconds in took] == [1] * len(KINDS)


def test_too_long_is_told() -> None:
    line, kept = row("hang", [P95_S] * 19 + [LONGEST_S])
    assert kept
    assert line.split() == ["hang", "20", "15.0", "15.0", "30.0"]
    assert not row("hang", [P95_S] * 18 + [P95_S + 1] * 2)[1]
    assert not row("hang", [1.0] * 99 + [LONGEST_S + 1])[1]
    assert percentile([3.0, 1.0, 2.0], 0.5) == 2.0
    assert shares(10, 4) == [3, 3, 2, 2]
    assert shares(2, 8) == [1, 1]


def condition(home: Path) -> str:
    with Client(home / "control.sock") as client:
        return str(client.ask("status")["condition"])


def patient(home: Path, *patience: float) -> Sequence[str]:
    return [sys.executable, "-m", "tests.faults.patient", str(home), *map(str, patience)]


def test_three_crashes_lead_to_safe_mode_and_back_and_one_more_leads_there_at_once(home: Path) -> None:
    with Supervisor(patient(home, 3, 300, 60, 4), home, replace(UNIT, restart_s=0.2, stop_post=["true"])) as box:
        ready = box.until("ready")
        teach(home, 0)
        for _ in range(3):
            (home / "ill").write_text("kill")
            ready = box.until("ready", ready.at)
        assert condition(home) == "safe mode"
        assert box.status == "safe mode: it crashed 3 times in 5 minutes"
        ready = box.until("ready", ready.at)  # five minutes, which are 4 s here
        assert box.events[-3].status == 0
        assert condition(home) != "safe mode"
        (home / "ill").write_text("segv")
        ready = box.until("ready", ready.at)
        assert condition(home) == "safe mode"
        ready = box.until("ready", ready.at)
        with Client(home / "control.sock") as client:
            assert client.ask("status")["samples"] == {"fist": 1}
        assert box.log.count("EH-705") == 2


def test_a_good_start_is_no_way_into_safe_mode(home: Path) -> None:
    with Supervisor(patient(home, 2, 300, 0.5, 4), home, replace(UNIT, restart_s=0.2, stop_post=["true"])) as box:
        ready = box.until("ready")
        for _ in range(3):
            time.sleep(1.5)
            (home / "ill").write_text("kill")
            ready = box.until("ready", ready.at)
        assert condition(home) != "safe mode"


def test_with_wrong_settings_it_stays_up_until_they_are_mended(home: Path) -> None:
    settings = home / "box.yaml"
    with Supervisor(patient(home), home, UNIT) as box:
        ready = box.until("ready")
    (home / "notify").unlink()
    good = settings.read_text()
    settings.write_text(good + "sings: []\n")
    for name in ("run", "state"):
        (home / name).rename(home / f"{name}-before")
    with Supervisor(patient(home), home, UNIT) as box:
        ready = box.until("ready")
        with Client(home / "control.sock") as client:
            status = client.ask("status")
        assert status["condition"] == "safe mode"
        assert f"{settings}:3: the file has no key 'sings'" in status["message"]
        settings.write_text(good)
        box.until("ready", ready.at)
        assert condition(home) != "safe mode"
        assert [event.status for event in box.events if event.what == "ended"] == [0]


def test_sigterm_while_it_is_taught_is_an_end_in_order() -> None:
    with ThreadPoolExecutor(2) as pool:
        assert len(list(pool.map(farewell, range(8)))) == 8
