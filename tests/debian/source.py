"""What is installed: a copy of this clone, the same a version newer, their packages, the interpreter's wheels."""

import shutil
import subprocess
from dataclasses import dataclass
from pathlib import Path

from edge_handsign import __version__

ROOT = Path(__file__).parents[2]
NEWER = f"{__version__}.1"
STAND_INS = ("python3-picamera2", "python3-rpi-lgpio")  # of Raspberry Pi OS; Debian does not have them
CONTROL = "Package: {}\nVersion: 1\nArchitecture: all\nMaintainer: nobody\nDescription: stands in for the real one\n"


@dataclass(frozen=True)
class Source:
    """Paths on this machine."""

    clone: Path
    package: Path
    with_wheels: Path
    newer: Path
    wheels: Path  # folder
    stand_ins: tuple[Path, ...]


def made(folder: Path) -> Source:
    """All of it, in an empty folder."""
    clone, newer, both = _copy(folder / "clone"), _copy(folder / "newer"), folder / "with-wheels"
    init = newer / "edge_handsign/__init__.py"
    init.write_text(init.read_text().replace(f'"{__version__}"', f'"{NEWER}"'))
    full = _built(clone, both, "--with-wheels", "x86_64")
    subprocess.run(["dpkg-deb", "--extract", full, both / "all"], check=True)
    return Source(
        clone,
        _built(clone, folder / "plain"),
        full,
        _built(newer, folder / "plain"),
        both / "all/usr/share/edge-handsign/wheels",
        tuple(_stand_in(name, folder) for name in STAND_INS),
    )


def _copy(to: Path) -> Path:
    """What git has or would take, and nothing else."""
    listed = subprocess.run(
        ["git", "-C", ROOT, "ls-files", "-z", "--cached", "--others", "--exclude-standard"],
        capture_output=True,
        text=True,
        check=True,
    )
    for name in filter(None, listed.stdout.split("\0")):
        if (ROOT / name).is_file():
            (to / name).parent.mkdir(parents=True, exist_ok=True)
            shutil.copy(ROOT / name, to / name)
    return to


def _built(clone: Path, folder: Path, *options: str) -> Path:
    done = subprocess.run([clone / "scripts/make_deb", *options, folder], stdout=subprocess.PIPE, text=True, check=True)
    return Path(done.stdout.strip())


def _stand_in(name: str, folder: Path) -> Path:
    control = folder / name / "DEBIAN/control"
    control.parent.mkdir(parents=True)
    control.write_text(CONTROL.format(name))
    deb = folder / f"{name}.deb"
    subprocess.run(["dpkg-deb", "--build", folder / name, deb], check=True, stdout=subprocess.DEVNULL)
    return deb
