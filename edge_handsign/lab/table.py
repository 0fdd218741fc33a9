"""The figures as a table: a row for each learner and number of samples."""

from collections.abc import Iterable

from edge_handsign.lab.curve import Figure
from edge_handsign.lab.kinds import KINDS

HEADER = ("learner", "a sign", "right %", "draws", "learns in s", "grows by MB", "trains numbers", "answers in ms")
UNSETTLED = "*"


def lines(figures: Iterable[Figure]) -> list[str]:
    """Columns of equal width; a last line explains the star where there is one."""
    rows = [HEADER, *map(_cells, figures)]
    widths = [max(map(len, column)) for column in zip(*rows, strict=True)]
    table = [
        "  ".join([first.ljust(widths[0]), *(text.rjust(width) for text, width in zip(rest, widths[1:], strict=True))])
        for first, *rest in rows
    ]
    starred = any(UNSETTLED in cell for row in rows for cell in row)
    return [*table, "* was still getting better when its rounds were over, in at least one draw"] if starred else table


def _cells(figure: Figure) -> tuple[str, ...]:
    kind = KINDS[figure.learner]
    return (
        f"{kind.letter} {kind.title}",
        str(figure.shots),
        str(figure),
        str(figure.draws),
        f"{figure.learn_s:.3g}" + ("" if figure.settled else UNSETTLED),
        "-" if figure.growth_mb is None else f"{figure.growth_mb:.0f}",
        f"{figure.parameters:,}",
        f"{figure.answer_ms:.2f}",
    )
