"""Play hours of photographs through the box as it ships, and say how often it is wrong, and how quick.

  scripts/play_streams [MODEL] [--draws N] [--seed S]   photographs: $EDGE_HANDSIGN_DATA/data, else ../shared/data

The streams are not those by which the decider was chosen (scripts/tune_decider): rock, paper and scissors, taught by
some people and shown by others elsewhere, or taught in the first half of a recording, shown in the second. Nothing is
faces at webcams, animals, food, squares beside hands. scripts/streams/play.py says what such an hour is and
is not. Means and standard deviations over draws of what is taught; AUROC of single pictures by their evidence.
"""

import argparse

import numpy as np

from edge_handsign.core.decider import DeciderSettings
from edge_handsign.evaluation import auroc
from scripts.streams import stage
from scripts.streams.play import Stretch
from scripts.streams.show import hours
from scripts.streams.verdict import NAMES, judged, summary


def main() -> None:
    """Print a line for each stream and number of shots."""
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter, prog="scripts/play_streams"
    )
    parser.add_argument("model", nargs="?", default="handsign", metavar="MODEL")
    parser.add_argument("--draws", type=int, default=5, help="hours of each stream (%(default)s)")
    parser.add_argument("--seed", type=int, default=0)
    args = parser.parse_args()
    columns = [*NAMES, "AUROC nothing", "AUROC untaught"]
    print(f"{'stream':44} {'shots':>5} " + " ".join(f"{name:>20}" for name in columns))
    for name, shots, played in hours(args.model, stage.reporting, args.draws, args.seed):
        row = summary([judged(hour, DeciderSettings()) for hour in played])
        row += [_separation(played, untaught=untaught) for untaught in (False, True)]
        print(f"{name:44} {shots:5} " + " ".join(f"{cell:>20}" for cell in row), flush=True)


def _separation(played: list[list[Stretch]], *, untaught: bool) -> str:
    found = []
    for hour in played:
        signs = [match.evidence for stretch in hour if stretch.sign for match in stretch.matches]
        none = [m.evidence for s in hour if not s.sign and s.untaught == untaught for m in s.matches]
        found += [100 * auroc(np.array(signs), np.array(none))] if none else []
    return f"{np.mean(found):.1f} ± {np.std(found):.1f}" if found else "-"


if __name__ == "__main__":
    main()
