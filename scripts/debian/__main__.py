"""Builds the package and prints its path."""

import argparse
import tempfile
from pathlib import Path

from edge_handsign import __version__
from scripts.debian.pack import date, pack
from scripts.debian.tree import SHARE, lay
from scripts.debian.wheels import fetch

REPOSITORY = Path(__file__).parents[2]


def main() -> None:
    """Lay the tree in a temporary folder, pack it, put it in place."""
    parser = argparse.ArgumentParser(prog="scripts/make_deb")
    parser.add_argument("--with-wheels", action="append", default=[], metavar="MACHINE")
    parser.add_argument("folder", nargs="?", type=Path, default=REPOSITORY / "dist", metavar="DIR")
    args = parser.parse_args()
    args.folder.mkdir(parents=True, exist_ok=True)
    deb = args.folder / f"edge-handsign_{__version__}_all.deb"
    with tempfile.TemporaryDirectory() as folder:
        root = Path(folder) / "root"
        root.mkdir()
        if args.with_wheels:
            fetch(args.with_wheels, root / SHARE / "wheels")
        lay(REPOSITORY, root)
        pack(root, REPOSITORY / "deploy/debian", __version__, date(REPOSITORY), deb)
    print(deb)


if __name__ == "__main__":
    main()
