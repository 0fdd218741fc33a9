"""A Debian to break: made once by mmdebstrap, kept by the hash of how it was made, unpacked afresh for each story."""

import hashlib
import os
import shutil
import subprocess
from collections.abc import Mapping
from pathlib import Path

# What a Raspberry Pi OS without a desktop has, and the package needs.
INCLUDED = (
    "python3", "python3-venv", "python3-numpy", "python3-pil", "python3-yaml", "python3-tqdm", "python3-systemd",
    "systemd", "udev", "ca-certificates",
)  # fmt: skip
CACHE = Path(os.environ.get("XDG_CACHE_HOME") or Path.home() / ".cache") / "edge-handsign"
UNSHARE = ("unshare", "--mount", "--pid", "--fork", "--kill-child")
ENTER = """
mount -t proc proc "$1/proc" && mount --rbind /dev "$1/dev" && mount -t tmpfs tmpfs "$1/run"
root=$1; shift
exec chroot "$root" /usr/bin/env --ignore-environment "$@"
"""
ENVIRONMENT = {"PATH": "/usr/sbin:/usr/bin", "LANG": "C.UTF-8", "HOME": "/root", "DEBIAN_FRONTEND": "noninteractive"}


class Refused(Exception):
    """A command in the root ended badly; its text is what the command said."""


class Root:
    """A file system that is entered with chroot, in namespaces of its own for mounts and processes."""

    def __init__(self, suite: str, folder: Path) -> None:
        self.path = folder / suite
        self.path.mkdir()
        subprocess.run(["tar", "-C", self.path, "-xf", _archive(suite)], check=True)
        shutil.copyfile("/etc/resolv.conf", self.path / "etc/resolv.conf")

    def run(self, *command: str, given: str = "", **environment: str) -> str:
        """What a command says on both channels; Refused when its status is not 0."""
        setting = [f"{name}={value}" for name, value in {**ENVIRONMENT, **environment}.items()]
        done = subprocess.run(
            [*UNSHARE, "bash", "-c", ENTER, "enter", str(self.path), *setting, *command],
            input=given,
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            text=True,
            check=False,
        )
        if done.returncode:
            raise Refused(done.stdout)
        return done.stdout

    def refuses(self, *command: str, **environment: str) -> str:
        """What a command says that must end badly; AssertionError when it does not."""
        try:
            said = self.run(*command, **environment)
        except Refused as refused:
            return str(refused)
        raise AssertionError(f"{' '.join(command)} should have been refused, and said:\n{said}")

    def take(self, file: Path, folder: str = "/root") -> str:
        """Copy a file in; its path there."""
        (self.path / folder[1:]).mkdir(parents=True, exist_ok=True)
        shutil.copyfile(file, self.path / folder[1:] / file.name)
        return f"{folder}/{file.name}"

    def has(self, path: str) -> bool:
        """There is something of that name."""
        return os.path.lexists(self.path / path[1:])

    def text(self, path: str) -> str:
        """A file's text."""
        return (self.path / path[1:]).read_text(encoding="utf-8")


def missing(which: Mapping[str, str]) -> list[str]:
    """What has to be installed here before any root can be made; `which` maps programs to packages."""
    return [package for program, package in which.items() if shutil.which(program) is None]


def _archive(suite: str) -> Path:
    recipe = ["mmdebstrap", "--quiet", "--variant=minbase", f"--include={','.join(INCLUDED)}", suite]
    name = hashlib.sha256(" ".join(recipe).encode()).hexdigest()[:16]
    archive = CACHE / f"{suite}-{name}.tar"
    if not archive.exists():
        CACHE.mkdir(parents=True, exist_ok=True)
        draft = archive.with_suffix(".new.tar")
        subprocess.run([*recipe, draft], check=True)
        draft.replace(archive)
    return archive
