"""A box that really cannot be killed, because what it reads hangs in the kernel: the next start sees it and says so."""

import signal
import subprocess
import sys
import threading
from collections.abc import Iterator
from pathlib import Path
from tempfile import TemporaryDirectory

import pytest

from edge_handsign.core.starts import Start
from edge_handsign.errors import StuckError
from edge_handsign.logbook import Logbook, unkillable
from tests.conftest import ROOT
from tests.faults.card import missing
from tests.faults.disk import RecordingDisk

HANGS = """
import os, sys, threading
from pathlib import Path
from edge_handsign.logbook import Logbook
logbook = Logbook(Path(sys.argv[1]), 1.0)
driver = threading.Thread(target=lambda: os.read(os.open(sys.argv[2], os.O_RDONLY), 512))
driver.start()
driver.join()
"""


class HangingDisk(RecordingDisk):
    """One that does not answer a read until it is let go."""

    def __init__(self, folder: Path) -> None:
        super().__init__(folder, bytes(4096))
        self.asked, self.let_go = threading.Event(), threading.Event()

    def _read(self, node: int, body: bytes) -> bytes:
        self.asked.set()
        self.let_go.wait()
        return super()._read(node, body)


@pytest.fixture
def disk() -> Iterator[HangingDisk]:
    reason = missing()
    if reason:
        pytest.skip(f"nothing that cannot be killed: {reason}")
    with TemporaryDirectory() as name, HangingDisk(Path(name)) as disk:
        try:
            yield disk
        finally:
            disk.let_go.set()


def test_what_cannot_be_killed_is_told_from_what_was(disk: HangingDisk, tmp_path: Path) -> None:
    box = subprocess.Popen([sys.executable, "-c", HANGS, tmp_path, disk.disk], cwd=ROOT)
    assert disk.asked.wait(30)
    assert not unkillable(box.pid)  # it waits, but nobody has tried yet
    box.send_signal(signal.SIGKILL)
    with pytest.raises(subprocess.TimeoutExpired):
        box.wait(1)
    with pytest.raises(StuckError, match=rf"EH-704 process {box.pid}, .*only a reboot helps"):
        Logbook(tmp_path, 2.0)
    disk.let_go.set()
    assert box.wait(10) == -signal.SIGKILL
    assert not unkillable(box.pid)
    again = Logbook(tmp_path, 3.0)
    assert (again.start, again.crashes) == (Start.WHOLE, (3.0,))
