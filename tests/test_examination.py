"""Leaving a lesson out, against teaching everything else anew; and what is made of it."""

from collections import Counter
from collections.abc import Sequence

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from edge_handsign.core.examination import Examination, Examiner, likeness
from edge_handsign.core.finding import Finding, Verdict
from edge_handsign.core.memory import Memory, MemorySettings
from edge_handsign.core.messages import Sample
from edge_handsign.core.standings import Standings

Taught = list[tuple[str, int, np.ndarray]]  # sign, lesson, vector


def at(degrees: float) -> np.ndarray:
    return np.array([np.cos(np.radians(degrees)), np.sin(np.radians(degrees))], np.float32)


def remembered(taught: Sequence[tuple[str, int, np.ndarray]], k: int = 3) -> Memory:
    memory = Memory(len(taught[0][2]), MemorySettings(k=k, capacity=max(1, len(taught))))
    for number, (sign, lesson, vector) in enumerate(taught):
        memory.teach(Sample(number, sign, lesson, vector))
    return memory


def examined(memory: Memory, sign: str, new_below: float = 1.1, most: int = 10**6) -> Finding:
    examination = Examination(memory, sign, new_below, most)
    while len(examination):
        examination.ask()
    return examination.finding()


def drawn(seed: int, count: int, signs: int) -> Taught:
    """Lessons of one sign each, of one to five samples, in the order of a life: signs mixed, lessons whole."""
    rng = np.random.default_rng(seed)
    taught: Taught = []
    lesson = 0
    while len(taught) < count:
        lesson += 1
        sign = f"sign{int(signs * rng.random() ** 2)}"
        vectors = rng.normal(size=(rng.integers(1, 6), 6))
        taught += [(sign, lesson, (v / np.linalg.norm(v)).astype(np.float32)) for v in vectors]
    return taught[:count]


@settings(max_examples=60, deadline=None)
@given(st.integers(0, 2**32 - 1), st.integers(1, 120), st.integers(1, 5), st.integers(1, 6))
def test_it_answers_as_if_all_but_that_lesson_had_been_taught(seed: int, count: int, signs: int, k: int) -> None:
    taught = drawn(seed, count, signs)
    memory = remembered(taught, k)
    for place, (_, lesson, vector) in enumerate(taught):
        others = [sample for sample in taught if sample[1] != lesson]
        assert memory.closed_without_lesson(place) == (nearest(others, k, vector) if others else None)


def nearest(taught: Taught, k: int, vector: np.ndarray) -> str:
    """The sign that stands first, by vectors as they were taught."""
    names = list(dict.fromkeys(sign for sign, _, _ in taught))
    labels = np.array([names.index(sign) for sign, _, _ in taught], np.int32)
    cosines = np.stack([other for _, _, other in taught]) @ vector
    return names[Standings(cosines, labels, Counter(labels.tolist()), k).first.label]


@settings(max_examples=40, deadline=None)
@given(st.integers(0, 2**32 - 1), st.integers(1, 40))
def test_no_frame_of_the_lesson_that_is_left_out_has_a_voice(seed: int, more: int) -> None:
    """However many there are, and wherever they lie, even on the very sample that asks."""
    taught = drawn(seed, 60, 3)
    sign, lesson, vector = taught[30]
    alone = [sample for sample in taught if sample[1] != lesson] + [taught[30]]
    rng = np.random.default_rng(seed)
    scattered = [v / np.linalg.norm(v) for v in rng.normal(size=(more, 6)).astype(np.float32)]
    crowd = alone + [(sign, lesson, v) for v in [vector, *scattered]]
    answers = [remembered(samples).closed_without_lesson(len(alone) - 1) for samples in (alone, crowd)]
    assert answers[0] == answers[1]


def test_frames_of_a_burst_would_answer_for_each_other() -> None:
    """What leaving out single frames would hide: palm is recognised only by its own burst."""
    palm = [("palm", 1, at(0 + n)) for n in range(5)] + [("palm", 2, at(80 + n)) for n in range(5)]
    fist = [("fist", 3, at(20 + n)) for n in range(5)] + [("fist", 4, at(60 + n)) for n in range(5)]
    finding = examined(remembered(palm + fist), "palm")
    assert (finding.recall, finding.rival) == (0.0, "fist")
    assert finding.verdict is Verdict.CONFUSED


def test_lessons_weigh_the_same_however_long_they_are() -> None:
    burst = [("palm", 1, at(n / 10)) for n in range(30)]
    presses = [("palm", 2, at(1.5)), ("palm", 3, at(90))]
    finding = examined(remembered([*burst, *presses, ("fist", 4, at(91)), ("fist", 5, at(92))], k=1), "palm")
    assert finding.answers == pytest.approx({"palm": 2 / 3, "fist": 1 / 3})
    assert (finding.samples, finding.lessons) == (32, 3)


