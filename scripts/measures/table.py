"""The sitting as a table for a terminal."""

from collections.abc import Sequence

from .sitting import Measure


def heading(columns: Sequence[str]) -> str:
    """The first line."""
    return f"{'per cent, mean ± spread':48} {'aim':>4} {'chance':>6}  " + "  ".join(f"{name:>16}" for name in columns)


def line(measure: Measure, columns: Sequence[str]) -> str:
    """A row: what, aim, chance, a figure for each column, and what it is worth."""
    aim = "" if measure.row.aim is None else f"{measure.row.aim:.0f}"
    cells = "  ".join(f"{measure.plain[name]!s:>16}" for name in columns)
    return f"  {measure.row.name:46} {aim:>4} {measure.chance:6.0f}  {cells}  {measure.evidence.value}"
