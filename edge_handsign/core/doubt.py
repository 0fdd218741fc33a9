"""When the box says "I don't know": evidence against a threshold, both from data.

`Prior` is what is known of a backbone before anything is taught; the room of the quiet minute adds its own pictures of
nothing and then speaks for false alarms instead of the prior's, because it is the room that the box is in.
"""

from dataclasses import dataclass, field
from math import log

import numpy as np
from numpy.typing import NDArray

from edge_handsign.core.evidence import UNRELATED, evidence, odds, weights
from edge_handsign.core.messages import NonSigns
from edge_handsign.core.metric import Metric
from edge_handsign.core.standings import D
from edge_handsign.core.threshold import Threshold, derived
from edge_handsign.core.trials import NOBODY, Answers, Trials

# Least evidence: as likely a sign as nothing; or, where no picture of nothing is known, half way to unrelated (cosine).
FLOOR, BLIND_FLOOR = 0.0, D / 2 * log(2)

SHARES = (np.arange(20) + 0.5) / 20  # of the quantiles that stand for a sign's right answers
UNTOLD = np.full(1, 0.5)  # presence, where a backbone does not tell: any, for then 1 is above what is usual


@dataclass(frozen=True, slots=True, eq=False)
class Prior:
    """Statistics of one backbone, made by scripts/nonsigns."""

    nonsigns: NonSigns
    right: NDArray[np.float64]  # (q,) nats, quantiles of right answers to strangers: other rooms, few samples
    presence_weight: float = 1.0
    presence: NDArray[np.float64] = field(
        default_factory=UNTOLD.copy
    )  # (q,) 0..1, quantiles of presence with those right answers


class Doubt:
    """Judges pictures by what was taught, by a backbone's prior, and by the room. Main thread only."""

    def __init__(self, dimension: int, k: int, per_hour: float, prior: Prior | None) -> None:
        self.per_hour = per_hour  # of what is learned from now on
        self._k, self._prior = k, prior
        self._weights = weights(prior.presence_weight if prior else 1.0)
        presence = prior.presence if prior else UNTOLD
        self._usual = float(np.median(presence))
        self._doubts = self._weights[-1] * np.log(odds(presence, self._usual))  # (q,) nats that presence takes away
        self._strangers = prior.right if prior else np.empty(0)
        self._none = np.empty((0, dimension), np.float32)
        self._metric = Metric()
        self.settle(None)

    def settle(self, room: NonSigns | None) -> None:
        """Look out from this room; what was taught has to be learned again."""
        known = [lot for lot in (self._prior.nonsigns if self._prior else None, room) if lot]
        self._known_near = np.concatenate([self._none, *(lot.near for lot in known)])
        self._tried = known[-1].trials if known else self._none
        self._presence = known[-1].presence if known else np.empty(0, np.float32)
        self.forget()

    def compare_by(self, metric: Metric) -> None:
        """From now on; what was taught has to be learned again."""
        self._metric = metric
        self.forget()

    def forget(self) -> None:
        """What was taught has to be learned again."""
        self.threshold = Threshold(FLOOR, None)
        self._near, tried = self._metric.seen(self._known_near), self._metric.seen(self._tried)
        self._trials = Trials(tried, self._k)
        self._nothing = self._nothing_near(tried)

    @property
    def learned(self) -> int:
        """Samples that the threshold stands on."""
        return self._trials.learned

    def learn(self, rows: NDArray[np.float32], labels: NDArray[np.int32], lessons: NDArray[np.int64]) -> None:
        """All that is taught now, (n, d), (n,), (n,), n > 0, in the metric; it begins with what was taught before."""
        self._trials.learn(rows, labels, lessons)
        called = self._trials.vectors[len(self._nothing) :]
        self._nothing = np.concatenate([self._nothing, self._nothing_near(called)])
        answers, truth = self._trials.answers(), self._trials.truth
        scores, asked = self._scores(answers), truth[answers.picture]
        self.threshold = derived(
            self.per_hour,
            FLOOR if len(self._near) else BLIND_FLOOR,
            nothing=scores[asked == NOBODY],
            untaught=self._untaught(),
            right=self._right(scores[asked == answers.sign], asked[asked == answers.sign]),
        )

    def evidence(
        self, vector: NDArray[np.float32], presence: float, similarity: float, samples: int, rival: float
    ) -> float:
        """Nats, of a picture, (d,) in the metric, with this cosine to its nearest sign, which has so many samples, and
        to the next sign (-1 where there is none).
        """
        nothing = float(self._nothing_near(vector)) if len(self._near) else UNRELATED
        hand = 1.0 if presence >= self._usual else float(odds(np.array(presence), self._usual))
        parts = np.array((similarity, nothing, max(rival, nothing), hand))
        return float(evidence(parts, self._weights)) - log(max(samples / self._k, 1))

    def _nothing_near(self, vectors: NDArray[np.float32]) -> NDArray[np.float32]:
        """(...) mean cosine of (..., d) to the k nearest pictures of nothing."""
        if not len(self._near):
            return np.full(vectors.shape[:-1], UNRELATED, np.float32)
        cosines, k = vectors @ self._near.T, min(self._k, len(self._near))
        cosines.partition(cosines.shape[-1] - k)
        mean: NDArray[np.float32] = np.add.reduce(cosines[..., -k:], axis=-1)
        mean /= np.float32(k)
        return mean

    def _right(self, scores: NDArray[np.float64], meant: NDArray[np.intp]) -> NDArray[np.float64]:
        """Evidence of right answers, each sign's as many: quantiles, with the presence that other hands had, since
        nobody has kept the samples' own; and those of strangers.
        """
        lots = [scores[meant == sign][:, None] + self._doubts for sign in np.unique(meant)]
        return np.concatenate([*(np.quantile(lot, SHARES) for lot in lots), self._strangers])

    def _untaught(self) -> NDArray[np.float64]:
        answers = self._trials.answers(without_own=True)
        found: NDArray[np.float64] = self._scores(answers)[self._trials.truth[answers.picture] != NOBODY]
        return found

    def _scores(self, answers: Answers) -> NDArray[np.float64]:
        """(n,) nats."""
        nothing = self._nothing[answers.picture].astype(np.float64)
        seen = np.concatenate([self._presence, np.ones(len(self._nothing) - len(self._presence))])
        hand = odds(seen, self._usual)[answers.picture]
        parts = np.stack([answers.similarity, nothing, np.maximum(answers.rival, nothing), hand], axis=1)
        return evidence(parts, self._weights) - np.log(np.maximum(answers.samples / self._k, 1))
