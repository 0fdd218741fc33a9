"""Recoveries: a box falls ill under something that plays systemd, and has to be ready again and know what it knew.

  scripts/recoveries [--count N] [--fault KIND...] [--boxes B]

  hang    nothing that touches the camera comes back      segv    the process ends in the middle of a picture
  stall   the network sleeps for ever                     kill    the same by SIGKILL
  spin    the network computes for ever                   bug     a Python error that nobody caught
  deaf    the same, and no signal handler can run         leak    24 MiB more with each picture

Prints seconds from the fault to READY: the median, the 95th percentile and the longest. Status 1 when something
that was taught is forgotten or a box never comes back, 75 when the 95th percentile is above 15 s, the longest above 30.
"""

import argparse
import random
import sys
import time
from collections.abc import Sequence
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from tempfile import TemporaryDirectory

from edge_handsign.control import Client
from tests.faults.supervisor import Supervisor, rules_of

KINDS = ("hang", "stall", "spin", "deaf", "segv", "kill", "bug", "leak")
P95_S, LONGEST_S = 15.0, 30.0
NEVER_SAFE = "1000000"  # crashes that are put up with: here each has to be recovered from
STAGGER_S = 3.0
LATE = 75  # status
FEWEST = 3  # a box teaches again after so many faults


def percentile(values: Sequence[float], share: float) -> float:
    """The value that this share of the values does not exceed: the nearest rank."""
    ordered = sorted(values)
    return ordered[max(0, -(-len(ordered) * round(share * 100) // 100) - 1)]


def recoveries(seed: int, kind: str, count: int) -> list[float]:
    """Seconds from each fault of one box to READY; AssertionError when it does not come or has forgotten something."""
    chance, took = random.Random(seed), []
    with TemporaryDirectory(prefix="eh") as name:
        home = Path(name)
        command = [sys.executable, "-m", "tests.faults.patient", name, NEVER_SAFE]
        with Supervisor(command, home, rules_of()) as box:
            ready, taught = box.until("ready"), 0
            for number in range(count):
                if number % FEWEST == 0:
                    taught = teach(home, taught)
                time.sleep(STAGGER_S * chance.random())
                (home / "ill.new").write_text(kind)
                (home / "ill.new").replace(home / "ill")
                ready = box.until("ready", ready.at, 120)
                fell_at = float((home / "fell").read_text())
                assert fell_at < ready.at, f"{kind}: it never fell ill\n{box.log[-3000:]}"
                took.append(ready.at - fell_at)
                assert known(home) == taught, f"{kind}: {known(home)} of {taught} samples are left"
    return took


def teach(home: Path, before: int) -> int:
    """How many samples there are after one more."""
    with Client(home / "control.sock") as client:
        client.ask("teach", sign="fist")
    return before + 1


def known(home: Path) -> int:
    """How many samples it has."""
    with Client(home / "control.sock") as client:
        return int(sum(client.ask("status")["samples"].values()))


def shares(count: int, boxes: int) -> list[int]:
    """How many faults each box has."""
    return [len(range(box, count, boxes)) for box in range(min(boxes, count))]


def row(kind: str, took: Sequence[float]) -> tuple[str, bool]:
    """A line of the table, and whether it is as promised."""
    p95, longest = percentile(took, 0.95), max(took)
    kept = p95 <= P95_S and longest <= LONGEST_S
    line = f"{kind:6} {len(took):5} {percentile(took, 0.5):6.1f} {p95:6.1f} {longest:6.1f}"
    return f"{line}{'' if kept else '   TOO LONG'}", kept


def main() -> int:
    """The exit status."""
    parser = argparse.ArgumentParser(
        prog="scripts/recoveries", description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("--count", type=int, default=3, help="of each fault (default: %(default)s)")
    parser.add_argument("--fault", nargs="+", choices=KINDS, default=KINDS, metavar="KIND", help="default: all")
    parser.add_argument("--boxes", type=int, default=8, help="that run at once (default: %(default)s)")
    asked = parser.parse_args()
    jobs = [(kind, share) for kind in asked.fault for share in shares(asked.count, asked.boxes)]
    with ThreadPoolExecutor(asked.boxes) as pool:
        running = [pool.submit(recoveries, seed, *job) for seed, job in enumerate(jobs)]
    took: dict[str, list[float]] = {kind: [] for kind in asked.fault}
    for (kind, _), box in zip(jobs, running, strict=True):
        took[kind] += box.result()
    print("fault  count    p50    p95    max   s from the fault to READY")
    rows = [row(kind, seconds) for kind, seconds in took.items()]
    print("\n".join(line for line, _ in rows))
    return 0 if all(kept for _, kept in rows) else LATE


if __name__ == "__main__":
    sys.exit(main())
