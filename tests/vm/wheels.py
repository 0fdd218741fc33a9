"""The interpreters' wheels for ARM, run on an emulated processor: the same embeddings as on this one?

  tests/vm/wheels

Debian's own Python and NumPy, as Raspberry Pi OS has them, are unpacked for ARM and for x86-64, and nothing of them is
configured; the wheel is unpacked beside them, and both embed the same photographs. An interpreter may compute otherwise
on another processor, so the cosine must be 0.995 at least, and how many outputs differ is said: the kernels of
tflite-runtime for ARM and x86-64 round some negative numbers otherwise, which shows where a convolution has no ReLU.
Needs root (chroot), mmdebstrap and qemu-user-static; where they are missing it says so and ends with 0.
"""

import json
import os
import shutil
import subprocess
import sys
import time
from collections.abc import Mapping, Sequence
from contextlib import ExitStack
from dataclasses import dataclass, field
from pathlib import Path
from tempfile import TemporaryDirectory
from zipfile import ZipFile

import numpy as np
from numpy.typing import NDArray

from edge_handsign.commands.choice import backbone
from edge_handsign.config import Config
from tests.conftest import ROOT
from tests.faults.disk import unmount
from tests.vm.image import MIRROR, cache

PACKAGES = "base-files,python3,python3-numpy,python3-yaml,python3-pil"
CPUINFO = """\
processor\t: {core}
BogoMIPS\t: 108.00
Features\t: {features}
CPU implementer\t: 0x41
CPU architecture: {architecture}
CPU variant\t: 0x0
CPU part\t: {part}
CPU revision\t: 3

"""  # of its kernel; without one, or without /sys, XNNPACK is silently not used
ALIKE = 0.995
COUNT = 12  # photographs


@dataclass(frozen=True, slots=True)
class Machine:
    """A kind of computer, by the names that others have for it."""

    name: str  # Python's
    debian: str
    libraries: str  # its folder of them
    emulator: str = ""  # none: this one
    processor: str = ""
    about: Mapping[str, str] = field(default_factory=dict)  # what the kernel says of the processor


PC = Machine("x86_64", "amd64", "x86_64-linux-gnu")
PI_4 = Machine(
    "aarch64",
    "arm64",
    "aarch64-linux-gnu",
    "qemu-aarch64-static",
    "cortex-a72",
    {"features": "fp asimd evtstrm crc32 cpuid", "architecture": "8", "part": "0xd08"},
)
PI_2 = Machine(
    "armv7l",
    "armhf",
    "arm-linux-gnueabihf",
    "qemu-arm-static",
    "cortex-a7",
    {
        "features": "half thumb fastmult vfp edsp neon vfpv3 tls vfpv4 idiva idivt vfpd32 lpae evtstrm",
        "architecture": "7",
        "part": "0xc07",
    },
)


@dataclass(frozen=True, slots=True)
class Case:
    """A system and its interpreter."""

    machine: Machine
    suite: str
    python: str
    requirement: str


CASES = (
    Case(PI_4, "bookworm", "3.11", "tflite-runtime==2.14.0"),
    Case(PI_2, "bookworm", "3.11", "tflite-runtime==2.14.0"),
    Case(PI_4, "bookworm", "3.11", "ai-edge-litert==2.3.0"),
    Case(PI_4, "trixie", "3.13", "ai-edge-litert==2.3.0"),
)


def missing(shared: Path) -> str | None:
    """Why the wheels cannot be run here; None when they can."""
    if os.geteuid() != 0:
        return "needs root"
    needed = ("mmdebstrap", PI_4.emulator, PI_2.emulator)
    if absent := [program for program in needed if shutil.which(program) is None]:
        return f"needs {', '.join(absent)}: apt install mmdebstrap qemu-user-static"
    if not (shared / "data").is_dir():
        return f"{shared} is not there: EDGE_HANDSIGN_DATA names the folder of photographs"
    return None


def system(suite: str, machine: Machine) -> Path:
    """Debian's Python for a machine, unpacked; from the cache or now."""
    folder = cache() / f"python-{suite}-{machine.name}"
    if not folder.is_dir():
        cache().mkdir(parents=True, exist_ok=True)
        with TemporaryDirectory(dir=cache(), prefix="draft-") as draft:
            root = Path(draft) / "root"
            command = ["mmdebstrap", "--quiet", "--mode=root", "--variant=extract", "--format=directory"]
            command += [f"--architectures={machine.debian}", f"--include={PACKAGES}", suite, str(root), MIRROR]
            subprocess.run(command, check=True)
            if machine.emulator:
                shutil.copy(shutil.which(machine.emulator) or machine.emulator, root / machine.emulator)
            root.rename(folder)
    return folder


