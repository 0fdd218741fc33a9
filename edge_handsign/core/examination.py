"""How well is a sign taught? Leave one lesson out: what it taught is asked of what all other lessons taught.

The whole lesson is left out, never a frame alone: frames of one burst resemble each other so much that they would
answer for each other. Each lesson weighs the same, however many frames it has. The nearest sign counts, however far.

It tells of the places in which the sign was taught, and of no others: on development photographs (scripts/well_taught),
of signs for which it told 90 % or more, 96 to 97 % of later pictures of the same place came out right, and two in
three of those of another room.
"""

from collections import Counter, defaultdict, deque
from collections.abc import Mapping

import numpy as np
from numpy.typing import NDArray

from edge_handsign.core.finding import ENOUGH_LESSONS, ENOUGH_RECALL, Finding, Verdict
from edge_handsign.core.memory import Memory

MOST_ASKED = 60  # samples that speak for a sign while the box runs: one a tick, so it is told within a second


class Examination:
    """Of one sign, a question at a time. More may be taught meanwhile; when something is forgotten, begin another."""

    def __init__(self, memory: Memory, sign: str, new_below: float, most: int = MOST_ASKED) -> None:
        """`new_below`: lessons whose mean cosine is not below it count as alike (as in a burst). `most` samples at
        most are asked, as many of each lesson as of the others, and of `most` lessons at most.
        """
        places, lessons = memory.places(sign)
        numbers = np.unique(lessons)
        self._memory, self._sign, self._new_below = memory, sign, new_below
        self._samples, self._lessons = len(places), len(numbers)
        asked = numbers[_evenly(len(numbers), most)]
        each = max(1, most // max(1, len(asked)))
        of_each = {int(lesson): places[lessons == lesson] for lesson in asked}
        self._asked = {lesson: own[_evenly(len(own), each)] for lesson, own in of_each.items()}
        askable = len(numbers) > 1 and len(memory.counts()) > 1
        self._left = deque((lesson, int(place)) for lesson, own in self._asked.items() for place in own if askable)
        self._said: list[tuple[int, int, str]] = []  # lesson, place, answer

    def __len__(self) -> int:
        """How many questions are left."""
        return len(self._left)

    def ask(self) -> None:
        """The next question: it costs what a picture costs."""
        lesson, place = self._left.popleft()
        said = self._memory.closed_without_lesson(place)
        if said is not None:
            self._said.append((lesson, place, said))

    @property
    def misses(self) -> list[int]:
        """Places of the samples that the other lessons have not recognised so far."""
        return [place for _, place, said in self._said if said != self._sign]

    def finding(self) -> Finding:
        """What the answers so far come to."""
        asked = Counter(lesson for lesson, _, _ in self._said)
        taken_for: dict[str, float] = defaultdict(float)  # lessons
        for lesson, _, said in self._said:
            taken_for[said] += 1 / asked[lesson]
        answers = {sign: lessons / len(asked) for sign, lessons in taken_for.items()}
        alike = likeness([self._memory.vectors(places) for places in self._asked.values()])
        return Finding(self._sign, self._samples, self._lessons, answers, alike, self._verdict(answers, alike))

    def _verdict(self, answers: Mapping[str, float], alike: float) -> Verdict:
        tests = {
            Verdict.ALONE: len(self._memory.counts()) < 2,
            Verdict.ONCE: self._lessons < 2,
            Verdict.CONFUSED: answers.get(self._sign, 0.0) < ENOUGH_RECALL,
            Verdict.ALIKE: alike >= self._new_below,
            Verdict.FEW: self._lessons < ENOUGH_LESSONS,
        }
        return next((verdict for verdict, holds in tests.items() if holds), Verdict.WELL)


class Examiner:
    """After a lesson, one thing a step: first what to ask, then a question each, so that no step takes long."""

    def __init__(self, memory: Memory, new_below: float) -> None:
        self.new_below = new_below  # of the examinations to come
        self._memory = memory
        self._due: str | None = None
        self._examination: Examination | None = None

    def begin(self, sign: str) -> None:
        """A lesson of this sign is over; what was asked before is dropped."""
        self._due, self._examination = sign, None

    def stop(self) -> None:
        """The memory changes: what was found out so far does not hold any more."""
        self._due = self._examination = None

    def step(self) -> Finding | None:
        """What has been found, once."""
        if self._due is not None:
            self._examination, self._due = Examination(self._memory, self._due, self.new_below), None
        elif self._examination is not None and len(self._examination):
            self._examination.ask()
        elif self._examination is not None:
            finding, self._examination = self._examination.finding(), None
            return finding
        return None


def likeness(lessons: list[NDArray[np.float32]]) -> float:
    """Mean cosine of all pairs of samples from different lessons, each (m, d) of unit length; 0 without such a pair."""
    sums = np.array([lesson.sum(axis=0, dtype=np.float64) for lesson in lessons])
    counts = np.array([len(lesson) for lesson in lessons])
    pairs = counts.sum() ** 2 - (counts**2).sum()
    total = sums.sum(axis=0)
    return float((total @ total - (sums * sums).sum()) / pairs) if pairs else 0.0


def _evenly(count: int, most: int) -> NDArray[np.int64]:
    """So many places of `count` at most, evenly spread, from first to last where there are two or more."""
    return np.linspace(0, count - 1, min(count, most)).round().astype(np.int64)
