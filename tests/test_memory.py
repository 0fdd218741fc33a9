"""The classifier, against its rule written out plainly."""

from collections import defaultdict

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from edge_handsign.core.memory import Memory, MemoryFull, MemorySettings
from edge_handsign.core.messages import Sample
from edge_handsign.core.metric import Metric
from edge_handsign.core.scan import largest
from edge_handsign.core.standings import POOL, D


def unit(*values: float) -> np.ndarray:
    vector = np.array(values, np.float32)
    return vector / np.linalg.norm(vector)


def at_angle(degrees: float) -> np.ndarray:
    return unit(np.cos(np.radians(degrees)), np.sin(np.radians(degrees)))


def taught(samples: list[tuple[str, np.ndarray]], **changed: float) -> Memory:
    memory = Memory(len(samples[0][1]), MemorySettings(**changed))  # type: ignore[arg-type]
    for number, (sign, vector) in enumerate(samples):
        memory.teach(Sample(number, sign, number, vector))
    return memory


def test_an_empty_memory_knows_nothing() -> None:
    match = Memory(2, MemorySettings()).match(unit(1, 0))
    assert (match.sign, match.closed, match.nearest) == (None, None, ())


def test_one_sample_is_seen_by_the_very_next_query() -> None:
    memory = taught([("fist", unit(1, 0))])
    assert memory.match(unit(1, 0.1)).sign == "fist"
    memory.teach(Sample(7, "palm", 7, unit(0, 1)))
    match = memory.match(unit(0.1, 1))
    assert (match.sign, match.nearest[0].id) == ("palm", 7)


def test_the_samples_that_spoke_come_back_nearest_first() -> None:
    memory = taught([("fist", at_angle(30)), ("palm", at_angle(80)), ("fist", at_angle(10)), ("fist", at_angle(20))])
    assert [(neighbour.id, neighbour.sign) for neighbour in memory.match(at_angle(0)).nearest] == [
        (2, "fist"),
        (3, "fist"),
        (0, "fist"),
    ]


def test_two_hundred_samples_do_not_drown_five() -> None:
    rng = np.random.default_rng(0)

    def near(middle: float) -> np.ndarray:
        first, *rest = rng.normal(0, 0.25, 7)
        return unit(1, first + middle, *rest)

    crowd = [("crowd", near(0.75)) for _ in range(200)]
    few = [("few", near(0)) for _ in range(5)]
    memory = taught(crowd + few)
    asked = [near(0) for _ in range(200)]
    votes = sum(np.mean([n.sign == "few" for n in memory.match(vector).nearest]) > 0.5 for vector in asked)
    heard = sum(memory.match(vector).closed == "few" for vector in asked)
    alone = taught(crowd[:5] + few)
    balanced = sum(alone.match(vector).closed == "few" for vector in asked)
    assert votes < 0.6 * balanced, "a plain vote of k should drown the few here, or this test shows nothing"
    assert heard > 0.8 * balanced


def test_a_sign_with_fewer_samples_than_k_is_heard_with_those_it_has() -> None:
    memory = taught(
        [("fist", at_angle(5)), ("palm", at_angle(10)), ("palm", at_angle(11)), ("palm", at_angle(12))], k=3
    )
    match = memory.match(at_angle(0))
    assert match.closed == "fist"
    assert match.similarity == match.nearest[0].similarity


def test_a_tie_goes_to_the_sign_that_was_taught_first() -> None:
    same = taught([("palm", at_angle(10)), ("fist", at_angle(10))])
    assert same.match(at_angle(0)).sign == "palm"


def test_far_from_everything_is_unknown_but_the_nearest_sign_is_still_told() -> None:
    match = taught([("fist", unit(1, 0))]).match(unit(0, 1))
    assert (match.sign, match.closed) == (None, "fist")


