"""Choose the decider's settings on development streams: ten words of a man, taught in one recording, shown in another.

  scripts/tune_decider [MODEL] [--draws N] [--seed S]   photographs: $EDGE_HANDSIGN_DATA/data, else ../shared/data

Plays hours (scripts/streams/play.py says what they are) through a grid of settings. Among those that switch on within
0.4 s and off within 0.6 s at ten pictures a second (medians) it picks that with the smallest product of false alarms,
missed signs and spurious changes, each over its goal. Takes some minutes. What it says goes into the defaults of
edge_handsign/core/decider.py; how good that is, on other streams, scripts/play_streams tells.
"""

import argparse
from dataclasses import astuple
from itertools import product
from math import log

import numpy as np

from edge_handsign.core.decider import DeciderSettings
from scripts.streams import stage
from scripts.streams.play import Stretch
from scripts.streams.show import SHOTS, hours
from scripts.streams.verdict import GOALS, NAMES, Verdict, judged

WINDOWS_S, ON, OFF = (0.25, 0.35, 0.45, 0.65, 0.95), (0.5, 0.6, 0.7, 0.8, 1.0), (0.1, 0.2, 0.3, 0.4, 0.5)
BEST = 12
LEAST = 0.1  # of a goal: to be better still is worth nothing


def main() -> None:
    """Print the best of the grid, and the pick."""
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter, prog="scripts/tune_decider"
    )
    parser.add_argument("model", nargs="?", default="handsign", metavar="MODEL")
    parser.add_argument("--draws", type=int, default=1, help="hours of each stream (%(default)s)")
    parser.add_argument("--seed", type=int, default=0)
    args = parser.parse_args()
    played = [hour for _, _, of_cast in hours(args.model, stage.choosing, args.draws, args.seed) for hour in of_cast]
    grid = [DeciderSettings(*values) for values in product(WINDOWS_S, ON, OFF) if values[2] < values[1]]
    found = [(settings, _mean(played, settings)) for settings in grid]
    found.sort(key=lambda pair: (not _quick(pair[1]), _cost(pair[1])))
    print(f"{len(played)} hours: {len(SHOTS)} numbers of shots, {args.draws} draws of what is taught\n")
    print(f"{'window_s':>9} {'on_share':>9} {'off_share':>9} " + " ".join(f"{name:>19}" for name in NAMES))
    for settings, verdict in [*found[:BEST], (DeciderSettings(), _mean(played, DeciderSettings()))]:
        row = " ".join(f"{value:19.2f}" for value in astuple(verdict))
        print(" ".join(f"{value:9g}" for value in astuple(settings)) + f" {row}")
    print(f"\nthe last row is what ships; for the defaults of edge_handsign/core/decider.py: {found[0][0]}")


def _mean(played: list[list[Stretch]], settings: DeciderSettings) -> Verdict:
    return Verdict(*np.nanmean([astuple(judged(hour, settings)) for hour in played], axis=0).tolist())


def _quick(verdict: Verdict) -> bool:
    return verdict.on_s <= GOALS.on_s + 1e-6 and verdict.off_s <= GOALS.off_s + 1e-6


def _cost(verdict: Verdict) -> float:
    shares = (
        verdict.false_per_hour / GOALS.false_per_hour,
        verdict.missed / GOALS.missed,
        verdict.spurious_per_minute / GOALS.spurious_per_minute,
    )
    return sum(log(max(share, LEAST)) for share in shares)


if __name__ == "__main__":
    main()
