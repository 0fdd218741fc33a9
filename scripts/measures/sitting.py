"""One sitting: every row for every column, with the same draws, so that columns compare pair by pair."""

from collections.abc import Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass

import numpy as np

from scripts.training.photographs import Photograph

from . import protocols, scores, shots
from .columns import Column, Network
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

    def counts(self, column: str) -> Figure:
        """What the aim is about: the plain vote, but told from no sign is what the product calls unknown."""
        return self.memory.get(column, self.plain[column]) if self.row.nones else self.plain[column]


@dataclass(frozen=True, slots=True, eq=False)
class Drawn:
    """A row's questions, the same for all columns."""

    row: Row
    shots: list[shots.Shot]
    labels: Labels
    draws: list[list[Trial]]


@dataclass(frozen=True, slots=True)
class Sitting:
    """What decides a sitting."""

    photographs: list[Photograph]
    draws: int = 5
    seed: int = 0
    left_out: frozenset[str] = frozenset()  # sets that the measured network was not trained on

    def worth(self, row: Row) -> Evidence:
        """Whether the photographs, people or sets that are asked were trained on."""
        asked = [shot for shot in row.shots(self.photographs) if row.asked in {"", shot.group}]
        return evidence(self.photographs, asked, self.left_out)

    def draw(self, row: Row) -> Drawn:
        """Who teaches and who is asked."""
        chosen = row.shots(self.photographs)
        labels = shots.labels(chosen)
        return Drawn(row, chosen, labels, protocols.draws(labels, row.protocol, self.draws, self.seed))

    def measure(self, row: Row, columns: Sequence[Column], judged: Sequence[Network] = ()) -> Measure:
        """One row; the networks `judged` answer by the product's memory too."""
        drawn = self.draw(row)
        plain = scores.told if row.nones else scores.right
        with ThreadPoolExecutor() as pool:  # the interpreters let go of Python while they run
            vectors = dict(
                zip((c.name for c in columns), pool.map(lambda c: c.describe(drawn.shots), columns), strict=True)
            )
        hands = drawn.labels.hands
        return Measure(
            row,
            self.worth(row),
            int(hands.sum()),
            len(np.unique(drawn.labels.group[hands])),
            50.0 if row.nones else _chance(drawn),
            {name: figure(plain, each, drawn) for name, each in vectors.items()},
            {network.name: by_memory(network, drawn) for network in judged},
        )


def figure(score: Score, vectors: Vectors, drawn: Drawn) -> Figure:
    """Mean over trials within a draw, then mean and spread over draws."""
    return over([float(np.mean([score(vectors, drawn.labels, trial) for trial in trials])) for trials in drawn.draws])


def by_memory(network: Network, drawn: Drawn) -> Figure:
    """As `figure`, answered by the product's memory."""
    examples = network.examples(drawn.shots)

    def score(trial: Trial) -> float:
        return scores.by_memory(network.memory(len(trial.taught)), examples, trial)

    return over([float(np.mean([score(trial) for trial in trials])) for trials in drawn.draws])


def _chance(drawn: Drawn) -> float:
    """Per cent right by guessing among what was taught."""
    taught = [np.unique(drawn.labels.sign[trial.taught]) for trials in drawn.draws for trial in trials]
    return float(np.mean([100.0 / len(signs) for signs in taught]))
