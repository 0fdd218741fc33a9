"""From a filled folder to a .deb whose bytes depend on its contents alone: dates set, files sorted, all root's."""

import os
import subprocess
from pathlib import Path

MAINTAINER_SCRIPTS = ("preinst", "postinst", "prerm", "postrm")
LONG_AGO = 946_684_800  # 2000-01-01, for a source tree without git


def pack(root: Path, control: Path, version: str, epoch: int, deb: Path) -> None:
    """`root` is what will be /, `control` the folder of maintainer scripts, `epoch` the date of everything, Unix s."""
    size = sum(-(-path.stat().st_size // 1024) for path in root.rglob("*") if path.is_file())  # KiB
    into = root / "DEBIAN"
    into.mkdir()
    for source in control.iterdir():
        text = source.read_text(encoding="utf-8").replace("@VERSION@", version).replace("@SIZE@", str(size))
        (into / source.name).write_text(text, encoding="utf-8")
        (into / source.name).chmod(0o755 if source.name in MAINTAINER_SCRIPTS else 0o644)
    for path in (root, *root.rglob("*")):
        if path.is_dir():
            path.chmod(0o755)
        os.utime(path, (epoch, epoch))
    command = ["dpkg-deb", "--root-owner-group", "-Zgzip", "--build", str(root), str(deb)]
    environment = {**os.environ, "SOURCE_DATE_EPOCH": str(epoch)}
    subprocess.run(command, check=True, env=environment, stdout=subprocess.DEVNULL)


def date(repository: Path) -> int:
    """SOURCE_DATE_EPOCH if it is set, else the last commit's date, else a fixed one. Unix s."""
    if set_from_outside := os.environ.get("SOURCE_DATE_EPOCH"):
        return int(set_from_outside)
    # Whoever builds as root with sudo does not own the clone.
    git = ["git", "-c", f"safe.directory={repository}", "-C", str(repository), "log", "-1", "--format=%ct"]
    try:
        return int(subprocess.run(git, capture_output=True, text=True, check=True).stdout)
    except (OSError, subprocess.CalledProcessError):
        return LONG_AGO
