"""When the box says "I don't know": evidence against a threshold, both from data.

`Prior` is what is known of a backbone before anything is taught; the room of the quiet minute adds its own pictures of
nothing and then speaks for false alarms instead of the prior's, because it is the room that the box is in.
"""

from dataclasses import dataclass
from math import log

import numpy as np
from numpy.typing import NDArray

from edge_handsign.core.evidence import UNRELATED, evidence, odds, weights
from edge_handsign.core.messages import NonSigns
from edge_handsign.core.standings import D
from edge_handsign.core.threshold import Threshold, derived
from edge_handsign.core.trials import NOBODY, Answers, Trials

# Least evidence: as likely a sign as nothing; or, where no picture of nothing is known, half way to unrelated (cosine).
FLOOR, BLIND_FLOOR = 0.0, D / 2 * log(2)


@dataclass(frozen=True, slots=True, eq=False)
class Prior:
    """Statistics of one backbone, made by scripts/nonsigns."""

    nonsigns: NonSigns
    right: NDArray[np.float64]  # (q,) nats, quantiles of right answers to strangers: other rooms, few samples
    presence_weight: float = 1.0
    usual_presence: float = 0.5  # of hands


class Doubt:
    """Judges pictures by what was taught, by a backbone's prior, and by the room. Main thread only."""

    def __init__(self, dimension: int, k: int, per_hour: float, prior: Prior | None) -> None:
        self.per_hour = per_hour  # of what is learned from now on
        self._k, self._prior = k, prior
        self._weights = weights(prior.presence_weight if prior else 1.0)
        self._usual = prior.usual_presence if prior else 0.5
        self._none = np.empty((0, dimension), np.float32)
        self.settle(None)

    def settle(self, room: NonSigns | None) -> None:
        """Look out from this room; what was taught has to be learned again."""
        known = [lot for lot in (self._prior.nonsigns if self._prior else None, room) if lot]
        self._near = np.concatenate([self._none, *(lot.near for lot in known)])
        self._tried = known[-1].trials if known else self._none
        self._presence = known[-1].presence if known else np.empty(0, np.float32)
        self.forget()

    def forget(self) -> None:
        """What was taught has to be learned again."""
        self.threshold = Threshold(FLOOR, None)
        self._trials = Trials(self._tried, self._k)
        self._nothing = self._nothing_near(self._tried)

    @property
    def learned(self) -> int:
        """Samples that the threshold stands on."""
        return self._trials.learned

    def learn(self, rows: NDArray[np.float32], labels: NDArray[np.int32], lessons: NDArray[np.int64]) -> None:
        """All that is taught now, (n, d), (n,), (n,), n > 0; it begins with what was taught before."""
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
            right=np.concatenate([scores[asked == answers.sign], self._prior.right if self._prior else []]),
        )

    def evidence(self, vector: NDArray[np.float32], presence: float, similarity: float, rival: float) -> float:
        """Nats, of a picture with this cosine to its nearest sign and to the next (-1 where there is none)."""
        nothing = float(self._nothing_near(vector)) if len(self._near) else UNRELATED
        hand = 1.0 if presence >= self._usual else float(odds(np.array(presence), self._usual))
        parts = np.array((similarity, nothing, max(rival, nothing), hand))
        return float(evidence(parts, self._weights))

    def _nothing_near(self, vectors: NDArray[np.float32]) -> NDArray[np.float32]:
        """(...) mean cosine of (..., d) to the k nearest pictures of nothing."""
        if not len(self._near):
            return np.full(vectors.shape[:-1], UNRELATED, np.float32)
        cosines, k = vectors @ self._near.T, min(self._k, len(self._near))
        cosines.partition(cosines.shape[-1] - k)
        mean: NDArray[np.float32] = np.add.reduce(cosines[..., -k:], axis=-1)
        mean /= np.float32(k)
        return mean

    def _untaught(self) -> NDArray[np.float64]:
        answers = self._trials.answers(without_own=True)
        found: NDArray[np.float64] = self._scores(answers)[self._trials.truth[answers.picture] != NOBODY]
        return found

    def _scores(self, answers: Answers) -> NDArray[np.float64]:
        """(n,) nats."""
        nothing = self._nothing[answers.picture].astype(np.float64)
        seen = np.concatenate([self._presence, np.ones(len(self._nothing) - len(self._presence))])
        hand = odds(seen, self._usual)[answers.picture]
        rival = np.maximum(answers.rival, nothing)
        return evidence(np.stack([answers.similarity, nothing, rival, hand], axis=1), self._weights)
