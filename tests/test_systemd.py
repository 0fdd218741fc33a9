"""What systemd hears, through a real socket; and that nothing is said where it is not."""

import os
import socket
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

from edge_handsign.systemd import Herald

REPOSITORY = Path(__file__).parents[1]
VARIABLES = ("NOTIFY_SOCKET", "WATCHDOG_USEC", "WATCHDOG_PID", "JOURNAL_STREAM")


class Manager:
    """systemd's end of the socket."""

    def __init__(self, path: Path) -> None:
        self.socket = socket.socket(socket.AF_UNIX, socket.SOCK_DGRAM)
        self.socket.bind(str(path))
        self.socket.setblocking(False)

    def heard(self) -> list[str]:
        """What came since it was last asked."""
        messages = []
        while True:
            try:
                messages.append(self.socket.recv(4096).decode())
            except BlockingIOError:
                return messages


@pytest.fixture
def manager(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Manager]:
    manager = Manager(tmp_path / "notify")
    for variable in VARIABLES:
        monkeypatch.delenv(variable, raising=False)
    monkeypatch.setenv("NOTIFY_SOCKET", str(tmp_path / "notify"))
    yield manager
    manager.socket.close()


def python(program: str, **environment: str) -> "subprocess.CompletedProcess[str]":
    inherited = {name: value for name, value in os.environ.items() if name not in VARIABLES}
    command = [sys.executable, "-c", program]
    return subprocess.run(
        command, cwd=REPOSITORY, env={**inherited, **environment}, capture_output=True, text=True, check=False
    )


def test_a_life_from_ready_to_stopping(manager: Manager) -> None:
    herald = Herald()
    assert manager.heard() == []
    herald.ready()
    herald.status("3 samples of 2 signs")
    herald.stopping()
    assert manager.heard() == ["READY=1", "STATUS=3 samples of 2 signs", "STOPPING=1"]


def test_ready_is_news_once(manager: Manager) -> None:
    herald = Herald()
    for _ in range(5):
        herald.ready()
    assert manager.heard() == ["READY=1"]


def test_a_status_is_one_line_and_told_when_it_changed(manager: Manager) -> None:
    herald = Herald()
    for text in ("fist", "fist", "fist\nREADY=1", "fist READY=1", "palm", ""):
        herald.status(text)
    assert manager.heard() == ["STATUS=fist", "STATUS=fist READY=1", "STATUS=palm", "STATUS="]


def test_the_watchdog_is_fed_by_frames_at_half_of_its_patience(
    manager: Manager, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("WATCHDOG_USEC", "10000000")
    herald = Herald()
    fed_at = []
    for tenth in range(200):  # 10 frames a second, 20 s
        herald.alive(1000 + tenth / 10)
        if manager.heard() == ["WATCHDOG=1"]:
            fed_at.append(tenth / 10)
    assert fed_at == [0, 5, 10, 15]
    herald.alive(1060)  # the camera was away for 40 s: systemd has heard nothing meanwhile, and does now
    assert manager.heard() == ["WATCHDOG=1"]


@pytest.mark.parametrize(
    "environment", [{}, {"WATCHDOG_USEC": "10000000", "WATCHDOG_PID": "1"}, {"WATCHDOG_USEC": "x"}]
)
def test_no_watchdog_is_fed_that_does_not_watch_us(
    manager: Manager, monkeypatch: pytest.MonkeyPatch, environment: dict[str, str]
) -> None:
    for name, value in environment.items():
        monkeypatch.setenv(name, value)
    Herald().alive(1.0)
    assert manager.heard() == []


def test_the_watchdog_of_this_process_is_fed(manager: Manager, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("WATCHDOG_USEC", "10000000")
    monkeypatch.setenv("WATCHDOG_PID", str(os.getpid()))
    Herald().alive(1.0)
    assert manager.heard() == ["WATCHDOG=1"]


def test_a_manager_that_went_away_does_not_stop_the_box(manager: Manager, tmp_path: Path) -> None:
    herald = Herald()
    (tmp_path / "notify").unlink()
    herald.ready()
    herald.status("still here")
    herald.stopping()
    assert manager.heard() == []


def test_without_systemd_nothing_is_said_and_its_library_is_not_needed() -> None:
    done = python(
        "import sys; sys.modules['systemd'] = None\n"
        "from edge_handsign.systemd import Herald, log_to_journal\n"
        "log_to_journal('info')\n"
        "herald = Herald(); herald.ready(); herald.alive(1.0); herald.status('x'); herald.stopping()\n"
        "import logging; logging.getLogger('edge_handsign.x').info('taught %s', 'fist', extra={'SIGN': 'fist'})\n"
        "logging.getLogger('edge_handsign.x').debug('too much')\n",
        WATCHDOG_USEC="1000",
    )
    assert (done.returncode, done.stdout, done.stderr) == (0, "", "INFO: taught fist\n")


def test_the_manager_may_listen_in_the_abstract_namespace(monkeypatch: pytest.MonkeyPatch) -> None:
    with socket.socket(socket.AF_UNIX, socket.SOCK_DGRAM) as end:
        end.bind(f"\0edge-handsign-{os.getpid()}")
        end.settimeout(5)
        monkeypatch.setenv("NOTIFY_SOCKET", f"@edge-handsign-{os.getpid()}")
        Herald().ready()
        assert end.recv(100) == b"READY=1"


JOURNAL = """
import os, sys
stderr = os.fstat(2)
os.environ["JOURNAL_STREAM"] = {stream}
from edge_handsign.systemd import log_to_journal
log_to_journal("warning")
import logging
handler = logging.getLogger().handlers[0].carrier
print(type(handler).__name__)
if hasattr(handler, "send"):
    handler.send = lambda text, **fields: print(
        text, *(f"{{name}}={{fields[name]}}" for name in ("PRIORITY", "SYSLOG_IDENTIFIER", "CODE", "SIGN")))
    logging.getLogger("edge_handsign.service").error("not saved", extra={{"CODE": "EH-301", "SIGN": "fist"}})
    logging.getLogger("edge_handsign.service").info("not told")
"""


def test_in_the_journal_records_carry_fields() -> None:
    pytest.importorskip("systemd.journal", reason="systemd-python is not installed")
    done = python(JOURNAL.format(stream='f"{stderr.st_dev}:{stderr.st_ino}"'))
    assert done.stdout.splitlines() == [
        "JournalHandler",
        "not saved PRIORITY=3 SYSLOG_IDENTIFIER=edge-handsign CODE=EH-301 SIGN=fist",
    ]


def test_a_journal_that_is_not_at_the_end_of_stderr_is_left_alone() -> None:
    done = python(JOURNAL.format(stream="'1:1'"))
    assert (done.returncode, done.stdout) == (0, "StreamHandler\n")
