"""Keeps the box in trouble for hours, and weighs it.

  scripts/soak --hours H [--life MINUTES] [--seed S] [--readings FILE]

The real daemon, network, store and socket, before photographs (EDGE_HANDSIGN_DATA) or drawn hands; every 30 to 90 s a
mishap: a camera that is late, black, hangs or fails; a kill, a stop, a full card (as root); teaching, undoing,
forgetting; a flood of requests. Teaching has the first minutes of each quarter of an hour, what ends the process the
first five of each LIFE (an hour), so that there are idle times and lives long enough to see growth.

The first mishap of each kind allocates what stays, so a life has each kind soon after its birth, one after the other,
the camera opened again twice included (a third time ends it by design), and is weighed from a quarter of an hour later
on. Status 1 when a bound is broken: no unexpected exit, at most 0.5 MB an hour of resident memory, in one life the same
files and threads whenever it is idle, then at most 10 lines of log an hour and not a byte written to the card. A kernel
takes pages of files away and brings them back as it likes, and a heap has holes, so what is no file's and what is in
use of C's heap are told as well.
"""

import argparse
import shutil
import sys
from contextlib import ExitStack
from pathlib import Path
from tempfile import TemporaryDirectory

from scripts.soaking.gauge import Gauge
from scripts.soaking.ground import album, card, memory
from scripts.soaking.mishaps import Hand
from scripts.soaking.soak import Soak
from tests.faults.supervisor import Supervisor, rules_of

GROWTH, LINES = 0.5, 10.0  # MB an hour, lines an hour


def verdict(soak: Soak, gauge: Gauge, *, sees: bool) -> int:
    """Prints the figures; the exit status."""
    count, unexpected = soak.ends()
    hours, written, lines = gauge.idle()
    per_hour = lines / hours if hours else 0.0
    threads, differing, (growth, warm) = gauge.threads(), gauge.differing(), gauge.growth("rss")
    (own, _), (used, _) = gauge.growth("own"), gauge.growth("used")
    largest = max((one.rss for one in gauge.readings), default=0) / 2**20
    rows = (
        (f"{len(unexpected)} unexpected exits {unexpected or ''} of {count}", not unexpected),
        (f"{growth:+.2f} MB an hour after the warm-up; largest {largest:.0f} MB", growth <= GROWTH),
        (f"of that, {own:+.2f} is no file's, and {used:+.2f} in use of C's heap", True),
        (f"file descriptors that differ while idle: {', '.join(differing) or 'none'}", not differing),
        (f"{threads[0]} to {threads[1]} threads while idle", threads[0] == threads[1]),
        (f"{per_hour:.1f} lines of log an hour while idle ({lines} in {60 * hours:.0f} min)", per_hour <= LINES),
        (f"{written} bytes written while idle", written == 0),
        (f"{soak.forgotten} times another memory after the end", not soak.forgotten),
        (f"{60 * warm:.0f} min after the warm-up and {60 * hours:.0f} min of idle time were seen", hours * warm > 0),
        ("it answers at the end, and sees", sees),
    )
    for text, good in rows:
        print(f"  {'ok  ' if good else 'FAIL'}  {text}")
    return int(not all(good for _, good in rows))


def _arguments() -> argparse.Namespace:
    parser = argparse.ArgumentParser(
        prog="scripts/soak", description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("--hours", type=float, default=1.0)
    parser.add_argument("--life", type=float, default=60.0, help="minutes, in whose first 5 lives are ended")
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--log", type=Path, help="where what the box says is kept, in the end")
    parser.add_argument("--readings", type=Path, help="where every reading is kept (CSV), as it is made")
    return parser.parse_args()


def main() -> int:
    """The exit status."""
    args = _arguments()
    with ExitStack() as opened:
        ground = Path(opened.enter_context(TemporaryDirectory(prefix="eh")))
        home = Path(opened.enter_context(TemporaryDirectory(prefix="eh", dir=memory())))
        mounted = opened.enter_context(card(ground))
        state = (mounted or ground) / "state"
        photographs = album(home / "album")
        signs = tuple(sorted(path.name for path in photographs.iterdir())[:-1]) if photographs else ("fist", "palm")
        kept = opened.enter_context(args.readings.open("w", buffering=1)) if args.readings else None
        gauge = Gauge(home / "log", kept=kept)
        if args.log:
            opened.callback(shutil.copy, gauge.log, args.log)
        command = [sys.executable, "-m", "scripts.soaking.box", *map(str, filter(None, [home, state, photographs]))]
        box = opened.enter_context(Supervisor(command, home, rules_of()))
        hand = Hand(home, mounted, box, signs)
        soak = Soak(box, hand, gauge, state, args.seed, 60 * args.life)
        soak.run(3600 * args.hours)
        happened = ", ".join(f"{count} {what}" for what, count in soak.happened.most_common())
        print(f"{args.hours:g} hours, {len(gauge.readings)} readings; {happened}")
        return verdict(soak, gauge, sees=hand.sees())


if __name__ == "__main__":
    sys.exit(main())
