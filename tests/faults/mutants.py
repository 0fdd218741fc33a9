"""Seeded bugs: each is put into a copy of the tree, where the tests must catch it.

  scripts/mutants [WORD...]        those whose name contains a word; default: all of tests/faults/seeded.py

Status 1 when one survives.
"""

import argparse
import os
import subprocess
import sys
import time

from tests.conftest import ROOT
from tests.faults.mutant import Mutant, mutated
from tests.faults.seeded import LINT, MUTANTS


def caught(mutant: Mutant) -> str | None:
    """What failed because of it; None when all is well in spite of it."""
    with mutated(mutant) as tree:
        lint = [sys.executable, "-m", "ruff", "check", "--output-format=concise", mutant.replaced[0][0]]
        test = [sys.executable, "-m", "pytest", "-q", "-x", "-p", "no:cacheprovider", *mutant.tests]
        data = os.environ.get("EDGE_HANDSIGN_DATA", str(ROOT.parent / "shared"))
        environment = {**os.environ, "EDGE_HANDSIGN_DATA": data}
        command = lint if mutant.tests == (LINT,) else test
        done = subprocess.run(command, cwd=tree, env=environment, capture_output=True, text=True, check=False)
    if done.returncode == 0:
        return None
    failed = [
        line for line in done.stdout.splitlines() if line.startswith(("FAILED", *(r[0] for r in mutant.replaced)))
    ]
    if done.returncode != 1 or not failed:
        raise LookupError(f"{mutant.name}: nobody could tell:\n{done.stdout[-2000:]}{done.stderr[-2000:]}")
    return failed[0].removeprefix("FAILED ").split(" - ")[0][:100]


def main() -> int:
    """The exit status."""
    parser = argparse.ArgumentParser(
        prog="scripts/mutants", description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("word", nargs="*")
    words = parser.parse_args().word
    chosen = [mutant for mutant in MUTANTS if not words or any(word in mutant.name for word in words)]
    survived = 0
    for mutant in chosen:
        began, failed = time.monotonic(), caught(mutant)
        survived += failed is None
        print(f"{mutant.name:50} {time.monotonic() - began:5.1f} s  {failed or 'SURVIVED'}", flush=True)
    print(f"{len(chosen) - survived} of {len(chosen)} seeded bugs were caught")
    return int(survived > 0)


if __name__ == "__main__":
    sys.exit(main())
