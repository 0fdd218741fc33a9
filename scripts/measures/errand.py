"""What `scripts/accuracy` does with its arguments."""

import argparse

from scripts.training.photographs import data_folder, read_index

from .columns import Column, Network
from .evidence import Evidence, evidence
from .rows import ROWS
from .sitting import Sitting
from .table import heading, line


def run(args: argparse.Namespace) -> int:
    """Measure and say so, row by row; 66 when the photographs are not there."""
    folder = data_folder(args.data)
    if not (folder / "data" / "INDEX.csv").exists():
        print(f"accuracy: no photographs in {folder}/data: give --data DIR or set EDGE_HANDSIGN_DATA")
        return 66
    sitting = Sitting(read_index(folder), args.draws, args.seed, frozenset(args.leave_out))
    columns: list[Column] = [Network(path.stem, path.read_bytes(), folder / "data") for path in args.model]
    names = [column.name for column in columns]
    print(heading(names))
    aim = ""
    for row in ROWS:
        if evidence(sitting.photographs, row.shots(sitting.photographs), sitting.left_out) is not Evidence.SEEN:
            if row.stands_for != aim:
                aim = row.stands_for
                print(aim)
            print(line(sitting.measure(row, columns), names), flush=True)
    return 0
