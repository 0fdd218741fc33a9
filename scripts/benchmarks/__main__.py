"""Runs the benchmarks named, or all, and prints one table (or JSON). Status 0 unless a benchmark is broken."""

import argparse
import json
import subprocess
import sys
from collections.abc import Iterable
from dataclasses import asdict, fields
from importlib import import_module

from scripts.benchmarks.figure import Figure

NAMES = ("loop", "knn", "examine", "store", "start", "press", "control", "size")
COLUMNS = ("what", "ours", "beside", "", "ratio", "goal", "")


def main() -> int:
    """The exit status."""
    args = _arguments()
    names = args.name or NAMES
    figures = _measured(names[0]) if len(names) == 1 else [figure for name in names for figure in _in_a_process(name)]
    if args.json:
        print(json.dumps([_plain(figure) for figure in figures], indent=1))
    else:
        print(_table(figures))
    return 0


def _measured(name: str) -> list[Figure]:
    module = import_module(f"scripts.benchmarks.{name}")
    print(f"{name}: {module.__doc__}", file=sys.stderr, flush=True)
    return list(module.measure())


def _in_a_process(name: str) -> list[Figure]:
    """Each benchmark finds the memory and the threads of a fresh process."""
    command = [sys.executable, "-m", __package__, name, "--json"]
    told = json.loads(subprocess.run(command, stdout=subprocess.PIPE, check=True).stdout)
    known = {field.name for field in fields(Figure)}
    return [Figure(**{key: value for key, value in figure.items() if key in known}) for figure in told]


def _arguments() -> argparse.Namespace:
    parser = argparse.ArgumentParser(prog="scripts/bench", description=__doc__)
    parser.add_argument("name", nargs="*", help=f"one of: {', '.join(NAMES)} (default: all)")
    parser.add_argument("--json", action="store_true", help="print a list of objects instead of the table")
    args = parser.parse_args()
    if unknown := set(args.name) - set(NAMES):
        parser.error(f"no benchmark is called {', '.join(sorted(unknown))}; there are {', '.join(NAMES)}")
    return args


def _plain(figure: Figure) -> dict[str, object]:
    """The fields and what follows from them."""
    return asdict(figure) | {"ratio": figure.ratio, "met": figure.met}


def _table(figures: Iterable[Figure]) -> str:
    rows = [COLUMNS, *map(_row, figures)]
    widths = [max(len(row[column]) for row in rows) for column in range(len(COLUMNS))]
    lines = ["  ".join(cell.ljust(width) for cell, width in zip(row, widths, strict=True)).rstrip() for row in rows]
    return "\n".join([lines[0], "-" * len(lines[0]), *lines[1:]])


def _row(figure: Figure) -> tuple[str, ...]:
    beside = "" if figure.beside is None else f"{figure.beside:.3g} {figure.unit}"
    ratio = "" if figure.ratio is None else f"{figure.ratio:.2f} x"
    verdict = {True: "met", False: "missed", None: ""}[figure.met]
    return (figure.what, f"{figure.value:.3g} {figure.unit}", beside, figure.rival, ratio, figure.goal, verdict)


if __name__ == "__main__":
    sys.exit(main())
