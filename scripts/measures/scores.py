"""How the answers to a trial are judged: by a plain vote, so that columns compare, or by the product's own memory.

A photograph of which a column has nothing to say (no hand was found) is a vector of zeros. It teaches nothing, it is
answered wrong, and it resembles nothing.
"""

# mypy: disable-error-code="no-any-return"
from collections.abc import Callable, Sequence

import numpy as np
from numpy.typing import NDArray

from edge_handsign.core.memory import Memory
from edge_handsign.evaluation import Example, ask, auroc, judge, teach

from .protocols import Labels, Trial

K = 3
Vectors = NDArray[np.float32]  # (n, d), of unit length or zero
Score = Callable[[Vectors, Labels, Trial], float]


def voted(vectors: Vectors, labels: Labels, trial: Trial) -> NDArray[np.str_]:
    """(asked,) the sign with the largest sum of cosines (plus one) among the K nearest; empty where nothing is seen."""
    taught = _seen(vectors, trial.taught)
    if not len(taught):
        return np.full(len(trial.asked), "")
    cosines = vectors[trial.asked] @ vectors[taught].T
    best = np.argsort(-cosines, axis=1)[:, :K]
    names, sign = np.unique(labels.sign[taught]), labels.sign[taught]
    weight = np.take_along_axis(cosines, best, axis=1) + 1.0
    votes = np.stack([(weight * (sign[best] == name)).sum(axis=1) for name in names], axis=1)
    return np.where(vectors[trial.asked].any(axis=1), names[votes.argmax(axis=1)], "")


def right(vectors: Vectors, labels: Labels, trial: Trial) -> float:
    """Per cent of the asked that a plain vote answers right."""
    return 100.0 * float(np.mean(voted(vectors, labels, trial) == labels.sign[trial.asked]))


def nearest(vectors: Vectors, trial: Trial) -> NDArray[np.float32]:
    """(asked,) the highest cosine to anything taught; -1 where nothing is seen."""
    asked = vectors[trial.asked]
    cosines = asked @ vectors[_seen(vectors, trial.taught)].T
    return np.where(asked.any(axis=1), cosines.max(axis=1, initial=-1.0), np.float32(-1.0))


def told(vectors: Vectors, labels: Labels, trial: Trial) -> float:
    """AUROC, per cent, of the cosine to the nearest that was taught: signs against no sign."""
    near = nearest(vectors, trial)
    hands = labels.hands[trial.asked]
    return 100.0 * auroc(near[hands].astype(np.float64), near[~hands].astype(np.float64))


def by_memory(empty: Memory, examples: Sequence[Example], trial: Trial) -> float:
    """Per cent that the product's memory answers right, unknown set aside; AUROC where photographs without a hand are
    asked too, of what it goes by to say "unknown"."""
    teach(empty, [examples[row] for row in trial.taught])
    result = judge(ask(empty, [examples[row] for row in trial.asked]), len(trial.taught))
    share = result.accuracy_closed if result.auroc_none is None else result.auroc_none
    return 100.0 * (share or 0.0)


def _seen(vectors: Vectors, rows: NDArray[np.intp]) -> NDArray[np.intp]:
    return rows[vectors[rows].any(axis=1)]
