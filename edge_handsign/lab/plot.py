"""The figures as a picture: accuracy against samples above, with a band of one standard deviation; time below."""

from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING

from edge_handsign.errors import PlainError
from edge_handsign.lab.kinds import KINDS

if TYPE_CHECKING:
    from edge_handsign.lab.curve import Figure
    from edge_handsign.lab.material import Material


SUFFIXES = (".png", ".svg", ".pdf")


def write(path: Path, figures: Sequence["Figure"], material: "Material") -> None:
    """PlainError when the file cannot be written. Needs matplotlib."""
    from matplotlib.figure import Figure as Sheet

    sheet = Sheet(figsize=(7, 8), layout="constrained")
    right, time = sheet.subplots(2, 1, sharex=True, height_ratios=(3, 2))
    for name, kind in KINDS.items():
        own = [each for each in figures if each.learner == name]
        shots, accuracy = [each.shots for each in own], [100 * each.accuracy for each in own]
        spread = [100 * (each.spread or 0.0) for each in own]
        (line,) = right.plot(shots, accuracy, marker="o", label=kind.title)
        low, high = ([a + side * s for a, s in zip(accuracy, spread, strict=True)] for side in (-1, 1))
        right.fill_between(shots, low, high, color=line.get_color(), alpha=0.2, linewidth=0)
        time.plot(shots, [each.learn_s for each in own], marker="o", color=line.get_color())
    signs = len(material.signs)
    right.axhline(100 / signs, color="grey", linestyle=":", label="chance")
    right.set(title=f"{signs} signs, split by {material.apart.value}", ylabel="right answers, %", ylim=(0, 102))
    right.legend(loc="lower right")
    marks = sorted({each.shots for each in figures})
    time.set(xscale="log", yscale="log", xlabel="taught pictures of each sign", ylabel="learning, s")
    time.set_xticks(marks, labels=[str(mark) for mark in marks], minor=False)
    time.minorticks_off()
    try:
        sheet.savefig(path)
    except OSError as error:
        raise PlainError(f"{path} cannot be written: {error.strerror}") from error
