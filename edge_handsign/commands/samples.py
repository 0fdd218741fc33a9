"""`samples`: what the box was taught, and forgetting it; needs neither camera nor interpreter."""

import argparse
from collections.abc import Iterable
from datetime import datetime
from difflib import get_close_matches
from pathlib import Path

from edge_handsign.commands import choice
from edge_handsign.errors import PlainError
from edge_handsign.store import Census, SignCount, Store

TEXT = "What the box was taught: how many samples of each sign, when, and how to forget them."
EXAMPLES = """\
examples, with the service stopped (sudo systemctl stop edge-handsign):

  sudo edge-handsign samples list
  sudo edge-handsign samples forget thumb
  edge-handsign samples list --folder ~/my-box

Samples are asleep while the box looks through another model than the one they were taught with: they are kept, and
count again when that model is back.
"""
HEADER = ("sign", "samples", "asleep", "first taught", "last taught")
CLOCK_WAS_SET_FROM = 2025  # a Pi without a clock battery may begin in any year before this program was written


def add_to(verbs: "argparse._SubParsersAction[argparse.ArgumentParser]") -> None:
    """Register the verb and its two."""
    layout = argparse.RawDescriptionHelpFormatter
    parser = verbs.add_parser(
        "samples", help="list or forget what was taught", description=TEXT, epilog=EXAMPLES, formatter_class=layout
    )
    kinds = parser.add_subparsers(metavar="VERB", required=True)
    for name, run, text in (
        ("list", list_samples, "how many samples each sign has, and when they were taught"),
        ("forget", forget, "forget a sign for good, whatever model it was taught with"),
    ):
        kind = kinds.add_parser(name, help=text, description=text[0].upper() + text[1:] + ".")
        if name == "forget":
            kind.add_argument("sign", metavar="SIGN", help="its name, as `samples list` writes it")
        choice.add_config_argument(kind)
        kind.add_argument("--folder", type=Path, metavar="DIR", help="where the samples are (default: the settings')")
        kind.set_defaults(run=run)


def list_samples(args: argparse.Namespace) -> int:
    """Print a line for each sign."""
    with _store(args) as store:
        census = store.census()
    if census.signs:
        print_signs(census.signs)
    else:
        print("nothing is taught")
    if census.damaged:
        what = "sample is left where it is" if census.damaged == 1 else "samples are left where they are"
        print(f"\n{census.damaged} damaged {what} and not used")
    return 0


def forget(args: argparse.Namespace) -> int:
    """Forget one sign; PlainError when there is nothing of that name."""
    with _store(args) as store:
        removed = store.forget(args.sign)
        if not removed:
            raise PlainError(_no_such(args.sign, store.census()))
    print(f"forgot {removed} sample{'s' * (removed > 1)} of {args.sign}")
    return 0


def _store(args: argparse.Namespace) -> Store:
    return Store(args.folder or choice.configured(args).store.folder)


def _no_such(name: str, census: Census) -> str:
    names = [counted.sign for counted in census.signs]
    if not names:
        return f"no sample of {name}: nothing is taught"
    nearest = get_close_matches(name, names, 1)
    return f"no sample of {name}; " + (f"did you mean {nearest[0]}?" if nearest else f"taught are: {', '.join(names)}")


def _cells(counted: SignCount) -> tuple[str, ...]:
    times = when(counted.first_ns), when(counted.last_ns)
    return counted.sign, str(counted.awake + counted.asleep), str(counted.asleep), *times


def when(wall_ns: int) -> str:
    """A time of the wall clock, in ns since 1970, for people."""
    try:
        moment = datetime.fromtimestamp(wall_ns / 1e9).astimezone()
    except (ValueError, OverflowError, OSError):
        return "clock not set"
    return f"{moment:%Y-%m-%d %H:%M}" if moment.year >= CLOCK_WAS_SET_FROM else "clock not set"


def print_signs(signs: Iterable[SignCount]) -> None:
    """A table with a line for each."""
    lines = [HEADER, *map(_cells, signs)]
    widths = [max(map(len, column)) for column in zip(*lines, strict=True)]
    for sign, *numbers in lines:
        counts = "  ".join(text.rjust(width) for text, width in zip(numbers, widths[1:], strict=True))
        print(f"{sign.ljust(widths[0])}  {counts}")
