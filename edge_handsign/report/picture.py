"""A picture of a report: which sign is taken for which, and a map of the memory. Needs matplotlib."""

from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from edge_handsign.core.memory import Memory
from edge_handsign.errors import PlainError
from edge_handsign.report.plane import flattened
from edge_handsign.report.report import Report

Axes = Any  # matplotlib's, which is imported only where it draws
MARKERS = "osD^vP"  # each goes once round the colours before the next
COLOURS = 10
DARK = 0.6  # a cell from which on its text is white
MISSING = "matplotlib is missing: pip install 'edge-handsign[lab]' (on a Pi: sudo apt install python3-matplotlib)"


def draw(report: Report, memory: Memory, path: Path) -> None:
    """Write a PNG; PlainError when that is not possible."""
    try:
        from matplotlib.figure import Figure
    except ImportError as error:
        raise PlainError(MISSING) from error
    figure = Figure(figsize=(16, 8), layout="constrained")
    confusion, plane = figure.subplots(1, 2)
    _draw_confusion(confusion, report)
    _draw_map(plane, report, memory)
    figure.suptitle(report.advice)
    try:
        figure.savefig(path, format="png", dpi=100)
    except OSError as error:
        raise PlainError(f"{path} cannot be written ({error.strerror}): choose another place for --png") from error


def _draw_confusion(axes: Axes, report: Report) -> None:
    signs = [finding.sign for finding in report.findings]
    shares = np.array([[finding.answers.get(sign, np.nan) for sign in signs] for finding in report.findings])
    axes.imshow(shares, cmap="Blues", vmin=0, vmax=1)
    for (row, column), share in np.ndenumerate(shares):
        if share > 0:
            colour = "white" if share > DARK else "black"
            axes.text(column, row, f"{share:.0%}", ha="center", va="center", color=colour)
    for row, finding in enumerate(report.findings):
        if not finding.answers:
            axes.text((len(signs) - 1) / 2, row, "cannot be left out", ha="center", va="center", color="grey")
    axes.set_xticks(range(len(signs)), signs, rotation=90)
    axes.set_yticks(range(len(signs)), signs)
    axes.set_xlabel("taken for")
    axes.set_ylabel("taught")
    axes.set_title("each lesson left out, recognised by the others")


def _draw_map(axes: Axes, report: Report, memory: Memory) -> None:
    places, lessons = zip(*(memory.places(finding.sign) for finding in report.findings), strict=True)
    points, share = flattened(memory.vectors(np.concatenate(places)))
    ends = np.cumsum([len(own) for own in places])[:-1]
    for number, (finding, own, of_lesson) in enumerate(
        zip(report.findings, np.split(points, ends), lessons, strict=True)
    ):
        _draw_sign(axes, number, finding.sign, own, of_lesson)
    missed = points[np.isin(np.concatenate(places), list(report.misses))]
    axes.scatter(
        missed[:, 0], missed[:, 1], s=140, facecolors="none", edgecolors="black", label="not recognised by the others"
    )
    axes.legend(loc="upper center", bbox_to_anchor=(0.5, 0), ncols=6, fontsize="small")
    axes.set_xticks([])
    axes.set_yticks([])
    axes.set_title(f"a dot a sample, a star a burst; {share:.0%} of the variance lies in this plane")


def _draw_sign(axes: Axes, number: int, sign: str, points: NDArray[np.float64], lessons: NDArray[np.int64]) -> None:
    colour, marker = f"C{number % COLOURS}", MARKERS[number // COLOURS % len(MARKERS)]
    _, lesson, counts = np.unique(lessons, return_inverse=True, return_counts=True)
    middles = np.stack([np.bincount(lesson, along) / counts for along in points.T], axis=1)
    spokes = np.stack([middles[lesson], points, np.full_like(points, np.nan)], axis=1).reshape(-1, 2)
    axes.plot(spokes[:, 0], spokes[:, 1], color=colour, alpha=0.3, linewidth=1)
    axes.scatter(points[:, 0], points[:, 1], s=25, color=colour, marker=marker, alpha=0.7, linewidths=0, label=sign)
    bursts = middles[counts > 1]
    axes.scatter(bursts[:, 0], bursts[:, 1], s=60, color=colour, marker="+")
