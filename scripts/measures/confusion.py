"""What is taken for what: answers of a plain vote over all draws of a row."""

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from .columns import Column
from .scores import Vectors, voted
from .sitting import Drawn

MISSED = "(no hand found)"


@dataclass(frozen=True, slots=True, eq=False)
class Confusion:
    """n signs that were asked, m that were said."""

    meant: NDArray[np.str_]  # (n,)
    said: NDArray[np.str_]  # (m,)
    share: NDArray[np.float64]  # (n, m) per cent of the asked photographs of a sign

    def commonest(self, count: int) -> list[tuple[str, str, float]]:
        """(meant, said, per cent) of the most frequent mistakes."""
        wrong = [
            (str(meant), str(said), float(self.share[i, j]))
            for i, meant in enumerate(self.meant)
            for j, said in enumerate(self.said)
            if meant != said and self.share[i, j] > 0
        ]
        return sorted(wrong, key=lambda each: -each[2])[:count]


def mistakes(column: Column, drawn: Drawn, count: int = 3) -> list[str]:
    """The commonest wrong answers, in a sentence each."""
    found = confusion(column.describe(drawn.shots), drawn).commonest(count)
    return [f"{meant!r} is taken for {said!r} in {share:.0f} % of its pictures" for meant, said, share in found]


def confusion(vectors: Vectors, drawn: Drawn) -> Confusion:
    """Over all trials of all draws."""
    trials = [trial for each in drawn.draws for trial in each]
    meant = np.concatenate([drawn.labels.sign[trial.asked] for trial in trials])
    answers = np.concatenate([voted(vectors, drawn.labels, trial) for trial in trials])
    answers = np.where(answers == "", MISSED, answers)
    signs, said = np.unique(meant), np.union1d(meant, answers)
    counts = np.array([[((meant == one) & (answers == other)).sum() for other in said] for one in signs])
    return Confusion(signs, said, 100.0 * counts / counts.sum(axis=1, keepdims=True))
