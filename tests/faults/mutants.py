"""Seeded bugs: each is put into a copy of the tree, where the tests must catch it.

  scripts/mutants [WORD...]        those whose name contains a word; default: all of tests/faults/seeded.py

Status 1 when one survives. One whose tests were all skipped here is left out, and said so.
"""

import argparse
import os
import subprocess
import sys
import time
from collections import Counter

from tests.conftest import ROOT
from tests.faults.mutant import Mutant, mutated
from tests.faults.seeded import LINT, MUTANTS

CAUGHT, LEFT_OUT, SURVIVED = "caught", "left out", "SURVIVED"


def verdict(mutant: Mutant) -> tuple[str, str]:
    """What became of it, and the first test that failed because of it."""
    with mutated(mutant) as tree:
        lint = [sys.executable, "-m", "ruff", "check", "--output-format=concise", mutant.replaced[0][0]]
        test = [sys.executable, "-m", "pytest", "-q", "-x", "-p", "no:cacheprovider", *mutant.tests]
        data = os.environ.get("EDGE_HANDSIGN_DATA", str(ROOT.parent / "shared"))
        environment = {**os.environ, "EDGE_HANDSIGN_DATA": data}
        command = lint if mutant.tests == (LINT,) else test
        done = subprocess.run(command, cwd=tree, env=environment, capture_output=True, text=True, check=False)
    lines = done.stdout.splitlines()
    if done.returncode == 0 and "skipped" in lines[-1] and "passed" not in lines[-1]:
        return LEFT_OUT, lines[-1]
    if done.returncode == 0:
        return SURVIVED, lines[-1]
    failed = [line for line in lines if line.startswith(("FAILED", *(file for file, _, _ in mutant.replaced)))]
    if done.returncode != 1 or not failed:
        raise LookupError(f"{mutant.name}: nobody could tell:\n{done.stdout[-2000:]}{done.stderr[-2000:]}")
    return CAUGHT, failed[0].removeprefix("FAILED ").split(" - ")[0][:100]


def main() -> int:
    """The exit status."""
    parser = argparse.ArgumentParser(
        prog="scripts/mutants", description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("word", nargs="*")
    words = parser.parse_args().word
    found: Counter[str] = Counter()
    for mutant in MUTANTS:
        if not words or any(word in mutant.name for word in words):
            began, (what, why) = time.monotonic(), verdict(mutant)
            found[what] += 1
            print(f"{what:8}  {mutant.name:52} {time.monotonic() - began:5.1f} s  {why}", flush=True)
    print(f"{found[CAUGHT]} seeded bugs were caught, {found[SURVIVED]} survived, {found[LEFT_OUT]} left out")
    return int(found[SURVIVED] > 0 or not found[CAUGHT])


if __name__ == "__main__":
    sys.exit(main())
