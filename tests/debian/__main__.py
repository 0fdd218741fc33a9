"""Installs, upgrades, spoils, removes: on Debian Bookworm and Trixie, a line a step.

  scripts/try_install [SUITE...]        default: bookworm trixie

Status 1 at the first step that fails; what the system said is printed. Where root or mmdebstrap is missing it says so
and ends well.
"""

import argparse
import os
import sys
import tempfile
import time
import traceback
from pathlib import Path

from tests.debian import package, script
from tests.debian.root import Refused, Root, missing
from tests.debian.source import Source, made

STEPS = (*package.STEPS, *script.STEPS)


def main() -> int:
    parser = argparse.ArgumentParser(
        prog="scripts/try_install", description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("suite", nargs="*", default=["bookworm", "trixie"])
    suites = parser.parse_args().suite
    if reason := _left_out():
        print(f"left out: {reason}")
        return 0
    with tempfile.TemporaryDirectory(prefix="edge-handsign-") as folder:
        source = made(Path(folder))
        return 0 if all(_tried(suite, source, Path(folder)) for suite in suites) else 1


def _left_out() -> str | None:
    if os.geteuid() != 0:
        return "a Debian is entered with chroot, which only root may: sudo scripts/try_install"
    packages = missing({"mmdebstrap": "mmdebstrap", "dpkg-deb": "dpkg", "unshare": "util-linux"})
    return f"sudo apt install {' '.join(packages)}" if packages else None


def _tried(suite: str, source: Source, folder: Path) -> bool:
    root = Root(suite, folder)
    for step in STEPS:
        began = time.monotonic()
        try:
            step(root, source)
        except (AssertionError, Refused) as error:
            print(f"  FAIL  {suite}: {step.__name__.replace('_', ' ')}\n")
            traceback.print_exception(error, file=sys.stdout)
            return False
        print(f"  ok    {suite:9} {time.monotonic() - began:6.1f} s  {step.__name__.replace('_', ' ')}", flush=True)
    return True


if __name__ == "__main__":
    sys.exit(main())
