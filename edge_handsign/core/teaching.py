"""The lessons that are being given, and those that can be taken back.

Presses wait in line for their pictures: a picture serves one lesson, first the oldest that still has none, else a
burst. Only lessons of this run can be taken back, newest first: the first at any time, the ones before only within
a few seconds of each other, so that a stray touch tomorrow costs one lesson at most.
"""

from collections.abc import Callable, Container
from dataclasses import dataclass

from edge_handsign.core.lesson import Lesson, LessonSettings, Verdict
from edge_handsign.core.messages import Sight, Teach

QUEUE = 2  # presses that may wait for their picture at once
UNDO_AGAIN_S = 10.0  # so long after taking back a lesson, the one before can be taken back too


@dataclass(frozen=True, slots=True)
class Refusal:
    """A press that ends with nothing."""

    lesson: int
    verdict: Verdict


class Teaching:
    """Open lessons by number, the fingers that hold them, and the history of this run."""

    def __init__(self, settings: LessonSettings, last_lesson: int) -> None:
        self.settings = settings  # for the lessons to come
        self._last_lesson = last_lesson
        self._open: dict[int, Lesson] = {}
        self._fingers: dict[int, Lesson] = {}
        self._given: list[int] = []
        self._undone_at: float | None = None
        self._mistaken = 0  # the last lesson that was none

    @property
    def crowded(self) -> bool:
        """So many presses wait for their picture that another would have to be forgotten."""
        return sum(lesson.waiting for lesson in self._open.values()) >= QUEUE

    def begin(self, button: int, sign: str, at: float) -> int:
        """A teach button went down at `at`; the number of the lesson."""
        self._last_lesson += 1
        lesson = Lesson(self._last_lesson, sign, at, self.settings)
        self._open[lesson.number] = self._fingers[button] = lesson
        return lesson.number

    def reserve(self, lessons: int) -> int:
        """So many numbers are given to lessons of elsewhere; the first of them."""
        self._last_lesson += lessons
        return self._last_lesson - lessons + 1

    def end(self, button: int, at: float) -> None:
        """It was let go."""
        lesson = self._fingers.pop(button, None)
        if lesson:
            lesson.released_at = at

    def cancel(self, button: int) -> int | None:
        """The press was none; the lesson that has to be taken back because it has already given a sample."""
        lesson = self._fingers.pop(button, None)
        if lesson is None:
            return None
        self.abandon(lesson.number)
        self._mistaken = lesson.number
        return None if lesson.waiting else lesson.number

    def learn(self, sight: Sight) -> Teach | Refusal | None:
        """A sample to make durable; or, for a press that ends with nothing, the reason; or nothing to do."""
        for lesson in sorted(self._open.values(), key=lambda lesson: not lesson.waiting):
            verdict = lesson.judge(sight)
            if verdict is Verdict.KEEP:
                return Teach(lesson.sign, lesson.number, sight.embedding.vector, sight.frame)
            if lesson.waiting and verdict is not Verdict.OLD:
                self.abandon(lesson.number)
                return Refusal(lesson.number, verdict)
        return None

    def lapse(self, now: float) -> list[int]:
        """Close the presses whose picture never came; their numbers."""
        return [lesson.number for lesson in self._close(Lesson.late, now)]

    def finish(self, now: float) -> list[str]:
        """Close the lessons that have all they will take; their signs."""
        return [lesson.sign for lesson in self._close(Lesson.over, now)]

    def abandon(self, lesson: int) -> None:
        """Take nothing more for this lesson."""
        self._open.pop(lesson, None)

    def given(self, lesson: int) -> bool:
        """A sample of this lesson is durable; True for its first."""
        first = lesson not in self._given
        if first:
            self._given.append(lesson)
        self._undone_at = None
        return first

    def last(self, now: float) -> int | None:
        """The lesson that can be taken back at `now`."""
        if self._undone_at is not None and now - self._undone_at > UNDO_AGAIN_S:
            self._given.clear()
        return self._given[-1] if self._given else None

    def undone(self, lesson: int, now: float) -> None:
        """The last lesson has been taken back; by a person, unless it was none."""
        self._given.remove(lesson)
        if lesson != self._mistaken:
            self._undone_at = now

    def retain(self, lessons: Container[int]) -> None:
        """Only these lessons have any samples left."""
        self._given = [lesson for lesson in self._given if lesson in lessons]

    def _close(self, done: Callable[[Lesson, float], bool], now: float) -> list[Lesson]:
        lessons = [lesson for lesson in self._open.values() if done(lesson, now)]
        for lesson in lessons:
            self.abandon(lesson.number)
        return lessons
