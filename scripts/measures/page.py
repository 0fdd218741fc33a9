"""The sitting as a page for people, written by the command that measured it, so that no figure is typed by hand."""

import os
from collections.abc import Iterator, Sequence
from pathlib import Path

from .columns import Column
from .evidence import Evidence
from .reasons import reasons
from .results import BUDGET, Results
from .rows import AIMS
from .sitting import Measure, Sitting

PLOTS = {
    "rows.png": "All rows and columns",
    "shots.png": "Accuracy against the number of photographs taught",
    "confusion.png": "What is taken for what, in the row furthest below its aim",
    "map.png": "The photographs of that row in the two directions in which they differ most",
}
INTRODUCTION = """\
# How good it is: development figures

Per cent, mean ± standard deviation over {draws} draws of what is taught (seed {seed}); every column is taught and asked
the same photographs. Networks see them through the product's crop and interpreter; the rule is a cosine KNN, k = 3, a
plain vote, so that columns compare. Pose landmarks are MediaPipe's, joints in the plane, and bones the directions of
its bones in space, most of them in the palm's own axes, which is what the shipped network was taught; both in the same
KNN, and a hand that MediaPipe misses counts as wrong. Nobody is ever taught and asked from the same person or
recording; in the rows of one session its frames are cut once in time, with a gap. The spread is that of the draws
alone: how different another person or another room would be it does not say, and the people here are few. AUROC, of
signs against pictures without one, is that of the cosine to the nearest taught picture, and for own networks that of
what the product goes by to say "unknown", which is what the aim is about.

**Unseen set**: nothing of these sets trained the shipped network. **Unseen people**: the sets did, these persons or
recordings did not. **Seen**: it was trained on these very photographs, so the row shows only that nothing broke, and
its comparison with other columns is unfair. The recipe was chosen while looking at these rows: they are development
figures, no final judgement. What the probe was trained on includes sets that the shipped network is not trained on.

Made by

```
{command}
```
"""


def write(
    results: Results, sitting: Sitting, columns: Sequence[Column], path: Path, pictures: Path | None, command: str
) -> str:
    """The whole page; `pictures` is where the plots lie, `path` where the page will."""
    parts = [
        INTRODUCTION.format(draws=sitting.draws, seed=sitting.seed, command=command),
        *sections(results),
        *_memory(results),
        *_times(results),
        *_missed(results, sitting, columns),
        *_plots(path, pictures),
    ]
    return "\n\n".join(part.strip() for part in parts) + "\n"


def sections(results: Results) -> Iterator[str]:
    """An aim each."""
    for aim in AIMS:
        measures = [measure for measure in results.measures if measure.row.stands_for == aim]
        if measures:
            head = ["photographs", "aim", *results.columns, "chance", "pictures / groups", "trained on?"]
            table = _table(head, [_row(each, results) for each in measures])
            yield f"## {aim[0].upper()}{aim[1:]}\n\n{AIMS[aim]}\n\n{table}"


def _row(measure: Measure, results: Results) -> list[str]:
    aim = "" if measure.row.aim is None else f"{measure.row.aim:.0f}"
    cells = [_cell(measure, name) for name in results.columns]
    if aim and measure.evidence is not Evidence.SEEN and measure not in results.missed():
        cells[0] = f"**{cells[0]}**"
    few = f"{measure.pictures} / {measure.groups}"
    return [measure.row.name, aim, *cells, f"{measure.chance:.0f}", few, measure.evidence.value]


def _cell(measure: Measure, name: str) -> str:
    counts, plain = measure.counts(name), measure.plain[name]
    return str(plain) if counts is plain else f"{counts} (nearest cosine {plain})"


def _memory(results: Results) -> Iterator[str]:
    if any(measure.memory for measure in results.measures):
        rows = [
            [
                measure.row.name,
                *(cell for name in results.own for cell in (str(measure.plain[name]), str(measure.memory[name]))),
            ]
            for measure in results.measures
        ]
        head = ["photographs", *(f"{name}, {rule}" for name in results.own for rule in ("plain vote", "product"))]
        yield (
            "## By the product's own rule\n\nThe same trials answered by the product's memory, unknown set aside; "
            f'in the AUROC rows by what it goes by to say "unknown".\n\n{_table(head, rows)}'
        )


def _times(results: Results) -> Iterator[str]:
    if results.times:
        rows = [_time(name, results) for name in results.columns]
        head = ["one thread", "LiteRT, ms", "of v2", "tflite-runtime 2.14, ms", "of v2", "a frame, ms"]
        yield (
            f"## Time\n\nProcessor time: median of one invoke, measured in turn, and mean of all that describing one "
            f"frame of the first row takes, with a second look. It is not a Pi: read the shares; the aim is {BUDGET} "
            f"on both interpreters. Landmarks have an interpreter of their own.\n\n{_table(head, rows)}"
        )


def _time(name: str, results: Results) -> list[str]:
    timing, shares = results.times.get(name), results.ratio(name) or (None, None)
    spent = [timing and timing.litert, shares[0], timing and timing.tflite_runtime, shares[1], results.frame_ms[name]]
    return [name, *("" if each is None else f"{each:.2f}" for each in spent)]


def _missed(results: Results, sitting: Sitting, columns: Sequence[Column]) -> Iterator[str]:
    lines = [
        f"- **{measure.row.name}**: {measure.counts(results.first)}, aim {measure.row.aim:.0f}. "
        f"{' '.join(reasons(sitting.draw(measure.row), columns))}"
        for measure in results.missed()
    ]
    said = "\n".join(lines) or "On these photographs none is missed."
    yield f"## Aims that are not met, and why\n\nOf {results.first}, measured in the same trials.\n\n{said}"
    seen = [m.row.name for m in results.measures if m.evidence is Evidence.SEEN and m not in results.missed()]
    if seen:
        yield f"Reached, but on photographs that were trained on, which does not count: {'; '.join(seen)}."


def _plots(path: Path, pictures: Path | None) -> Iterator[str]:
    if pictures:
        beside = Path(os.path.relpath(pictures, path.parent))
        shown = [
            f"![{title}]({(beside / name).as_posix()})" for name, title in PLOTS.items() if (pictures / name).exists()
        ]
        yield "\n\n".join(["## Plots", *shown])


def _table(head: Sequence[str], rows: Sequence[Sequence[str]]) -> str:
    lines = [f"| {' | '.join(cells)} |" for cells in (head, *rows)]
    return "\n".join([lines[0], f"|{'---|' * len(head)}", *lines[1:]])
