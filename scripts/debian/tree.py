"""What of the repository goes where on a Debian system: one table, and the wheel's own list of models."""

import shutil
import tomllib
from collections.abc import Iterator
from pathlib import Path

PROGRAM = "usr/lib/edge-handsign"
SHARE = "usr/share/edge-handsign"
UNITS = "usr/lib/systemd/system"
PLACES = (  # (files of the repository, where they go, executable); a place that ends with / is a folder
    ("deploy/edge-handsign", "usr/bin/", True),
    ("deploy/edge-handsign-setup", "usr/sbin/", True),
    ("deploy/*.service", f"{UNITS}/", False),
    ("deploy/*.sysusers", "usr/lib/sysusers.d/edge-handsign.conf", False),
    ("deploy/*.rules", "usr/lib/udev/rules.d/60-edge-handsign.rules", False),
    ("deploy/drop-ins/*.conf", f"{SHARE}/drop-ins/", False),
    ("config/edge-handsign.yaml", f"{SHARE}/config.yaml", False),
    ("LICENSE", "usr/share/doc/edge-handsign/copyright", False),
    ("README.md", "usr/share/doc/edge-handsign/", False),
    ("CHANGELOG.md", "usr/share/doc/edge-handsign/", False),
    ("docs/*.md", "usr/share/doc/edge-handsign/docs/", False),
    ("docs/*.svg", "usr/share/doc/edge-handsign/docs/", False),
)


def lay(repository: Path, root: Path) -> None:
    """Fill an empty folder with what will be / on the system."""
    for source, target, executable in _files(repository):
        to = root / target
        to.parent.mkdir(parents=True, exist_ok=True)
        shutil.copyfile(source, to)
        to.chmod(0o755 if executable else 0o644)
    for folder in (path for path in root.rglob("*") if path.is_dir()):
        folder.chmod(0o755)


def _files(repository: Path) -> Iterator[tuple[Path, str, bool]]:
    """(file, its place, executable)."""
    for pattern, place, executable in PLACES:
        for source in sorted(repository.glob(pattern)):
            yield source, place + source.name if place.endswith("/") else place, executable
    for source in sorted((repository / "edge_handsign").rglob("*")):
        if source.is_file() and "__pycache__" not in source.parts:
            yield source, f"{PROGRAM}/{source.relative_to(repository)}", False
    for name, place in _included(repository).items():
        yield repository / name, f"{PROGRAM}/{place}", False


def _included(repository: Path) -> dict[str, str]:
    """What the wheel has besides the package, as pyproject.toml says it."""
    project = tomllib.loads((repository / "pyproject.toml").read_text(encoding="utf-8"))
    included: dict[str, str] = project["tool"]["hatch"]["build"]["targets"]["wheel"]["force-include"]
    return included
