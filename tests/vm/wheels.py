"""The interpreters' wheels for 64-bit ARM, run on an emulated processor: the same embeddings as on this one?

  tests/vm/wheels

Debian's own Python and NumPy, as a 64-bit Raspberry Pi OS has them, are unpacked for aarch64 and for x86-64, and
nothing of them is configured; the wheel is unpacked beside them, and both embed the same photographs. LiteRT computes
differently on another processor, so the cosine must be 0.995 at least. tflite-runtime computes in whole numbers, which
its kernels for AVX-512 round as those for ARM do: there every bit must agree. Those for older processors round some
otherwise: there outputs must agree within one step of 255, and whether every bit agrees is said. Needs root (chroot),
mmdebstrap and qemu-user-static; where they are missing it says so and ends with 0.
"""

import json
import os
import shutil
import subprocess
import sys
import time
from collections.abc import Sequence
from contextlib import ExitStack
from dataclasses import dataclass
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
EMULATOR = "qemu-aarch64-static"
PROCESSOR = "cortex-a72"  # a Pi 4's
CPUINFO = """\
processor\t: {core}
BogoMIPS\t: 108.00
Features\t: fp asimd evtstrm crc32 cpuid
CPU implementer\t: 0x41
CPU architecture: 8
CPU variant\t: 0x0
CPU part\t: 0xd08
CPU revision\t: 3

"""  # its kernel's; without one, or without /sys, XNNPACK is silently not used
ALIKE = 0.995
STEP = 1  # of an output, where this processor's kernels round otherwise than those for ARM
COUNT = 12  # photographs
MACHINES = {"aarch64": "arm64", "x86_64": "amd64"}  # as Python names them -> as Debian does


@dataclass(frozen=True, slots=True)
class Case:
    """A system and its interpreter."""

    suite: str
    python: str
    requirement: str
    whole: bool  # whether it computes in whole numbers alone


CASES = (
    Case("bookworm", "3.11", "tflite-runtime==2.14.0", whole=True),
    Case("bookworm", "3.11", "ai-edge-litert==2.3.0", whole=False),
    Case("trixie", "3.13", "ai-edge-litert==2.3.0", whole=False),
)


def missing(shared: Path) -> str | None:
    """Why the wheels cannot be run here; None when they can."""
    if os.geteuid() != 0:
        return "needs root"
    if absent := [program for program in ("mmdebstrap", EMULATOR) if shutil.which(program) is None]:
        return f"needs {', '.join(absent)}: apt install mmdebstrap qemu-user-static"
    if not (shared / "data").is_dir():
        return f"{shared} is not there: EDGE_HANDSIGN_DATA names the folder of photographs"
    return None


def system(suite: str, machine: str) -> Path:
    """Debian's Python for a machine, unpacked; from the cache or now."""
    folder = cache() / f"python-{suite}-{machine}"
    if not folder.is_dir():
        cache().mkdir(parents=True, exist_ok=True)
        with TemporaryDirectory(dir=cache(), prefix="draft-") as draft:
            command = [
                "mmdebstrap",
                "--quiet",
                "--mode=root",
                "--variant=extract",
                f"--architectures={MACHINES[machine]}",
            ]
            command += [f"--include={PACKAGES}", "--format=directory", suite, str(Path(draft) / "root"), MIRROR]
            subprocess.run(command, check=True)
            emulator = shutil.which(EMULATOR)
            assert emulator
            shutil.copy(emulator, Path(draft) / "root" / EMULATOR)
            (Path(draft) / "root").rename(folder)
    return folder


def wheel(case: Case, machine: str, into: Path) -> None:
    """Unpacked, without what it depends on."""
    with TemporaryDirectory() as fetched:
        tags = [f"--platform=manylinux_2_{minor}_{machine}" for minor in (17, 27, 28, 34)]
        command = [sys.executable, "-m", "pip", "--quiet", "download", "--no-deps", "--only-binary=:all:", *tags]
        command += [f"--platform=manylinux2014_{machine}", f"--python-version={case.python}", f"--dest={fetched}"]
        subprocess.run([*command, case.requirement], check=True)
        (file,) = Path(fetched).iterdir()
        ZipFile(file).extractall(into)


