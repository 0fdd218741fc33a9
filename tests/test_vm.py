"""What of the virtual machine can be tested without one: its log of writes, and what it says where it cannot run."""

import os
import platform
import struct
import subprocess
import sys
from pathlib import Path

import pytest

from tests.conftest import ROOT
from tests.faults.disk import Acknowledged, Flush, Write
from tests.vm.blocklog import DISCARD, ENTRY, FLUSH, FUA, MAGIC, SECTOR, SUPERBLOCK, events
from tests.vm.image import RECIPE, Image
from tests.vm.machine import Machine, Unproved
from tests.vm.wires import levels

END = 8 * SECTOR  # of the file system


def log(path: Path, *requests: tuple[int, int, bytes]) -> Path:
    """As QEMU writes it: (sector, flags, data)."""
    with path.open("wb") as file:
        file.write(SUPERBLOCK.pack(MAGIC, 1, len(requests), SECTOR).ljust(SECTOR, b"\0"))
        for sector, flags, data in requests:
            file.write(
                ENTRY.pack(sector, 4 if flags == DISCARD else len(data) // SECTOR, flags, 0).ljust(SECTOR, b"\0") + data
            )
    return path


def test_writes_flushes_and_acknowledgements_are_found_in_their_order(tmp_path: Path) -> None:
    block, note = b"b" * 2 * SECTOR, b"n" * SECTOR
    file = log(tmp_path / "log", (2, 0, block), (0, FLUSH, b""), (8, 0, note), (0, DISCARD, b""), (4, FUA, block))
    assert list(events(file, END)) == [
        Write(2 * SECTOR, block),
        Flush(),
        Acknowledged(),
        Write(4 * SECTOR, block),
        Flush(),
    ]


def test_another_file_is_no_log(tmp_path: Path) -> None:
    (tmp_path / "log").write_bytes(struct.pack("<QQQI", 1, 1, 0, SECTOR))
    with pytest.raises(ValueError, match="no log of blklogwrites"):
        list(events(tmp_path / "log", END))


@pytest.mark.parametrize("module", ["tests.vm", "tests.vm.wheels"])
def test_where_it_cannot_run_it_says_why_and_ends_well(module: str, tmp_path: Path) -> None:
    done = subprocess.run(
        [sys.executable, "-m", module],
        cwd=ROOT,
        env=os.environ | {"PATH": str(tmp_path), "EDGE_HANDSIGN_DATA": str(tmp_path)},
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.returncode == 0, done.stderr
    assert done.stdout.startswith("left out: "), done.stdout


def test_the_scripts_of_the_image_parse() -> None:
    for script in (RECIPE / "workshop", RECIPE / "finish", RECIPE / "modules" / "build", RECIPE.parent / "run"):
        subprocess.run(["bash", "-n", script], check=True)


TRACE = """\
# tracer: nop
          python-426     [000] d..1.    53.250000: gpio_value: 535 set 0
          python-426     [000] d..1.    53.500000: gpio_value: 535 set 1
             lgd-431     [000] d..1.    53.600000: gpio_value: 530 set 1
          python-426     [000] d..1.    53.700000: gpio_value: 535 set 1
          python-426     [000] d..1.    54.125000: gpio_value: 535 set 0
"""


def test_the_kernels_trace_tells_when_a_line_changed() -> None:
    assert list(levels(TRACE, 535)) == [(53.25, False), (53.5, True), (54.125, False)]
    assert list(levels(TRACE, 530)) == [(53.6, True)]
    assert not list(levels(TRACE, 531))


@pytest.mark.skipif(platform.machine() != "x86_64", reason="stands in for QEMU under its name here")
def test_a_machine_that_ends_leaves_its_last_words(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """A guest that reboots ends QEMU with status 0 and without a word: only its console tells."""
    program = tmp_path / "qemu-system-x86_64"
    program.write_text(f"#!/bin/sh\necho 'reboot: Restarting' > {tmp_path}/disk.console\necho 'no room' >&2\nexit 3\n")
    program.chmod(0o755)
    monkeypatch.setenv("PATH", f"{tmp_path}:{os.environ['PATH']}")
    (tmp_path / "disk").touch()
    with pytest.raises(Unproved, match=r"(?s)status is 3.*no room.*reboot: Restarting"):
        Machine("amd64", Image(tmp_path), tmp_path / "disk", {}).__enter__()
