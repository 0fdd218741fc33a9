"""The Debian package: what is in it; the same tree makes the same bytes. Installed by scripts/try_install."""

import hashlib
import os
import shutil
import subprocess
import time
from pathlib import Path

import pytest

from edge_handsign import __version__
from scripts.debian.tree import PLACES, lay
from tests.conftest import ROOT


@pytest.fixture(scope="module")
def laid(tmp_path_factory: pytest.TempPathFactory) -> Path:
    root = tmp_path_factory.mktemp("root")
    lay(ROOT, root)
    return root


def built(folder: Path, **environment: str) -> Path:
    if shutil.which("dpkg-deb") is None:
        pytest.skip("dpkg-deb is not installed")
    command = [ROOT / "scripts/make_deb", folder]
    done = subprocess.run(
        command, cwd=folder.parent, env={**os.environ, **environment}, capture_output=True, text=True, check=True
    )
    return Path(done.stdout.strip())


def test_whatever_is_in_deploy_goes_somewhere() -> None:
    placed = {path for pattern, _, _ in PLACES for path in ROOT.glob(pattern)}
    stays = {ROOT / "deploy/README.md", ROOT / "deploy/install.sh", *(ROOT / "deploy/debian").iterdir()}
    assert {path for path in (ROOT / "deploy").rglob("*") if path.is_file()} <= placed | stays


def test_every_place_has_something(laid: Path) -> None:
    for _, place, _ in PLACES:
        assert (laid / place).exists() or "drop-ins" in place, place


def test_the_program_is_whole_and_without_caches(laid: Path) -> None:
    there = laid / "usr/lib/edge-handsign/edge_handsign"
    ours = {path.relative_to(ROOT / "edge_handsign") for path in (ROOT / "edge_handsign").rglob("*.py")}
    assert {path.relative_to(there) for path in there.rglob("*.py")} == ours
    assert not list(laid.rglob("__pycache__"))
    assert (there / "models/embedded/handsign.tflite").read_bytes() == (ROOT / "models/handsign.tflite").read_bytes()


def test_programs_may_be_run_and_everything_read(laid: Path) -> None:
    for path in laid.rglob("*"):
        programs = path.is_dir() or path.parent.name in {"bin", "sbin"}
        assert path.stat().st_mode & 0o777 == (0o755 if programs else 0o644), path


def test_the_unit_starts_what_the_package_makes(laid: Path) -> None:
    unit = (laid / "usr/lib/systemd/system/edge-handsign.service").read_text()
    setup = (laid / "usr/sbin/edge-handsign-setup").read_text()
    assert "ExecStart=/opt/edge-handsign/bin/python " in unit
    assert "environment=/opt/edge-handsign\n" in setup
    assert "program=/usr/lib/edge-handsign\n" in setup


def test_the_same_tree_makes_the_same_bytes(tmp_path: Path) -> None:
    first = built(tmp_path / "one")
    time.sleep(1.1)  # dates of files are in seconds
    second = built(tmp_path / "two", TZ="Asia/Tokyo", LC_ALL="C")
    assert first.name == second.name == f"edge-handsign_{__version__}_all.deb"
    assert hashlib.sha256(first.read_bytes()).digest() == hashlib.sha256(second.read_bytes()).digest()
    other = built(tmp_path / "three", SOURCE_DATE_EPOCH="1")
    assert other.read_bytes() != first.read_bytes(), "the date is not in it"


def test_everything_is_roots_and_it_is_for_every_machine(tmp_path: Path) -> None:
    deb = built(tmp_path / "one")
    listed = subprocess.run(["dpkg-deb", "--contents", deb], capture_output=True, text=True, check=True).stdout
    assert {line.split()[1] for line in listed.splitlines()} == {"root/root"}
    fields = subprocess.run(["dpkg-deb", "--field", deb], capture_output=True, text=True, check=True).stdout
    assert "Architecture: all\n" in fields
    assert f"Version: {__version__}\n" in fields
    assert "@" not in fields.replace("@localhost", "")
