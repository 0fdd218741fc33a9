"""`tests/vm/run`: builds the machine, boots it, and prints what was proved in how long.

Needs root, QEMU and mmdebstrap; where they are missing it says so and ends with 0. The image is kept in the cache
(XDG_CACHE_HOME, default ~/.cache; there edge-handsign/vm) and built anew when its recipe in tests/vm/image changes. The
processor is emulated where KVM cannot be used, which takes several times as long. Photographs come from
EDGE_HANDSIGN_DATA (default: ../shared).
"""

import argparse
import os
import random
import subprocess
import sys
import time
from collections.abc import Callable
from contextlib import ExitStack
from dataclasses import dataclass, field
from functools import partial
from pathlib import Path
from shutil import which
from tempfile import TemporaryDirectory

from tests.conftest import ROOT
from tests.faults import card
from tests.vm.image import Image, image
from tests.vm.machine import BOARDS, NATIVE, PROOF_S, Machine, Unproved, accelerated

PROVED_IN_ORDER = (  # what is needed for what comes later is first
    ("service.ready", "READY"),
    ("camera.real", "camera"),
    ("pins.taught", "pins: teach"),
    ("pins.recognised", "pins: recognise"),
    ("pins.undone", "pins: undo"),
    ("pins.forgotten", "pins: forget"),
    ("control.member", "control socket"),
    ("control.stranger", "control socket"),
    ("service.stopped", "watchdog"),
    ("service.killed", "kill"),
    ("service.safe_mode", "safe mode"),
    ("service.rescued", "rescue"),
    ("service.blind", "no camera"),
    ("sandbox.score", "sandbox"),
    ("sandbox.denies", "sandbox"),
)
LESSONS, CUTS = 30, 60
CARD = 48 * 2**20  # bytes; the box saves nothing where less than 16 MB are free
BEFORE_THE_PLUG, SOON_S = 5, 3.0  # lessons, and the random time in the next one, after which it is pulled
SIGNS = ("fist", "palm", "peace")


@dataclass(slots=True)
class Table:
    """Rows as they come: what, how long, what was seen."""

    failed: list[str] = field(default_factory=list)

    def row(self, name: str, prove: Callable[[], str]) -> bool:
        """One more, and whether it is so; whatever goes wrong is a row too."""
        began = time.monotonic()
        try:
            found, mark = prove(), "proved"
        except (Unproved, AssertionError, OSError, subprocess.CalledProcessError) as error:
            found, mark = str(error), "MISSED"
            self.failed.append(name)
        print(f"{mark}  {time.monotonic() - began:5.0f} s  {name:<16} {found}", flush=True)
        return mark == "proved"


def missing(architecture: str, shared: Path) -> str | None:
    """Why there can be no machine here; None when there can."""
    if os.geteuid() != 0:
        return "needs root"
    needed = ("mmdebstrap", "qemu-img", "mke2fs", BOARDS[architecture][0])
    if absent := [program for program in needed if which(program) is None]:
        return f"needs {', '.join(absent)}: apt install mmdebstrap qemu-system-x86 qemu-system-arm qemu-utils e2fsprogs"
    runs = NATIVE[architecture] == os.uname().machine
    if not runs and not (Path(f"/proc/sys/fs/binfmt_misc/qemu-{NATIVE[architecture]}").exists() and which("arch-test")):
        return f"needs programs for {architecture} to run here: apt install qemu-user-static binfmt-support arch-test"
    if not (shared / "data" / "INDEX.csv").is_file():
        return f"{shared} is not there: EDGE_HANDSIGN_DATA names the folder of photographs"
    return None


def package(architecture: str, folder: Path) -> str:
    """Ours, with the interpreter's wheel for the machine, which has no network."""
    subprocess.run(
        [ROOT / "scripts" / "make_deb", "--with-wheels", NATIVE[architecture], folder], check=True, stdout=sys.stderr
    )
    (deb,) = folder.glob("*.deb")
    return deb.name


