"""The within-class metric, against its formula written out, and what it is for."""

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from edge_handsign.core.memory import Memory, MemorySettings
from edge_handsign.core.messages import Sample
from edge_handsign.core.metric import WIDEST, Metric
from edge_handsign.core.rows import Rows


def unit(vectors: np.ndarray) -> np.ndarray:
    found: np.ndarray = (vectors / np.linalg.norm(vectors, axis=-1, keepdims=True)).astype(np.float32)
    return found


@settings(max_examples=60, deadline=None)
@given(st.integers(0, 2**32 - 1), st.integers(2, 60), st.integers(1, 5), st.integers(2, 9))
def test_it_agrees_with_its_formula_written_out(seed: int, count: int, signs: int, width: int) -> None:
    rng = np.random.default_rng(seed)
    vectors, labels = unit(rng.normal(size=(count, width))), rng.integers(0, signs, count).astype(np.int32)
    asked = unit(rng.normal(size=(3, width)))
    centred = np.concatenate([vectors[labels == sign] - vectors[labels == sign].mean(axis=0) for sign in set(labels)])
    free = count - len(set(labels.tolist()))
    compared = asked
    if free > 0:
        scatter = centred.astype(float).T @ centred
        shrunk = (scatter + np.trace(scatter) / free * np.eye(width)) / (free + width)
        spread, axes = np.linalg.eigh(shrunk)
        compared = unit(asked @ (axes @ np.diag(spread**-0.5) @ axes.T))
    np.testing.assert_allclose(Metric.fitted(vectors, labels).seen(asked), compared, atol=2e-3)


def test_what_differs_within_signs_anyway_counts_for_little() -> None:
    """Two signs a little apart, far scattered along one direction: the nearest by angle is the wrong one."""
    rng = np.random.default_rng(0)

    def shown(sign: int, count: int) -> np.ndarray:
        own = np.tile([1.0, 0.3 * sign, 0.0, 0.0], (count, 1))
        return unit(own + rng.normal(0, [0.02, 0.05, 0.8, 0.02], (count, 4)))

    taught, labels = np.concatenate([shown(0, 12), shown(1, 12)]), np.repeat([0, 1], 12).astype(np.int32)
    asked = np.concatenate([shown(0, 200), shown(1, 200)])
    truth, metric = np.repeat([0, 1], 200), Metric.fitted(taught, labels)

    def right(seen: np.ndarray, among: np.ndarray) -> float:
        return float((labels[(seen @ among.T).argmax(axis=1)] == truth).mean())

    assert right(asked, taught) < 0.93
    assert right(metric.seen(asked), metric.seen(taught)) > 0.98


@pytest.mark.parametrize(("count", "width"), [(1, 8), (40, WIDEST + 1)])
def test_with_a_sample_a_sign_or_too_many_numbers_vectors_are_compared_as_they_are(count: int, width: int) -> None:
    vectors = unit(np.random.default_rng(1).normal(size=(count, width)))
    assert Metric.fitted(vectors, np.zeros(count, np.int32)).seen(vectors) is vectors


def test_equal_samples_scatter_nowhere() -> None:
    same = unit(np.tile([3.0, 4.0], (5, 1)))
    np.testing.assert_allclose(Metric.fitted(same, np.zeros(5, np.int32)).seen(same), same, atol=1e-6)


def test_a_vector_without_direction_stays_so() -> None:
    taught = unit(np.random.default_rng(2).normal(size=(9, 3)))
    assert not Metric.fitted(taught, np.zeros(9, np.int32)).seen(np.zeros(3, np.float32)).any()


def test_it_is_fitted_anew_when_there_is_an_eighth_more_or_anything_less() -> None:
    metric = Metric(samples=80)
    assert [metric.fits(count) for count in (79, 80, 89, 90)] == [False, True, True, False]
    assert not Metric(samples=3).fits(4)


@pytest.mark.parametrize("width", [5, WIDEST + 1])
def test_what_is_forgotten_has_no_part_in_it(width: int) -> None:
    rng = np.random.default_rng(3)
    vectors = unit(rng.normal(size=(30, width)))
    asked = unit(rng.normal(size=(10, width)))

    def memory(lessons: range) -> Memory:
        made = Memory(width, MemorySettings(capacity=30))
        for lesson in lessons:
            made.teach(Sample(lesson, f"sign {lesson % 3}", lesson, vectors[lesson]))
        return made

    more, never = memory(range(30)), memory(range(20))
    more.match(asked[0])
    for lesson in range(20, 30):
        more.forget_lesson(lesson)
    for one in asked:
        found, wanted = more.match(one), never.match(one)
        assert found.closed == wanted.closed
        assert found.similarity == pytest.approx(wanted.similarity, abs=1e-6)


def test_vectors_that_are_too_wide_for_it_are_kept_once() -> None:
    rows = Rows(WIDEST + 1, 10)
    rows.add(Sample(1, "fist", 1, unit(np.ones(WIDEST + 1))))
    assert np.shares_memory(rows.taught, rows.compared)