def wheel(case: Case, machine: Machine, into: Path) -> None:
    """Unpacked, without what it depends on."""
    with TemporaryDirectory() as fetched:
        tags = [f"--platform=manylinux_2_{minor}_{machine.name}" for minor in (17, 27, 28, 34)]
        command = [sys.executable, "-m", "pip", "--quiet", "download", "--no-deps", "--only-binary=:all:", *tags]
        command += [f"--platform=manylinux2014_{machine.name}", f"--python-version={case.python}", f"--dest={fetched}"]
        subprocess.run([*command, case.requirement], check=True)
        (file,) = Path(fetched).iterdir()
        ZipFile(file).extractall(into)


def embedded(case: Case, machine: Machine, pictures: Sequence[NDArray[np.uint8]]) -> dict[str, NDArray[np.float32]]:
    """What this interpreter says of them on that processor: embeddings and raw outputs, (COUNT, d) each."""
    root = system(case.suite, machine)
    with ExitStack() as exits:
        work = Path(exits.enter_context(TemporaryDirectory(dir=root)))
        wheel(case, machine, work)
        for folder in ("edge_handsign", "models", "tests/vm"):
            shutil.copytree(ROOT / folder, work / folder, ignore=shutil.ignore_patterns("__pycache__"))
        for number, picture in enumerate(pictures):
            np.save(work / f"{number:02}.npy", picture)
        _furnish(root, machine, exits)
        inside, libraries = f"/{work.name}", f"/usr/lib/{machine.libraries}"
        facts = {
            "PYTHONPATH": inside,
            "LD_LIBRARY_PATH": f"{libraries}/blas:{libraries}/lapack",  # Debian links them later
            "QEMU_CPU": machine.processor,
        }
        emulator = [f"/{machine.emulator}"] if machine.emulator else []
        program = [f"/usr/bin/python{case.python}", f"{inside}/tests/vm/embed.py", inside]
        command = ["chroot", str(root), *emulator, *program]
        done = subprocess.run(command, stdout=subprocess.PIPE, check=True, env=os.environ | facts)
    return {name: np.array(rows, np.float32) for name, rows in json.loads(done.stdout).items()}


def _furnish(root: Path, machine: Machine, exits: ExitStack) -> None:
    """What a kernel would tell of the processor; this machine's own list describes another kind."""
    (root / "proc").mkdir(exist_ok=True)
    if machine.emulator:
        cores = (CPUINFO.format(core=core, **machine.about) for core in range(4))
        (root / "proc" / "cpuinfo").write_text("".join(cores))
    for folder in ("sys",) if machine.emulator else ("sys", "proc"):
        (root / folder).mkdir(exist_ok=True)
        subprocess.run(["mount", "--bind", f"/{folder}", root / folder], check=True)
        exits.callback(unmount, root / folder)


def pictures(folder: Path) -> list[NDArray[np.uint8]]:
    """Decoded here, once: another processor's JPEG decoder is not what is asked about."""
    from PIL import Image

    size = backbone(Config()).input_size
    everything = sorted(folder.rglob("*.jpg"))
    chosen = everything[:: len(everything) // COUNT][:COUNT]
    return [np.asarray(Image.open(file).convert("RGB").resize(size)) for file in chosen]


def compared(case: Case, shown: Sequence[NDArray[np.uint8]]) -> tuple[bool, str]:
    """Whether it is good enough, and what was seen."""
    arm, ours = (embedded(case, machine, shown) for machine in (case.machine, PC))
    cosine = float((arm["embeddings"] * ours["embeddings"]).sum(axis=1).min())
    apart = np.abs(arm["outputs"] - ours["outputs"])
    told = f"cosine of embeddings {cosine:.5f} at least, " + (
        f"{np.count_nonzero(apart)} of {apart.size} outputs differ, by {apart.max():g} at most"
        if apart.any()
        else "the same bits"
    )
    return cosine >= ALIKE, told


def main() -> int:
    """The exit status."""
    shared = Path(os.environ.get("EDGE_HANDSIGN_DATA", ROOT.parent / "shared")).resolve()
    if reason := missing(shared):
        print(f"left out: the wheels for ARM ({reason})")
        return 0
    shown = pictures(shared / "data" / "ardamavi_digits")
    failed = False
    for case in CASES:
        began = time.monotonic()
        good, told = compared(case, shown)
        failed |= not good
        mark = "proved" if good else "MISSED"
        where = f"{case.requirement}, Python {case.python}, {case.machine.name} and x86-64"
        print(f"{mark}  {time.monotonic() - began:5.0f} s  {where}: {told}", flush=True)
    return int(failed)


if __name__ == "__main__":
    sys.exit(main())
