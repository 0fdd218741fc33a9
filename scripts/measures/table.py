"""The sitting as a table for a terminal, a line at a time."""

from collections.abc import Iterator, Sequence

from .results import BUDGET, Results
from .sitting import Measure

WIDE = 46


def heading(columns: Sequence[str]) -> str:
    """The first line."""
    names = "  ".join(f"{name:>14}" for name in columns)
    return f"{'per cent, mean ± spread':{WIDE}} {'aim':>4} {'chance':>6} {'pictures':>11}  {names}"


def line(measure: Measure, columns: Sequence[str]) -> str:
    """A row: what, aim, chance, pictures in groups, a figure for each column, and what it is worth."""
    aim = "" if measure.row.aim is None else f"{measure.row.aim:.0f}"
    few = f"{measure.pictures} in {measure.groups}"
    cells = "  ".join(f"{measure.plain[name]!s:>{max(14, len(name))}}" for name in columns)
    return (
        f"  {measure.row.name:{WIDE - 2}} {aim:>4} {measure.chance:6.0f} {few:>11}  {cells}  {measure.evidence.value}"
    )


def lines_of_memory(results: Results) -> Iterator[str]:
    """The same rows by the product's own rule, for own models; nothing where it was not asked."""
    if any(measure.memory for measure in results.measures):
        names = "  ".join(f"{name:>14}" for name in results.own)
        yield f"{'the same by the product, unknown set aside':{WIDE + 24}} {names}"
        for measure in results.measures:
            cells = "  ".join(f"{measure.memory[name]!s:>{max(14, len(name))}}" for name in results.own)
            yield f"  {measure.row.name:{WIDE + 22}} {cells}"


def lines_of_time(results: Results) -> Iterator[str]:
    """Milliseconds an invoke, and the share of MobileNet v2's."""
    for name, timing in results.times.items():
        shares = [share for share in results.ratio(name) or () if share is not None]
        said = " and ".join(f"{share:.2f}" for share in shares)
        goal = f", aim {BUDGET}" if name in results.own else ""
        yield f"{name}: {timing} ms" + (f"; {said} of MobileNet v2{goal}" if said else "")
    if results.frame_ms:
        said = ", ".join(f"{name} {spent:.2f}" for name, spent in results.frame_ms.items())
        yield f"to describe a frame, second look included, ms: {said}"