def proved(architecture: str, made: Image, table: Table, work: Path, shared: Path) -> None:
    """Row by row."""
    share = work / "share"
    share.mkdir()
    folders = {"tree": ROOT, "data": shared / "data", "share": share}
    deb = package(architecture, share)

    def switched_on(*more: str) -> Machine:
        return Machine(architecture, made, work / "disk", folders, more)

    with ExitStack() as opened:
        machine = switched_on()
        if table.row("boot", lambda: opened.enter_context(machine).prove("machine.booted")):
            table.row("package", lambda: machine.prove("machine.installed", package=deb))
            table.row("off", machine.off)
    if table.failed:
        return
    blank, log = (work / "blank"), (work / "log")
    before = card.formatted(blank, CARD).read_bytes()
    os.truncate(blank, 2 * len(before))  # the half behind the file system is for acknowledgements
    log.touch()
    with ExitStack() as opened:
        machine = switched_on(*_recording(blank, log))
        if not table.row("boot", lambda: opened.enter_context(machine).prove("machine.booted")):
            return
        for proof, name in PROVED_IN_ORDER:
            table.row(name, partial(machine.prove, proof))
        table.row("power: recorded", lambda: machine.prove("power.recorded", lessons=LESSONS, end=len(before)))
        table.row("power: teaching", lambda: _unplugged(machine, share / "acknowledged"))
    from tests.vm.blocklog import looked_at

    table.row("power: cut", lambda: looked_at(log, before, SIGNS, CUTS))
    if told := _told(share / "acknowledged"):
        with ExitStack() as opened:
            machine = switched_on()
            if table.row("boot", lambda: opened.enter_context(machine).prove("machine.booted")):
                table.row("power: plug", lambda: machine.prove("power.remembers", acknowledged=told[-1]))


def _unplugged(machine: Machine, acknowledged: Path) -> str:
    machine.ask("power.teaching")
    if not machine.within(PROOF_S, partial(_taught, acknowledged)):
        raise Unproved(f"not {BEFORE_THE_PLUG} lessons in {PROOF_S} s")
    time.sleep(random.uniform(0, SOON_S))
    machine.cut()
    return f"its plug pulled while {len(_told(acknowledged)) + 1}. lesson was taught"


def _taught(acknowledged: Path, wait_s: float) -> bool:
    time.sleep(wait_s / 10)
    return len(_told(acknowledged)) >= BEFORE_THE_PLUG


def _told(acknowledged: Path) -> list[int]:
    return [int(line) for line in acknowledged.read_text().splitlines()] if acknowledged.exists() else []


def _recording(blank: Path, log: Path) -> list[str]:
    return [
        *("-blockdev", f"driver=file,filename={blank},node-name=card"),
        *("-blockdev", f"driver=file,filename={log},node-name=log"),
        *("-blockdev", "driver=blklogwrites,file=card,log=log,node-name=recorded"),
        *("-device", "virtio-blk,drive=recorded,write-cache=on,serial=card"),
    ]


def main() -> int:
    """The exit status."""
    parser = argparse.ArgumentParser(
        prog="tests/vm/run", description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("--arch", choices=sorted(BOARDS), default="amd64", help="default: amd64")
    args = parser.parse_args()
    shared = Path(os.environ.get("EDGE_HANDSIGN_DATA", ROOT.parent / "shared")).resolve()
    if reason := missing(args.arch, shared):
        print(f"left out: the virtual machine ({reason})")
        return 0
    began, table = time.monotonic(), Table()
    table.row("image", lambda: image(args.arch).folder.name)
    if not table.failed:
        with TemporaryDirectory(prefix="edge-handsign-vm-") as work:
            proved(args.arch, image(args.arch), table, Path(work), shared)
    how = "on KVM" if accelerated(args.arch) else "on an emulated processor"
    missed = f"missed: {', '.join(table.failed)}" if table.failed else "all proved"
    print(f"{args.arch} {how}: {time.monotonic() - began:.0f} s; {missed}")
    return int(bool(table.failed))


if __name__ == "__main__":
    sys.exit(main())
