"""The sitting as pictures, made of numbers only: rows, shots, what is taken for what, and a map of the vectors."""

from collections.abc import Callable, Sequence
from io import BytesIO
from itertools import cycle
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from . import scores
from .columns import V2, Column
from .confusion import confusion
from .results import Results
from .rows import COUNTS, CURVES, Row
from .scores import Vectors
from .sitting import Drawn, Sitting, figure


def draw(results: Results, sitting: Sitting, columns: Sequence[Column], folder: Path) -> None:
    """Write the PNG files into `folder`. ModuleNotFoundError without matplotlib."""
    import matplotlib as mpl

    mpl.use("Agg")
    folder.mkdir(parents=True, exist_ok=True)
    worst = worst_row(results)
    _saved(folder / "rows.png", (11, 0.34 * len(results.measures) + 1), 1, 1, lambda axes: _rows(axes[0], results))
    _saved(folder / "shots.png", (11, 6), 2, 2, lambda axes: _shots(axes, sitting, columns))
    if worst is not None:
        drawn = sitting.draw(worst)
        size = 0.42 * len(np.unique(drawn.labels.sign)) + 2.5
        _saved(folder / "confusion.png", (size + 1, size), 1, 1, lambda axes: _confusion(axes[0], columns[0], drawn))
        beside = [columns[0], *(column for column in columns[1:] if column.name == V2)]
        _saved(folder / "map.png", (5.5 * len(beside), 5), 1, len(beside), lambda axes: _maps(axes, beside, drawn))


def worst_row(results: Results) -> Row | None:
    """The row of right answers that is furthest below its aim."""
    gaps = {m.row: m.row.aim - m.plain[results.first].mean for m in results.measures if m.row.aim and not m.row.nones}
    return max(gaps, key=lambda row: gaps[row], default=None)


def _saved(path: Path, size: tuple[float, float], down: int, across: int, paint: Callable[[list[Any]], None]) -> None:
    import matplotlib.pyplot as plt
    from PIL import Image

    picture, axes = plt.subplots(down, across, figsize=size, layout="constrained", squeeze=False)
    paint(list(axes.ravel()))
    drawn = BytesIO()
    picture.savefig(drawn, dpi=80)
    plt.close(picture)
    Image.open(drawn).convert("RGB").quantize(64).save(path, optimize=True)  # a third of the size


def _rows(axis: Any, results: Results) -> None:
    places = np.arange(len(results.measures))[::-1]
    for number, name in enumerate(results.columns):
        found = [measure.counts(name) for measure in results.measures]
        lower = places + 0.3 - 0.6 * number / max(1, len(results.columns) - 1)
        axis.errorbar([f.mean for f in found], lower, xerr=[f.spread for f in found], fmt="o", ms=4, label=name)
    for place, measure in zip(places, results.measures, strict=True):
        axis.plot([measure.chance] * 2, [place - 0.4, place + 0.4], color="0.8", lw=3, zorder=0)
        if measure.row.aim is not None:
            axis.plot([measure.row.aim] * 2, [place - 0.4, place + 0.4], color="k", lw=1)
    names = [f"{measure.row.name} ({measure.evidence.value})" for measure in results.measures]
    axis.set(xlim=(0, 101), xlabel="per cent; black: aim, grey: chance, bars: standard deviation over draws")
    axis.set_yticks(places, names, fontsize=8)
    axis.grid(axis="x", alpha=0.3)
    axis.legend(loc="lower left", fontsize=8)


def _shots(axes: list[Any], sitting: Sitting, columns: Sequence[Column]) -> None:
    for axis, (name, rows) in zip(axes, CURVES.items(), strict=True):
        drawn = [sitting.draw(row) for row in rows]
        for column in columns:
            found = [figure(scores.right, column.describe(each.shots), each) for each in drawn]
            axis.errorbar(
                COUNTS, [f.mean for f in found], yerr=[f.spread for f in found], marker="o", ms=4, label=column.name
            )
        axis.set(
            title=name, xlabel="photographs taught of each sign", ylabel="per cent right", ylim=(0, 101), xscale="log"
        )
        axis.set_xticks(COUNTS, [str(count) for count in COUNTS])
        axis.minorticks_off()
        axis.grid(alpha=0.3)
    axes[0].legend(fontsize=8)


def _confusion(axis: Any, column: Column, drawn: Drawn) -> None:
    found = confusion(column.describe(drawn.shots), drawn)
    axis.imshow(found.share, cmap="Blues", vmin=0, vmax=100)
    for (i, j), share in np.ndenumerate(found.share):
        if share >= 0.5:
            axis.text(j, i, f"{share:.0f}", ha="center", va="center", fontsize=7, color="w" if share > 50 else "k")
    axis.set_xticks(range(len(found.said)), found.said, rotation=90)
    axis.set_yticks(range(len(found.meant)), found.meant)
    axis.set(xlabel="said", ylabel="shown", title=f"{drawn.row.name}\nper cent of each sign, {column.name}")


def _maps(axes: list[Any], columns: Sequence[Column], drawn: Drawn) -> None:
    for axis, column in zip(axes, columns, strict=True):
        flat = plane(column.describe(drawn.shots))
        for number, sign in enumerate(np.unique(drawn.labels.sign)):
            for marker, group in zip(cycle("ox^sv*"), np.unique(drawn.labels.group), strict=False):
                mine = (drawn.labels.sign == sign) & (drawn.labels.group == group)
                label = str(sign) if group == drawn.labels.group[0] else None
                axis.scatter(*flat[mine].T, s=9, marker=marker, color=f"C{number % 10}", label=label)
        axis.set(title=f"{column.name}: {drawn.row.name}", xticks=[], yticks=[])
    axes[0].legend(fontsize=7)


def plane(vectors: Vectors) -> NDArray[np.float32]:
    """(n, 2): the two directions in which the vectors differ most (principal components)."""
    centred = vectors - vectors.mean(axis=0)
    _, _, directions = np.linalg.svd(centred, full_matrices=False)
    flat: NDArray[np.float32] = centred @ directions[:2].T
    return flat
