"""The interpreter's wheels for systems other than this one, each pinned by its hash (edge_handsign/runtimes.py)."""

import subprocess
import sys
import tempfile
from pathlib import Path

from edge_handsign.runtimes import SYSTEMS, System, Wheel


def fetch(machines: list[str], folder: Path) -> None:
    """All wheels for these machines; SystemExit when a machine has none, or one did not arrive."""
    folder.mkdir(parents=True)
    for machine in machines:
        rows = [row for row in SYSTEMS if row.machine == machine and row.wheel]
        if not rows:
            known = sorted({row.machine for row in SYSTEMS if row.wheel})
            sys.exit(f"make_deb: there are no wheels for {machine!r}, only for {', '.join(known)}")
        for row in rows:
            assert row.wheel
            _fetch(row, row.wheel, folder)
    for file in folder.iterdir():
        file.chmod(0o644)


def _fetch(row: System, wheel: Wheel, folder: Path) -> None:
    with tempfile.NamedTemporaryFile("w", suffix=".txt") as pinned:
        pinned.write(f"{wheel.runtime.requirement} --hash=sha256:{wheel.sha256}\n")
        pinned.flush()
        python = "{}.{}".format(*row.python)
        command = [sys.executable, "-m", "pip", "--quiet", "--disable-pip-version-check", "download", "--no-deps"]
        command += ["--only-binary=:all:", "--require-hashes", "--platform", wheel.tag, "--python-version", python]
        done = subprocess.run([*command, "--dest", folder, "--requirement", pinned.name], check=False)
    if done.returncode:
        sys.exit(f"make_deb: the wheel of {wheel.runtime.title} for {row.name} did not arrive")
