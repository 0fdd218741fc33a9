"""Spoils what comes from outside, and looks what the box makes of it.

  scripts/fuzz cases [N]                        N cases of every kind together (default: 10000), by hypothesis
  scripts/fuzz imports --hours H --folder DIR   files of samples, guided by coverage (atheris)
  scripts/fuzz configs --hours H --folder DIR   files of settings, likewise

Every case must end in a good result or in a sentence for a person: no other exception, no crash, no half import, within
a second of work and 100 MB. Status 1 when one did not. DIR keeps the corpus, from which the next run goes on, and what
was found.
"""

import argparse
import sys
from pathlib import Path

from tests.fuzz import configs, parcels
from tests.fuzz.hunting import hunt
from tests.fuzz.kinds import try_all


def main() -> int:
    """The exit status."""
    parser = argparse.ArgumentParser(
        prog="scripts/fuzz", description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    kinds = parser.add_subparsers(dest="what", required=True)
    cases = kinds.add_parser("cases")
    cases.add_argument("count", type=int, nargs="?", default=10_000)
    for what in ("imports", "configs"):
        guided = kinds.add_parser(what)
        guided.add_argument("--hours", type=float, default=1.0)
        guided.add_argument("--folder", type=Path, required=True)
    args = parser.parse_args()
    if args.what == "cases":
        return try_all(args.count)
    seeds = configs.seeds() if args.what == "configs" else parcels.SEEDS
    return hunt(args.what, 3600 * args.hours, args.folder, seeds)


if __name__ == "__main__":
    sys.exit(main())
