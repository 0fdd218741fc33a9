"""Kills: SIGKILL at a random moment of the work, again and again on the same file, which must then be as acknowledged.

  scripts/kills [TIMES]        default: 1000

Status 1 at the first kill after which something is lost, strange or damaged.
"""

import argparse
import os
import random
import select
import signal
import sys
import tempfile
import time
from pathlib import Path

from tests.faults.kept import after, plan
from tests.faults.work import make, opened, served

LATEST_S = 0.025  # after the first acknowledgement: a few changes
FRESH = 500  # kills after which a new file begins


def work_until_killed(folder: Path, seed: int, acknowledge: int) -> None:
    """Only in a child."""
    with opened(folder) as store:
        for change in plan(seed):
            make(store, change)
            os.write(acknowledge, b".")


def killed_while_working(folder: Path, seed: int, after_s: float) -> int:
    """How many changes it acknowledged before SIGKILL; every fourth may be killed while it still opens the file."""
    reading, writing = os.pipe()
    child = os.fork()
    if child == 0:
        os.close(reading)
        work_until_killed(folder, seed, writing)
        os._exit(1)
    os.close(writing)
    if seed % 4:
        select.select([reading], [], [], 10)
    time.sleep(after_s)
    os.kill(child, signal.SIGKILL)
    os.waitpid(child, 0)
    with os.fdopen(reading, "rb") as acknowledged:
        return len(acknowledged.read())


def kill_again_and_again(folder: Path, times: int) -> int:
    """How many changes were acknowledged. Forks, so nothing else may run in the process."""
    chance, kept, total = random.Random(2), frozenset[int](), 0
    for seed in range(times):
        if seed % FRESH == 0:
            folder, kept = folder / "next", frozenset()
        count = killed_while_working(folder, seed, LATEST_S * chance.random())
        total += count
        steps = plan(seed)
        for _ in range(count):
            kept = after(kept, next(steps))
        with opened(folder) as store:
            found = served(store)
            assert store.load().damaged == 0, f"kill {seed}: damaged"
        assert found in (kept, after(kept, next(steps))), f"kill {seed}: {sorted(kept ^ found)} differ"
        kept = found
    return total


def main() -> int:
    """The exit status."""
    parser = argparse.ArgumentParser(
        prog="scripts/kills", description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("times", type=int, nargs="?", default=1000)
    times = parser.parse_args().times
    began = time.monotonic()
    with tempfile.TemporaryDirectory() as name:
        total = kill_again_and_again(Path(name), times)
    speed = times / (time.monotonic() - began)
    print(f"{times} kills, {speed:.1f} a second: {total} acknowledged changes, 0 lost")
    return int(total < times / 4)  # so few that the kills proved nothing


if __name__ == "__main__":
    sys.exit(main())
