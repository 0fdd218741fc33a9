"""How good would it be on these photographs? Taught and asked exactly as the running box would.

A picture in a folder named `none`, or of a sign that was not taught, should be answered unknown.
"""

from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from edge_handsign.core.memory import Memory
from edge_handsign.core.messages import Match, Sample

NONE = "none"  # the name of what is no sign


@dataclass(frozen=True, slots=True, eq=False)
class Example:
    """A photograph's embedding and what it shows."""

    sign: str
    vector: NDArray[np.float32]  # (d,), unit length
    presence: float = 1.0  # 0..1, as in Embedding


@dataclass(frozen=True, slots=True)
class Answer:
    """What a test picture shows and what it was taken for."""

    truth: str  # a taught sign, or NONE
    match: Match

    @property
    def said(self) -> str:
        """The sign, or NONE for unknown."""
        return self.match.sign or NONE

    @property
    def signness(self) -> float:
        """How much the picture speaks for a taught sign, by the evidence that decides what is unknown, in nats."""
        return -self.match.evidence if self.match.closed == NONE else self.match.evidence


@dataclass(frozen=True, slots=True)
class Result:
    """Shares are 0..1; None where there was nothing to ask."""

    accuracy: float  # unknown counts as wrong unless it is right
    accuracy_closed: float | None  # nearest sign, without unknown; pictures of no taught sign left out
    auroc_none: float | None  # signs told from what is none
    unknown: float  # share answered unknown
    n_teach: int
    n_test: int
    per_sign: Mapping[str, float]  # recall of each sign, unknown counting as wrong
    confusion: Mapping[str, Mapping[str, int]]  # truth -> said -> pictures


def teach(memory: Memory, examples: Iterable[Example]) -> None:
    """Each example becomes a sample, numbered from 0 in the order given, of a lesson of its own."""
    for number, example in enumerate(examples):
        memory.teach(Sample(number, example.sign, number, example.vector))


def ask(memory: Memory, examples: Iterable[Example]) -> list[Answer]:
    """The memory's answer to each example."""
    taught = memory.counts()
    return [
        Answer(example.sign if example.sign in taught else NONE, memory.match(example.vector, example.presence))
        for example in examples
    ]


def judge(answers: Sequence[Answer], n_teach: int) -> Result:
    """Sum up; `answers` holds at least one."""
    right = [answer.said == answer.truth for answer in answers]
    of_signs = [answer for answer in answers if answer.truth != NONE]
    asked = Counter(answer.truth for answer in answers)
    got = Counter(answer.truth for answer in answers if answer.said == answer.truth)
    return Result(
        accuracy=sum(right) / len(right),
        accuracy_closed=sum(a.match.closed == a.truth for a in of_signs) / len(of_signs) if of_signs else None,
        auroc_none=_auroc_none(answers),
        unknown=sum(answer.said == NONE for answer in answers) / len(answers),
        n_teach=n_teach,
        n_test=len(answers),
        per_sign={sign: got[sign] / count for sign, count in sorted(asked.items())},
        confusion={sign: _said(answers, sign) for sign in sorted(asked)},
    )


def auroc(positive: NDArray[np.float64], negative: NDArray[np.float64]) -> float:
    """Chance that a positive scores above a negative, ties counting half (Mann-Whitney U over the number of pairs)."""
    ordered = np.sort(negative)
    below = np.searchsorted(ordered, positive, side="left")
    not_above = np.searchsorted(ordered, positive, side="right")
    return float((below + not_above).mean() / 2 / len(negative))


def _auroc_none(answers: Sequence[Answer]) -> float | None:
    signs = np.array([answer.signness for answer in answers if answer.truth != NONE])
    nones = np.array([answer.signness for answer in answers if answer.truth == NONE])
    return auroc(signs, nones) if len(signs) and len(nones) else None


def _said(answers: Sequence[Answer], truth: str) -> dict[str, int]:
    return dict(Counter(answer.said for answer in answers if answer.truth == truth).most_common())
