"""What a sitting found, and as JSON: enough to tell which files were measured, how, and what came out."""

from collections.abc import Mapping
from dataclasses import asdict, dataclass
from typing import Any

from .columns import V2
from .sitting import Measure, Sitting
from .timing import Timing

BUDGET = 0.3  # of MobileNet v2's time


@dataclass(frozen=True, slots=True)
class Results:
    """All rows and columns of a sitting."""

    columns: tuple[str, ...]  # own models first
    own: tuple[str, ...]
    measures: list[Measure]
    times: Mapping[str, Timing]  # by column
    frame_ms: Mapping[str, float]  # by column, as the product describes a frame; where hands are as in the first row

    @property
    def first(self) -> str:
        """The model that the sitting is about."""
        return self.own[0]

    def missed(self) -> list[Measure]:
        """The rows whose aim the first model does not reach."""
        return [m for m in self.measures if m.row.aim is not None and m.counts(self.first).mean < m.row.aim]

    def ratio(self, column: str) -> tuple[float, float | None] | None:
        """Its time over that of MobileNet v2, on LiteRT and on tflite-runtime; None where one was not timed."""
        if not {column, V2} <= self.times.keys():
            return None
        mine, public = self.times[column], self.times[V2]
        older = mine.tflite_runtime and public.tflite_runtime and mine.tflite_runtime / public.tflite_runtime
        return mine.litert / public.litert, older


def plain(results: Results, sitting: Sitting) -> dict[str, Any]:
    """For JSON."""
    return {
        "draws": sitting.draws,
        "seed": sitting.seed,
        "left_out": sorted(sitting.left_out),
        "rows": [_row(measure) for measure in results.measures],
        "ms": {name: asdict(timing) for name, timing in results.times.items()},
        "ms_frame": dict(results.frame_ms),
        "of_v2": {name: results.ratio(name) for name in results.times},
    }


def _row(measure: Measure) -> dict[str, Any]:
    return {
        "name": measure.row.name,
        "stands_for": measure.row.stands_for,
        "aim": measure.row.aim,
        "evidence": measure.evidence.value,
        "pictures": measure.pictures,
        "groups": measure.groups,
        "chance": measure.chance,
        "plain": {name: asdict(each) for name, each in measure.plain.items()},
        "memory": {name: asdict(each) for name, each in measure.memory.items()},
    }
