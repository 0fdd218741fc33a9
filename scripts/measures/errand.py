"""What `scripts/accuracy` does with its arguments."""

import argparse
import json
from collections.abc import Iterator, Sequence
from dataclasses import replace
from pathlib import Path

from edge_handsign.config import Config
from scripts.training.photographs import data_folder, read_index

from . import page, pose, table
from .columns import Column, Network, public
from .evidence import Evidence
from .results import Results, plain
from .rows import ROWS, Row
from .sitting import Measure, Sitting
from .timing import time_models


def run(args: argparse.Namespace) -> int:
    """Measure and say so, row by row; 66 when photographs or rows are not there."""
    folder = data_folder(args.data)
    if not (folder / "data" / "INDEX.csv").exists():
        print(f"accuracy: no photographs in {folder}/data: give --data DIR or set EDGE_HANDSIGN_DATA")
        return 66
    sitting = Sitting(read_index(folder), args.draws, args.seed, frozenset(args.leave_out))
    rows = [row for row in ROWS if _wanted(row, args, sitting)]
    if not rows:
        print(
            f"accuracy: no row is called like {', '.join(args.rows)}; there are: {', '.join(row.name for row in ROWS)}"
        )
        return 66
    looks = replace(Config().backbone, second_look=not args.one_look)
    own = list(_own(args.model, folder / "data", replace(Config(), backbone=looks)))
    others: list[Column] = [] if args.quick else list(public(folder, args.work))
    if not args.quick:
        others += _landmarks(folder / "data", args.work)
    results = gather(sitting, rows, own, others)
    for line in (*table.lines_of_memory(results), *table.lines_of_time(results)):
        print(line)
    _write(args, results, sitting, [*own, *others])
    return 0


def gather(sitting: Sitting, rows: Sequence[Row], own: Sequence[Network], others: Sequence[Column]) -> Results:
    """Measure, printing row by row; times are taken only where there are `others` to compare with."""
    columns: list[Column] = [*own, *others]
    names = tuple(network.name for network in own)
    return Results(
        tuple(column.name for column in columns),
        names,
        list(_measured(sitting, rows, columns, own)),
        time_models({each.name: each.content for each in columns if isinstance(each, Network)}) if others else {},
        {column.name: column.milliseconds(rows[0].shots(sitting.photographs)) for column in columns} if others else {},
    )


def _wanted(row: Row, args: argparse.Namespace, sitting: Sitting) -> bool:
    named = not args.rows or any(part in row.name for part in args.rows)
    return named and not (args.quick and sitting.worth(row) is Evidence.SEEN)


def _own(models: Sequence[Path], data: Path, config: Config) -> Iterator[Network]:
    """Named by the file, or by the whole path where two files have one name."""
    stems = [path.stem for path in models]
    for path in models:
        name = path.stem if stems.count(path.stem) == 1 else str(path)
        yield Network(name, path, data, config)


def _landmarks(data: Path, work: Path) -> list[pose.Landmarks]:
    try:
        return pose.columns(data, work)
    except ImportError as missing:
        print(f"left out: pose landmarks ({missing.name} is missing: pip install -e '.[train]')")
        return []


def _measured(
    sitting: Sitting, rows: Sequence[Row], columns: Sequence[Column], judged: Sequence[Network]
) -> Iterator[Measure]:
    names = [column.name for column in columns]
    print(table.heading(names))
    aim = ""
    for row in rows:
        if row.stands_for != aim:
            aim = row.stands_for
            print(aim)
        measure = sitting.measure(row, columns, judged)
        print(table.line(measure, names), flush=True)
        yield measure


def _write(args: argparse.Namespace, results: Results, sitting: Sitting, columns: Sequence[Column]) -> None:
    if args.json:
        args.json.write_text(json.dumps(plain(results, sitting), indent=1) + "\n", encoding="utf-8")
    if args.plot:
        from . import plots

        plots.draw(results, sitting, columns, args.plot)
    if args.markdown:
        text = page.write(results, sitting, columns, args.markdown, args.plot, args.command)
        args.markdown.write_text(text, encoding="utf-8")
