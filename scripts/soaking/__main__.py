"""Keeps the box in trouble for hours, and weighs it.

  scripts/soak --hours H [--seed S]

The real daemon, network, store and socket, before photographs (EDGE_HANDSIGN_DATA) or drawn hands; every 30 to 90 s a
mishap: a camera that is late, black or fails; a kill, a stop, a full card (as root); teaching, undoing, forgetting; a
flood of requests. Teaching has the first minutes of each quarter of an hour, what ends the process those of each half,
so that there are idle times and lives long enough to see growth. Status 1 when a bound is broken: no unexpected exit,
at most 0.5 MB an hour after the warm-up, the same files and threads whenever it is idle, then at most 10 lines of log
an hour and not a byte written.
"""

import argparse
import os
import random
import subprocess
import sys
import time
from collections import Counter
from collections.abc import Iterator, Mapping
from contextlib import ExitStack, contextmanager
from pathlib import Path
from tempfile import TemporaryDirectory

from scripts.soaking.gauge import EVERY_S, Gauge
from scripts.soaking.keeper import ROOT, Keeper, answers, command
from scripts.soaking.mishaps import Hand, Mishap
from tests.faults.card import missing

BETWEEN_S = (30.0, 90.0)
WRITING_S, BLOCK_S = 240.0, 900.0  # changes are made so long, in each
ENDING_S, HALF_S = 300.0, 1800.0  # lives are ended so long, in each
SETTLED_S = 15.0  # after a mishap
RESTED = 2  # looks until it is believed
CARD = 48 * 2**20  # bytes
GROWTH, LINES = 0.5, 10.0  # MB an hour, lines an hour
SET, NOTHING = "rps_laya_webcam", "neg_epsrc_backgrounds"
PICTURES = 40  # of each sign


@contextmanager
def card(folder: Path) -> Iterator[Path | None]:
    """A small ext4 of its own; None where none can be mounted."""
    if why := missing():
        print(f"left out: the full card ({why})")
        yield None
        return
    image, at = folder / "image", folder / "card"
    at.mkdir()
    image.touch()
    os.truncate(image, CARD)
    subprocess.run(["mkfs.ext4", "-q", "-F", image], check=True)
    subprocess.run(["mount", "-t", "ext4", "-o", "loop,noatime", image, at], check=True)
    try:
        yield at
    finally:
        subprocess.run(["umount", "--lazy", at], check=True)