FIST = [("fist", 90, at(180)), ("fist", 91, at(181))]
CASES: dict[str, tuple[Taught, Verdict, str]] = {
    "alone": (
        [("palm", 1, at(0)), ("palm", 2, at(5))],
        Verdict.ALONE,
        "'palm' is the only sign: teach another, or it stays the answer to everything",
    ),
    "once": (
        [*FIST, ("palm", 1, at(0)), ("palm", 1, at(5))],
        Verdict.ONCE,
        "teach 'palm' once more, from another place or distance: a single lesson cannot be checked",
    ),
    "confused": (
        [*FIST, *[("palm", n, at(angle)) for n, angle in enumerate((0, 9, 18, 182))]],
        Verdict.CONFUSED,
        "teach 'palm' again, in a burst with your hand moving: it is confused with 'fist'",
    ),
    "alike": (
        [*FIST, *[("palm", n, at(n)) for n in range(4)]],
        Verdict.ALIKE,
        "teach 'palm' again, in a burst with your hand moving: its lessons are nearly alike (mean cosine 1.00)",
    ),
    "few": (
        [*FIST, ("palm", 1, at(0)), ("palm", 1, at(10)), ("palm", 2, at(30))],
        Verdict.FEW,
        "teach 'palm' again, from another place or distance: 2 lessons are few",
    ),
    "well": ([*FIST, *[("palm", n, at(20 * n)) for n in range(3)]], Verdict.WELL, "'palm' is well taught"),
}


@pytest.mark.parametrize("case", CASES)
def test_what_it_comes_to_and_what_is_advised(case: str) -> None:
    taught, verdict, advice = CASES[case]
    finding = examined(remembered(taught), "palm", new_below=0.97)
    assert (finding.verdict, finding.advice) == (verdict, advice)


def test_nine_in_ten_is_enough() -> None:
    palm = [("palm", n, at(10 * n)) for n in range(9)] + [("palm", 9, at(179))]
    finding = examined(remembered([*FIST, *palm]), "palm", new_below=0.97)
    assert (finding.recall, finding.verdict) == (0.9, Verdict.WELL)


def test_what_cannot_be_asked_has_no_recall() -> None:
    assert examined(remembered(CASES["once"][0]), "palm").recall is None
    assert examined(remembered(CASES["alone"][0]), "palm").recall is None


def test_of_many_samples_some_of_every_lesson_are_asked() -> None:
    long = [("palm", 1, at(0)) for _ in range(500)] + [("palm", 2, at(0)) for _ in range(500)]
    short = [("palm", 3, at(0)), ("palm", 4, at(0))]
    assert len(Examination(remembered([*long, *short, *FIST]), "palm", 1.1, most=40)) == 10 + 10 + 1 + 1


def test_of_many_lessons_the_first_the_last_and_some_between_are_asked() -> None:
    taught = [("palm", number, at(number / 10)) for number in range(300)]
    examination = Examination(remembered([*taught, *FIST]), "palm", 1.1, most=7)
    assert len(examination) == 7
    assert {0, 299} < set(examination._asked)


def test_likeness_is_the_mean_over_pairs_from_different_lessons() -> None:
    rng = np.random.default_rng(5)
    lessons = [v / np.linalg.norm(v, axis=1, keepdims=True) for v in (rng.normal(size=(n, 4)) for n in (3, 1, 5))]
    pairs = [a @ b for i, one in enumerate(lessons) for other in lessons[i + 1 :] for a in one for b in other]
    assert likeness([lesson.astype(np.float32) for lesson in lessons]) == pytest.approx(np.mean(pairs), abs=1e-6)
    assert likeness([lessons[0].astype(np.float32)]) == 0.0


def test_a_step_asks_one_question_at_most_and_tells_once() -> None:
    memory = remembered([*FIST, *[("palm", n, at(20 * n)) for n in range(3)]])
    examiner = Examiner(memory, 0.97)
    examiner.begin("palm")
    told = [examiner.step() for _ in range(10)]
    assert [finding.verdict if finding else None for finding in told] == [None] * 4 + [Verdict.WELL] + [None] * 5


def test_when_something_is_forgotten_nothing_is_told() -> None:
    memory = remembered([*FIST, *[("palm", n, at(20 * n)) for n in range(3)]])
    examiner = Examiner(memory, 0.97)
    examiner.begin("palm")
    assert not examiner.step()
    examiner.stop()
    assert not any(examiner.step() for _ in range(10))
