"""Sums whose answers are known."""

import numpy as np
import pytest

from edge_handsign import evaluation
from edge_handsign.core.memory import Memory, MemorySettings
from edge_handsign.evaluation import Example


def example(sign: str, degrees: float) -> Example:
    radians = np.radians(degrees)
    return Example(sign, np.array([np.cos(radians), np.sin(radians)], np.float32))


def result(*asked: Example) -> evaluation.Result:
    memory = Memory(2, MemorySettings())
    evaluation.teach(memory, [example("fist", 0), example("palm", 180)])
    return evaluation.judge(evaluation.ask(memory, asked), 2)


def test_unknown_is_wrong_for_a_sign_and_right_for_none() -> None:
    found = result(example("fist", 1), example("fist", 70), example("none", 90), example("none", 179))
    assert (found.accuracy, found.accuracy_closed, found.unknown) == (0.5, 1.0, 0.5)
    assert found.per_sign == {"fist": 0.5, "none": 0.5}
    assert found.confusion == {"fist": {"fist": 1, "none": 1}, "none": {"none": 1, "palm": 1}}


def test_a_sign_that_was_not_taught_should_be_unknown() -> None:
    assert result(example("horns", 90)).accuracy == 1.0


def test_auroc_counts_the_pairs_in_the_right_order() -> None:
    found = result(example("fist", 10), example("palm", 150), example("none", 45), example("none", 5))
    assert found.auroc_none == pytest.approx((1 + 0 + 1 + 0) / 4)


def test_auroc_of_ties_is_a_half() -> None:
    assert evaluation.auroc(np.ones(3), np.ones(4)) == 0.5


def test_without_pictures_of_none_there_is_no_auroc() -> None:
    assert result(example("fist", 0)).auroc_none is None
