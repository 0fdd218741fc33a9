"""Power cuts: record a real ext4 under the store's work, cut everywhere, mount, open with the real store, compare.

  scripts/powercut [--images N] [--seed S] [--changes N]

Each run works with a seed of its own; its states (tests/faults/cuts.py) are enumerated and up to 1,000 of them looked
at, evenly over the log and none twice, until there are N. Each is mounted as it would be after a reboot: ext4 replays
its journal, after fsck should its superblock be torn. The store must then serve exactly what had been acknowledged, or
one change more, and must learn.

Two controls tell whether the harness can see a loss: the same store with SQLite's default settings (synchronous=FULL,
no exclusive lock), and with synchronous=OFF. Status 1 when the store lost something or when a control lost nothing; 0
with a line that says so where this machine has no root, loop device, ext4 or FUSE.
"""

import argparse
import sys
import tempfile
import time
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass, field
from pathlib import Path

from edge_handsign.errors import StoreError
from tests.conftest import ROOT
from tests.faults.card import Reboots, missing, recorded
from tests.faults.cuts import Cut, cuts, spread, stretches
from tests.faults.disk import apart
from tests.faults.kept import Kept, states
from tests.faults.mutant import mutated
from tests.faults.seeded import CONTROLS
from tests.faults.work import make, opened, served

RUN = 1000  # images of one run at most, so that many seeds work
CONTROL = 300  # images of each control
NEW = 9_999_999  # lesson that is taught after a cut


@dataclass(slots=True)
class Report:
    """What became of the images."""

    possible: int = 0
    looked_at: Counter[str] = field(default_factory=Counter)
    mended: int = 0  # images whose ext4 was mounted only after fsck
    acknowledged: int = 0  # samples that had to be there, over all images
    lost: list[str] = field(default_factory=list)

    @property
    def images(self) -> int:
        """How many were looked at."""
        return self.looked_at.total()

    def join(self, other: "Report") -> None:
        """Add those of another run."""
        self.possible += other.possible
        self.looked_at += other.looked_at
        self.mended += other.mended
        self.acknowledged += other.acknowledged
        self.lost += other.lost

    def told(self, name: str, seconds: float = 0) -> str:
        """In a line."""
        kinds = ", ".join(f"{count} {kind}" for kind, count in self.looked_at.most_common())
        speed = f", {self.images / seconds:.1f} a second" if seconds else ""
        return (
            f"{name}: {self.images} of {self.possible} distinct images ({kinds}){speed}; "
            f"{self.acknowledged} acknowledged samples; needed fsck: {self.mended}; with a loss: {len(self.lost)}"
        )

    def add(self, cut: Cut, samples: int, trouble: str | None) -> None:
        """One image."""
        self.looked_at[cut.kind] += 1
        self.acknowledged += samples
        if trouble:
            self.lost.append(f"stretch {cut.stretch}, {cut.kind} ({cut.blocks}, {cut.missing}, {cut.torn}): {trouble}")


def judged(card: Path, expected: Sequence[Kept], acknowledged: range) -> str | None:
    """What is wrong with what the store finds; `expected` are the states after none, one, two... changes."""
    try:
        with opened(card / "box") as store:
            found = store.load()
            kept = served(store)
            for count in acknowledged:
                if kept not in expected[count : count + 2]:
                    lost, strange = expected[count] - kept, kept - expected[count]
                    return f"after {count} changes {sorted(lost)} are lost and {sorted(strange)} too many"
            make(store, ("teach", NEW))
            if found.damaged or served(store) != kept | {NEW}:
                return f"{found.damaged} are damaged, or it does not learn any more"
    except (StoreError, AssertionError) as error:
        return str(error)
    return None


def run(tree: Path, seed: int, changes: int, images: int) -> Report:
    """One recorded run and its cuts."""
    report, expected = Report(), states(seed, changes)
    with tempfile.TemporaryDirectory() as name:
        before, events = recorded(Path(name), tree, seed, changes)
        found = stretches(events, before)
        possible = list(cuts(found))
        report.possible = len(possible)
        with Reboots(Path(name), before) as reboots:
            for cut in spread(possible, images):
                acknowledged = cut.acknowledged(found[cut.stretch])
                with reboots.after(cut, found) as card:
                    report.add(cut, len(expected[acknowledged[-1]]), judged(card, expected, acknowledged))
            report.mended = reboots.mended
    return report


def runs(tree: Path, seed: int, changes: int, images: int) -> Report:
    """As many runs as so many images take, each with a seed of its own."""
    report = Report()
    while (left := images - report.images) > 0:
        one = run(tree, seed, changes, min(left, RUN))
        print(one.told(f"seed {seed}"), flush=True)
        report.join(one)
        seed += 1
    return report


def main() -> int:
    """The exit status."""
    parser = argparse.ArgumentParser(
        prog="scripts/powercut", description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("--images", type=int, default=300)
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument(
        "--changes",
        type=int,
        default=40,
        help="things taught, undone, forgotten, renamed, settled or taken in in a run",
    )
    args = parser.parse_args()
    if reason := missing():
        print(f"left out: power cuts ({reason})")
        return 0
    apart()
    began = time.monotonic()
    report = runs(ROOT, args.seed, args.changes, args.images)
    print(report.told("the store", time.monotonic() - began), *report.lost[:20], sep="\n  ", flush=True)
    failed = bool(report.lost)
    for control in CONTROLS:
        with mutated(control) as tree:
            seen = run(tree, args.seed, args.changes, min(args.images, CONTROL))
        print(seen.told(f"control: {control.name}"), *seen.lost[:1], sep="\n  e.g. ", flush=True)
        failed |= not seen.lost
    print("FAILED" if failed else "ok: nothing acknowledged was lost, and both controls lost something")
    return int(failed)


if __name__ == "__main__":
    sys.exit(main())
