"""What the figures promise: nobody is taught and asked, time is not shuffled, draws repeat, the spread is right."""

from collections.abc import Sequence

import numpy as np
import pytest

from edge_handsign.evaluation import NONE
from scripts.measures import protocols, scores
from scripts.measures.figure import over
from scripts.measures.protocols import Labels, Protocol, Trial
from scripts.measures.scores import Score


def album(groups: int = 4, signs: Sequence[str] = ("fist", "palm", "five"), frames: int = 30) -> Labels:
    """`groups` recordings, each of all signs, each sign filmed for `frames` frames."""
    each = [(sign, f"g{group}", frame) for group in range(groups) for sign in signs for frame in range(frames)]
    sign, group, taken = (np.array(column) for column in zip(*each, strict=True))
    return Labels(sign, group, taken)


PROTOCOLS = {
    "across groups": protocols.across_groups(5),
    "across people": protocols.across_people(2),
    "same session": protocols.same_session(5, 2),
    "across time": protocols.across_time(5),
    "and none": protocols.and_none(protocols.across_groups(5)),
}


@pytest.mark.parametrize("protocol", PROTOCOLS.values(), ids=PROTOCOLS)
def test_draws_repeat_with_the_seed_and_differ_without(protocol: Protocol) -> None:
    def rows(seed: int) -> list[list[int]]:
        drawn = protocols.draws(album(20), protocol, 3, seed)
        return [trial.taught.tolist() + trial.asked.tolist() for trials in drawn for trial in trials]

    assert rows(1) == rows(1)
    assert rows(1) != rows(2)
    assert len({str(each) for each in rows(1)}) == len(rows(1)), "two draws are the same"


@pytest.mark.parametrize("name", ["across groups", "across people", "and none"])
def test_nobody_is_asked_about_himself(name: str) -> None:
    labels = album()
    for trial in PROTOCOLS[name](labels, np.random.default_rng(1)):
        assert len(trial.taught)
        assert not set(labels.group[trial.taught]) & set(labels.group[trial.asked])


@pytest.mark.parametrize("name", ["same session", "across time"])
def test_time_is_cut_once_with_a_gap(name: str) -> None:
    """All that is taught lies before all that is asked, or after it; some frames between are neither."""
    labels = album(2)
    trials = PROTOCOLS[name](labels, np.random.default_rng(1))
    assert len(trials) == 2, "one for each recording"
    for trial in trials:
        assert set(labels.group[trial.taught]) == set(labels.group[trial.asked])
        for sign in np.unique(labels.sign[trial.taught]):
            taught, asked = (labels.taken[rows[labels.sign[rows] == sign]] for rows in (trial.taught, trial.asked))
            assert min(asked) - max(taught) > 3 or min(taught) - max(asked) > 3


def test_all_signs_share_a_time_where_the_collection_is_one() -> None:
    """No frame is asked that was taken while another sign was taught."""
    labels = album(1)
    for trial in protocols.across_time(20)(labels, np.random.default_rng(4)):
        taught, asked = labels.taken[trial.taught], labels.taken[trial.asked]
        assert max(taught) < min(asked) or max(asked) < min(taught)


def test_as_many_are_taught_as_said() -> None:
    labels = album()
    (first, *_) = protocols.across_groups(7)(labels, np.random.default_rng(0))
    assert np.unique(labels.sign[first.taught], return_counts=True)[1].tolist() == [7, 7, 7]
    (drawn,) = protocols.across_people(3)(labels, np.random.default_rng(0))
    assert len(set(labels.group[drawn.taught])) == 3


def test_who_shows_too_few_signs_only_answers() -> None:
    both, one = album(1), album(1, ["fist"])
    group = np.append(both.group, ["late"] * 30)
    labels = Labels(np.append(both.sign, one.sign), group, np.append(both.taken, one.taken))
    trials = protocols.across_groups(5, 3)(labels, np.random.default_rng(0))
    assert [set(labels.group[trial.asked]) for trial in trials] == [{"late"}]
    assert len(set(labels.sign[trials[0].taught])) == 3, (
        "what nobody else shows is still taught, and can be said wrongly"
    )


def test_what_is_no_hand_is_asked_and_never_taught() -> None:
    labels = album(2)
    with_none = Labels(
        np.append(labels.sign, [NONE] * 3), np.append(labels.group, ["office"] * 3), np.append(labels.taken, [0, 1, 2])
    )
    for trial in PROTOCOLS["and none"](with_none, np.random.default_rng(0)):
        assert (with_none.sign[trial.taught] != NONE).all()
        assert (with_none.sign[trial.asked] == NONE).sum() == 3


def test_the_spread_is_that_of_the_draws() -> None:
    figure = over([90.0, 94.0])
    assert (figure.mean, figure.spread, figure.draws) == (92, 2, 2)
    assert str(figure) == "92.0 ± 2.0"


def shown(*signs: str) -> Labels:
    return Labels(np.array(signs), np.arange(len(signs)).astype(str), np.arange(len(signs)))


ONE_ASKED = Trial(np.arange(3), np.array([3]))


@pytest.mark.parametrize("score", [scores.right, scores.right_by_memory])
def test_well_separated_signs_are_answered_right_and_turned_ones_wrong(score: Score) -> None:
    vectors = np.array([[1, 0], [1, 0], [0, 1], [1, 0]], np.float32)
    assert score(vectors, shown("fist", "fist", "palm", "fist"), ONE_ASKED) == 100
    assert score(vectors, shown("palm", "palm", "fist", "fist"), ONE_ASKED) == 0


def test_a_missed_hand_is_wrong_and_teaches_nothing() -> None:
    missed = np.array([[1, 0], [1, 0], [0, 1], [0, 0]], np.float32)
    assert scores.right(missed, shown("fist", "fist", "palm", "fist"), ONE_ASKED) == 0
    untaught = np.array([[0, 0], [0, 0], [0, 1], [1, 0]], np.float32)
    assert scores.voted(untaught, shown("fist", "fist", "palm", "fist"), ONE_ASKED).tolist() == ["palm"]


@pytest.mark.parametrize("score", [scores.told, scores.told_by_memory])
def test_a_hand_is_told_from_none_by_its_nearest(score: Score) -> None:
    labels = shown("fist", "palm", "fist", NONE)
    trial = Trial(np.arange(2), np.arange(2, 4))
    near = np.array([[1, 0, 0], [0, 1, 0], [1, 0, 0], [0, 0, 1]], np.float32)
    assert score(near, labels, trial) == 100
    assert score(near[[0, 1, 3, 2]], labels, trial) == 0