def embedded(case: Case, machine: str, pictures: Sequence[NDArray[np.uint8]]) -> dict[str, NDArray[np.float32]]:
    """What this interpreter says of them on that processor: embeddings and raw outputs, (COUNT, d) each."""
    root = system(case.suite, machine)
    with ExitStack() as exits:
        work = Path(exits.enter_context(TemporaryDirectory(dir=root)))
        wheel(case, machine, work)
        for folder in ("edge_handsign", "models", "tests/vm"):
            shutil.copytree(ROOT / folder, work / folder, ignore=shutil.ignore_patterns("__pycache__"))
        for number, picture in enumerate(pictures):
            np.save(work / f"{number:02}.npy", picture)
        for folder in ("sys",) if machine == "aarch64" else ("sys", "proc"):
            (root / folder).mkdir(exist_ok=True)
            subprocess.run(["mount", "--bind", f"/{folder}", root / folder], check=True)
            exits.callback(unmount, root / folder)
        if machine == "aarch64":  # this machine's own list describes another kind of processor
            (root / "proc").mkdir(exist_ok=True)
            (root / "proc" / "cpuinfo").write_text("".join(CPUINFO.format(core=core) for core in range(4)))
        inside, libraries = f"/{work.name}", f"/usr/lib/{machine}-linux-gnu"
        facts = {
            "PYTHONPATH": inside,
            "LD_LIBRARY_PATH": f"{libraries}/blas:{libraries}/lapack",
            "QEMU_CPU": PROCESSOR,
        }  # Debian links them later
        emulated = [f"/{EMULATOR}"] if machine == "aarch64" else []
        command = [
            "chroot",
            str(root),
            *emulated,
            f"/usr/bin/python{case.python}",
            f"{inside}/tests/vm/embed.py",
            inside,
        ]
        done = subprocess.run(command, stdout=subprocess.PIPE, check=True, env=os.environ | facts)
    return {name: np.array(rows, np.float32) for name, rows in json.loads(done.stdout).items()}


def pictures(folder: Path) -> list[NDArray[np.uint8]]:
    """Decoded here, once: another processor's JPEG decoder is not what is asked about."""
    from PIL import Image

    size = backbone(Config()).input_size
    everything = sorted(folder.rglob("*.jpg"))
    chosen = everything[:: len(everything) // COUNT][:COUNT]
    return [np.asarray(Image.open(file).convert("RGB").resize(size)) for file in chosen]


def compared(case: Case, shown: Sequence[NDArray[np.uint8]]) -> tuple[bool, str]:
    """Whether it is good enough, and what was seen."""
    arm, ours = (embedded(case, machine, shown) for machine in MACHINES)
    cosine = float((arm["embeddings"] * ours["embeddings"]).sum(axis=1).min())
    apart = np.abs(arm["outputs"] - ours["outputs"])
    told = f"cosine of embeddings {cosine:.5f} at least, " + (
        f"{np.count_nonzero(apart)} of {apart.size} outputs differ, by {apart.max():g} at most"
        if apart.any()
        else "the same bits"
    )
    step = 0 if "avx512f" in Path("/proc/cpuinfo").read_text() else STEP
    return bool(apart.max() <= step if case.whole else cosine >= ALIKE), told


def main() -> int:
    """The exit status."""
    shared = Path(os.environ.get("EDGE_HANDSIGN_DATA", ROOT.parent / "shared")).resolve()
    if reason := missing(shared):
        print(f"left out: the wheels for aarch64 ({reason})")
        return 0
    shown = pictures(shared / "data" / "ardamavi_digits")
    failed = False
    for case in CASES:
        began = time.monotonic()
        good, told = compared(case, shown)
        failed |= not good
        mark = "proved" if good else "MISSED"
        where = f"{case.requirement}, Python {case.python}, aarch64 and x86-64"
        print(f"{mark}  {time.monotonic() - began:5.0f} s  {where}: {told}", flush=True)
    return int(failed)


if __name__ == "__main__":
    sys.exit(main())