def album(folder: Path) -> Path | None:
    """Photographs in folders named by sign, the last one of nothing; None where there are none."""
    data = Path(os.environ.get("EDGE_HANDSIGN_DATA", ROOT.parent / "shared")) / "data"
    signs = [path for path in sorted((data / SET).glob("*")) if path.is_dir()]
    nothing = sorted((data / NOTHING).rglob("*.jpg"))
    if not signs or not nothing:
        print(f"left out: photographs ({data / SET} is not there); drawn hands instead")
        return None
    for name, found in [(sign.name, sorted(sign.rglob("*.jpg"))) for sign in signs] + [("zz_nothing", nothing)]:
        (folder / name).mkdir(parents=True)
        for number, path in enumerate(found[:: max(1, len(found) // PICTURES)]):
            (folder / name / f"{number}.jpg").symlink_to(path)
    return folder


class Soak:
    """One run."""

    def __init__(self, keeper: Keeper, hand: Hand, gauge: Gauge, state: Path, seed: int) -> None:
        self._keeper, self._hand, self._gauge, self._state = keeper, hand, gauge, state
        self._chance = random.Random(seed)
        self._began = self._busy_until = time.monotonic()
        self._rested = 0  # looks in a row at a store that has nothing to write
        self._deck: list[Mishap] = []
        self._known: Mapping[str, int] | None = None  # samples before it was to end
        self.forgotten = 0  # times that it knew something else then
        self.happened: Counter[str] = Counter()

    def run(self, seconds: float) -> None:
        """Until it is over."""
        looked_at = next_at = self._began
        next_at += BETWEEN_S[0]
        while (now := time.monotonic()) < self._began + seconds:
            self._keeper.look()
            if now >= looked_at + EVERY_S:
                self._read(now - looked_at)
                looked_at = now
            if now >= next_at:
                self._make(self._drawn(now - self._began))
                next_at = time.monotonic() + self._chance.uniform(*BETWEEN_S)
            time.sleep(0.2)

    def _read(self, since_s: float) -> None:
        if self._keeper.pid:
            self._rested = self._rested + 1 if self._copied() else 0
            idle = time.monotonic() - since_s > self._busy_until and self._rested > RESTED
            self._gauge.read(self._keeper.pid, idle=idle)

    def _copied(self) -> bool:
        """Whether all that was taught is in the second copy, so that nothing is to be written."""
        main, copy = self._state / "samples.db", self._state / "samples.bak.db"
        if not copy.exists():
            return False
        return main.stat().st_mtime < copy.stat().st_mtime

    def _drawn(self, at_s: float) -> Mishap:
        """One after the other as they were shuffled; first what must not happen at other times."""
        if not self._fitting(at_s):
            self._deck = self._chance.sample(self._hand.mishaps(), len(self._hand.mishaps()))
        fitting = self._fitting(at_s)
        drawn = next((one for one in fitting if one.writes or one.ends), fitting[0])
        self._deck.remove(drawn)
        return drawn

    def _fitting(self, at_s: float) -> list[Mishap]:
        writing, ending = at_s % BLOCK_S < WRITING_S, at_s % HALF_S < ENDING_S
        return [one for one in self._deck if (writing or not one.writes) and (ending or not one.ends)]

    def _make(self, mishap: Mishap) -> None:
        known = self._hand.known()
        if known is not None and self._known is not None:
            self.forgotten += known != self._known
            self._known = None
        if mishap.ends:
            self._keeper.expect_end()
            self._known = known
        self.happened[mishap.name] += 1
        mishap.happen()
        self._busy_until = time.monotonic() + SETTLED_S + (SETTLED_S if mishap.ends else 0)


def verdict(soak: Soak, gauge: Gauge, keeper: Keeper, socket: Path) -> int:
    """Prints the figures; the exit status."""
    unexpected = [end.status for end in keeper.ends if not end.expected]
    hours, written, lines = gauge.idle()
    per_hour = lines / hours if hours else 0.0
    files, threads, growth = gauge.spread("files"), gauge.spread("threads"), gauge.growth()
    largest = max((one.rss for one in gauge.readings), default=0) / 2**20
    rows = (
        (f"{len(unexpected)} unexpected exits {unexpected or ''} of {len(keeper.ends)}", not unexpected),
        (f"{growth:+.2f} MB an hour after the warm-up; largest {largest:.0f} MB", growth <= GROWTH),
        (f"{files[0]} to {files[1]} file descriptors while idle", files[0] == files[1]),
        (f"{threads[0]} to {threads[1]} threads while idle", threads[0] == threads[1]),
        (f"{per_hour:.1f} lines of log an hour while idle ({lines} in {60 * hours:.0f} min)", per_hour <= LINES),
        (f"{written} bytes written while idle", written == 0),
        (f"{soak.forgotten} times another memory after the end", not soak.forgotten),
        (f"{60 * hours:.0f} min of idle time were seen", hours > 0),
        ("it answers at the end", answers(socket)),
    )
    for text, good in rows:
        print(f"  {'ok  ' if good else 'FAIL'}  {text}")
    return int(not all(good for _, good in rows))


def main() -> int:
    """The exit status."""
    parser = argparse.ArgumentParser(
        prog="scripts/soak", description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("--hours", type=float, default=1.0)
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--log", type=Path, help="where what the box says is kept")
    args = parser.parse_args()
    with TemporaryDirectory(prefix="eh") as name, ExitStack() as opened:
        home = Path(name)
        mounted = opened.enter_context(card(home))
        state = (mounted or home) / "state"
        photographs = album(home / "album")
        signs = tuple(sorted(path.name for path in photographs.iterdir())[:-1]) if photographs else ("fist", "palm")
        gauge = Gauge(args.log or home / "log")
        keeper = opened.enter_context(Keeper(command(home, state, *filter(None, [photographs])), gauge.log))
        soak = Soak(keeper, Hand(home, mounted, keeper, signs), gauge, state, args.seed)
        soak.run(3600 * args.hours)
        happened = ", ".join(f"{count} {what}" for what, count in soak.happened.most_common())
        print(f"{args.hours:g} hours, {len(gauge.readings)} readings; {happened}")
        return verdict(soak, gauge, keeper, home / "control.sock")


if __name__ == "__main__":
    sys.exit(main())
