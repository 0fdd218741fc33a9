"""Leave-one-lesson-out and leave-one-sign-out, against their definition written out plainly."""

import numpy as np
import pytest

from edge_handsign.core.standings import D
from edge_handsign.core.trials import ABSENT, NOBODY, Trials

K = 3


def units(rng: np.random.Generator, count: int) -> np.ndarray:
    vectors = rng.normal(size=(count, 6)).astype(np.float32)
    return np.asarray(vectors / np.linalg.norm(vectors, axis=1, keepdims=True))


class Plain:
    """The same by loops."""

    def __init__(self, nothing: np.ndarray, rows: np.ndarray, labels: np.ndarray, lessons: np.ndarray) -> None:
        self.pictures = [(vector, NOBODY, NOBODY) for vector in nothing]
        self.pictures += list(zip(rows, labels.tolist(), lessons.tolist(), strict=True))
        self.rows, self.labels, self.lessons = rows, labels, lessons

    def answers(self, *, without_own: bool) -> list[tuple[int, float, float] | None]:
        return [self.answer(*picture, without_own=without_own) for picture in self.pictures]

    def answer(
        self, vector: np.ndarray, truth: int, lesson: int, *, without_own: bool
    ) -> tuple[int, float, float] | None:
        cosines = self.rows @ vector
        means = {}
        for label in sorted(set(self.labels.tolist()) - ({truth} if without_own else set())):
            heard = cosines[(self.labels == label) & (self.lessons != lesson)]
            if len(heard):
                means[label] = float(np.sort(heard)[-K:].mean())
        if not means:
            return None
        counts = {label: int((self.labels == label).sum()) for label in means}
        nearest = min(means, key=lambda label: np.sqrt(2 - 2 * means[label]) * counts[label] ** (1 / D))
        return nearest, means[nearest], max([means[label] for label in means if label != nearest], default=ABSENT)


@pytest.mark.parametrize("without_own", [False, True])
@pytest.mark.parametrize("step", [1, 7, 60], ids=lambda step: f"{step} at a time")
def test_it_agrees_with_its_definition_however_the_samples_came(step: int, without_own: bool) -> None:
    rng = np.random.default_rng(step)
    nothing, rows = units(rng, 5), units(rng, 60)
    labels, lessons = rng.integers(0, 4, 60).astype(np.int32), np.sort(rng.integers(0, 25, 60)).astype(np.int64)
    trials = Trials(nothing, K)
    for end in range(step, 61, step):
        trials.learn(rows[:end], labels[:end], lessons[:end])
    taught = (60 // step) * step
    wanted = Plain(nothing, rows[:taught], labels[:taught], lessons[:taught]).answers(without_own=without_own)
    found = trials.answers(without_own=without_own)
    assert trials.truth.tolist() == [NOBODY] * 5 + labels[:taught].tolist()
    assert found.picture.tolist() == [place for place, answer in enumerate(wanted) if answer]
    for sign, similarity, rival, answer in zip(
        found.sign, found.similarity, found.rival, filter(None, wanted), strict=True
    ):
        assert (sign, similarity, rival) == pytest.approx(answer, abs=1e-6)


def test_a_burst_is_never_compared_with_itself() -> None:
    trials = Trials(np.empty((0, 6), np.float32), K)
    burst = units(np.random.default_rng(1), 4)
    trials.learn(burst, np.zeros(4, np.int32), np.zeros(4, np.int64))
    assert len(trials.answers().picture) == 0


def test_only_some_of_what_is_taught_stands_on_trial() -> None:
    trials = Trials(np.empty((0, 6), np.float32), K)
    rows = units(np.random.default_rng(2), 2000)
    trials.learn(rows, (np.arange(2000) % 20).astype(np.int32), np.arange(2000))
    assert len(trials.truth) == 256
    assert np.bincount(trials.truth).max() <= 32