def test_full_is_said_and_forgetting_makes_room() -> None:
    memory = taught([("fist", unit(1, 0)), ("palm", unit(0, 1))], capacity=2)
    assert memory.full
    with pytest.raises(MemoryFull):
        memory.teach(Sample(9, "palm", 9, unit(0, 1)))
    memory.forget_lesson(0)
    assert memory.counts() == {"palm": 1}
    memory.teach(Sample(9, "fist", 9, unit(1, 0)))
    assert memory.match(unit(1, 0)).nearest[0].id == 9


def test_from_nine_tenths_on_it_is_said_how_full_it_is() -> None:
    memory = Memory(2, MemorySettings(capacity=20))
    told = []
    for number in range(20):
        memory.teach(Sample(number, "fist", number, unit(1, 0)))
        told.append(memory.filling)
    assert told[:17] == [""] * 17
    assert told[17:] == [f"; the memory is {percent} % full" for percent in (90, 95, 100)]


def test_a_forgotten_sign_is_gone_and_the_others_stay() -> None:
    memory = taught([("fist", at_angle(0)), ("palm", at_angle(40)), ("fist", at_angle(3)), ("point", at_angle(80))])
    memory.forget_sign("fist")
    match = memory.match(at_angle(0))
    assert [neighbour.id for neighbour in match.nearest] == [1, 3]
    assert memory.lessons() == {1, 3}


def test_a_lesson_copies_one_row_not_the_memory() -> None:
    memory = taught([("fist", unit(1, 0))])
    before = memory._rows.taught.ctypes.data
    for number in range(1, 2000):
        memory.teach(Sample(number, "fist", number, unit(1, 0)))
    assert memory._rows.taught.ctypes.data == before


@settings(max_examples=100, deadline=None)
@given(st.integers(0, 2**32 - 1), st.integers(1, 9 * POOL), st.integers(1, 6), st.integers(1, 8))
def test_it_agrees_with_its_rule_written_out(seed: int, count: int, signs: int, k: int) -> None:
    rng = np.random.default_rng(seed)
    samples = [(f"sign{int(signs * rng.random() ** 3)}", unit(*rng.normal(size=4))) for _ in range(count)]
    query = unit(*rng.normal(size=4))
    names = sorted({sign for sign, _ in samples})
    labels = np.array([names.index(sign) for sign, _ in samples], np.int32)
    metric = Metric.fitted(np.stack([vector for _, vector in samples]), labels)
    by_sign: dict[str, list[float]] = defaultdict(list)
    for sign, vector in samples:
        by_sign[sign].append(float(metric.seen(vector) @ metric.seen(query)))
    means = {sign: float(np.mean(sorted(cosines)[-k:])) for sign, cosines in by_sign.items()}
    stretched = {sign: np.sqrt(2 - 2 * mean) * len(by_sign[sign]) ** (1 / D) for sign, mean in means.items()}
    match = taught(samples, k=k).match(query)
    assert match.closed is not None
    assert stretched[match.closed] == pytest.approx(min(stretched.values()), abs=1e-3)
    assert match.similarity == pytest.approx(means[match.closed], abs=1e-5)


def test_a_sign_outside_the_pool_can_still_win() -> None:
    crowd = [("crowd", at_angle(20 + 0.01 * number)) for number in range(200)]
    memory = taught([*crowd, ("few", at_angle(-23))])
    match = memory.match(at_angle(0))
    assert match.nearest[0].sign == "crowd"
    assert match.closed == "few"


@pytest.mark.parametrize("kind", ["all different", "few values", "all equal", "ascending"])
def test_the_largest_are_among_those_found_and_not_many_more(kind: str) -> None:
    rng = np.random.default_rng(3)
    for count in (1, 15, 16, 127, 128, 129, 1000, 4321):
        values = {
            "all different": rng.normal(size=count),
            "few values": rng.integers(0, 3, count),
            "all equal": np.ones(count),
            "ascending": np.arange(count),
        }[kind].astype(np.float32)
        found = largest(values, 16)
        assert sorted(values[found])[-16:] == sorted(values)[-16:]
        assert len(found) <= min(count, max(128, 4 * 16))
        assert len(set(found.tolist())) == len(found)
