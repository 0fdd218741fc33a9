"""One sitting: every row for every column, with the same draws, so that columns compare pair by pair."""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from scripts.training.photographs import Photograph

from . import protocols, scores, shots
from .columns import Column
from .evidence import Evidence, evidence
from .figure import Figure, over
from .protocols import Labels, Trial
from .rows import Row
from .scores import Score, Vectors


@dataclass(frozen=True, slots=True)
class Measure:
    """A row as it was measured."""

    row: Row
    evidence: Evidence
    pictures: int  # of hands
    groups: int  # persons, recordings or sets
    chance: float  # per cent
    plain: dict[str, Figure]  # by column: the plain vote, or the nearest cosine
    memory: dict[str, Figure]  # by column: the product's own rule


@dataclass(frozen=True, slots=True)
class Sitting:
    """What decides a sitting."""

    photographs: list[Photograph]
    draws: int = 5
    seed: int = 0
    left_out: frozenset[str] = frozenset()  # sets that the measured network was not trained on

    def measure(self, row: Row, columns: Sequence[Column], own: Sequence[str] = ()) -> Measure:
        """One row; the columns named in `own` are judged by the product's memory too."""
        chosen = row.shots(self.photographs)
        labels = shots.labels(chosen)
        drawn = protocols.draws(labels, row.protocol, self.draws, self.seed)
        plain, memory = (scores.told, scores.told_by_memory) if row.nones else (scores.right, scores.right_by_memory)
        vectors = {column.name: column.describe(chosen) for column in columns}
        hands = labels.hands
        return Measure(
            row,
            evidence(self.photographs, chosen, self.left_out),
            int(hands.sum()),
            len(np.unique(labels.group[hands])),
            50.0 if row.nones else _chance(labels, drawn),
            {name: _figure(plain, each, labels, drawn) for name, each in vectors.items()},
            {name: _figure(memory, vectors[name], labels, drawn) for name in own},
        )


def _figure(score: Score, vectors: Vectors, labels: Labels, drawn: list[list[Trial]]) -> Figure:
    """Mean over trials within a draw, then mean and spread over draws."""
    return over([float(np.mean([score(vectors, labels, trial) for trial in trials])) for trials in drawn])


def _chance(labels: Labels, drawn: list[list[Trial]]) -> float:
    """Per cent right by guessing among what was taught."""
    return float(np.mean([100.0 / len(np.unique(labels.sign[trial.taught])) for trials in drawn for trial in trials]))
