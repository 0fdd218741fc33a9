"""`samples`: what the box was taught, forgetting and renaming it; needs neither camera nor interpreter."""

import argparse
from collections.abc import Iterable
from datetime import datetime

from edge_handsign.commands import asking, carrying, choice, holder, reembedding
from edge_handsign.config.signs import trouble_with
from edge_handsign.errors import PlainError
from edge_handsign.store import SignCount

TEXT = "What the box was taught: how many samples of each sign, when, and what to do with them."
EXAMPLES = """\
All but the last two ask the box while it runs, and what they change it recognises at once:

  edge-handsign samples list
  edge-handsign samples show thumb
  edge-handsign samples forget thumb
  edge-handsign samples rename thumb "thumbs up"
  edge-handsign samples export kitchen.handsigns       # and on another box: samples import kitchen.handsigns
  edge-handsign samples backup /media/stick/box.db
  sudo edge-handsign samples restore /media/stick/box.db    # stop the box before: sudo systemctl stop edge-handsign
  sudo edge-handsign samples reembed                        # this too

Of a box that does not run, or of another folder (--folder ~/my-box), they open the samples themselves.

Samples are asleep while the box looks through another model than the one they were taught with: they are kept, and
count again when that model is back.
"""
HEADER = ("sign", "samples", "asleep", "first taught", "last taught")
CLOCK_WAS_SET_FROM = 2025  # a Pi without a clock battery may begin in any year before this program was written


def add_to(verbs: "argparse._SubParsersAction[argparse.ArgumentParser]") -> None:
    """Register the verb and all of its own."""
    layout = argparse.RawDescriptionHelpFormatter
    parser = verbs.add_parser(
        "samples",
        help="list, forget, rename, export, import or back up what was taught",
        description=TEXT,
        epilog=EXAMPLES,
        formatter_class=layout,
    )
    kinds = parser.add_subparsers(metavar="VERB", required=True)
    for name, run, text in (
        ("list", list_samples, "how many samples each sign has, and when they were taught"),
        ("show", show, "the lessons of a sign: how many samples each has, and when it was given"),
        ("forget", forget, "forget a sign for good, whatever model it was taught with"),
        ("rename", rename, "call a sign something else; its samples stay"),
    ):
        kind = kinds.add_parser(name, help=text, description=text[0].upper() + text[1:] + ".")
        if name != "list":
            kind.add_argument("sign", metavar="SIGN", help="its name, as `samples list` writes it")
        if name == "rename":
            kind.add_argument("name", metavar="NAME", help="what it shall be called")
        choice.add_folder_arguments(kind)
        asking.add_socket_argument(kind)
        kind.set_defaults(run=run)
    carrying.add_to(kinds)
    reembedding.add_to(kinds)


def list_samples(args: argparse.Namespace) -> int:
    """Print a line for each sign."""
    census = holder.census(args)
    if census.signs:
        print_signs(census.signs)
    else:
        print("nothing is taught")
    if census.damaged:
        what = "sample is left where it is" if census.damaged == 1 else "samples are left where they are"
        print(f"\n{census.damaged} damaged {what} and not used")
    return 0


def show(args: argparse.Namespace) -> int:
    """Print a line for each lesson of a sign; PlainError when there is nothing of that name."""
    lessons = holder.lessons(args)
    cells = [(str(one.lesson), str(one.samples), str(one.asleep), when(one.wall_ns)) for one in lessons]
    _print_table([("lesson", "samples", "asleep", "taught"), *cells])
    return 0


def forget(args: argparse.Namespace) -> int:
    """Forget one sign; PlainError when there is nothing of that name."""
    removed = holder.forget(args)
    print(f"forgot {removed} sample{'s' * (removed > 1)} of {args.sign}")
    return 0


def rename(args: argparse.Namespace) -> int:
    """Give one sign another name; PlainError when there is no such sign, or the new name will not do."""
    trouble = trouble_with(args.name)
    if trouble:
        raise PlainError(f"a sign cannot be called {args.name!r}: {trouble}")
    holder.rename(args)
    print(f"{args.sign} is called {args.name} now; if the settings list it, rename it there as well")
    return 0


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
    _print_table([HEADER, *map(_cells, signs)])


def _print_table(lines: list[tuple[str, ...]]) -> None:
    widths = [max(map(len, column)) for column in zip(*lines, strict=True)]
    for sign, *numbers in lines:
        counts = "  ".join(text.rjust(width) for text, width in zip(numbers, widths[1:], strict=True))
        print(f"{sign.ljust(widths[0])}  {counts}")
