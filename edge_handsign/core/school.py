"""Lessons, from the finger that begins one to what is found out about it.

Whatever wants to become durable is handed out, and counts only once `saved`, `undone` or `forgotten` says so.
"""

from collections.abc import Sequence

from edge_handsign.core.box import Box
from edge_handsign.core.examination import Examiner
from edge_handsign.core.feedback import Face, Signal
from edge_handsign.core.finding import Finding, Verdict
from edge_handsign.core.lesson import LessonSettings
from edge_handsign.core.memory import Memory
from edge_handsign.core.messages import Change, Sample, Sight, Teach, Undo
from edge_handsign.core.teaching import Teaching
from edge_handsign.core.voice import Voice

FULL = "the memory is full; forget a sign, or raise memory.capacity"
ELSEWHERE = -1  # the button of those who press none


class School:
    """What is taught goes into the memory, and what is to be said of it to face and voice."""

    def __init__(self, memory: Memory, settings: LessonSettings, last_lesson: int, face: Face, voice: Voice) -> None:
        self._memory, self._face, self._voice = memory, face, voice
        self._teaching = Teaching(settings, last_lesson)
        self._examiner = Examiner(memory, settings.new_below)

    def adopt(self, settings: LessonSettings) -> None:
        """Others, for the lessons to come."""
        self._teaching.settings, self._examiner.new_below = settings, settings.new_below

    def begin(self, button: int, sign: str, at: float, now: float, *, blind: str) -> int | None:
        """A teach button went down at `at`: the number of the lesson, or None where the voice says why not.

        `blind` is why nothing can be seen; empty when it can.
        """
        crowded = "earlier presses still wait for their picture" if self._teaching.crowded else ""
        reason = blind or (FULL if self._memory.full else crowded)
        if reason:
            self._voice.say(Signal.NOT_SAVED, f"not taught: {reason}", now)
            return None
        self.interrupt()
        return self._teaching.begin(button, sign, at)

    def end(self, button: int, at: float) -> None:
        """It was let go."""
        self._teaching.end(button, at)

    def tap(self, sign: str, now: float, *, blind: str) -> int | None:
        """A press by nobody's finger."""
        lesson = self.begin(ELSEWHERE, sign, now, now, blind=blind)
        self._teaching.end(ELSEWHERE, now)
        return lesson

    def cancel(self, button: int) -> list[Change]:
        """The press was none."""
        lesson = self._teaching.cancel(button)
        return [] if lesson is None else [Undo(lesson)]

    def learn(self, sight: Sight, now: float) -> list[Change]:
        """A picture, which may be what a lesson waits for."""
        outcome = self._teaching.learn(sight)
        if isinstance(outcome, Teach):
            return self._save(outcome, now)
        if outcome:
            reason = f"not taught: the picture is {outcome.verdict.value}"
            self._voice.say(Signal.NOT_SAVED, reason, now, outcome.lesson)
        return []

    def go_on(self, box: Box, now: float) -> None:
        """Give up presses whose picture never came, then a step of finding out how well a sign is taught."""
        for lesson in self._teaching.lapse(now):
            self._voice.say(Signal.NOT_SAVED, "not taught: no picture came after the press", now, lesson)
        finding = self._examiner.step()
        if finding:
            self._tell(finding, box, now)
        for sign in self._teaching.finish(now):  # durable, or refused, by the next step
            self._examiner.begin(sign)

    def interrupt(self) -> None:
        """What was found out about signs does not hold any more."""
        self._examiner.stop()
        self._face.hush()

    def undo(self, now: float) -> list[Change]:
        """The last lesson is to be taken back, or the voice says why not."""
        lesson = self._teaching.last(now)
        if lesson is None:
            self._voice.say(Signal.NOT_SAVED, "nothing to take back", now)
            return []
        return [Undo(lesson)]

    def saved(self, sample: Sample, now: float) -> None:
        """A `Teach` is durable as this sample."""
        self._memory.teach(sample)
        signal = Signal.SAVED if self._teaching.given(sample.lesson) else Signal.TICK
        self._voice.say(signal, f"{sample.sign}: saved{self._memory.filling}", now, sample.lesson)

    @property
    def room(self) -> int:
        """For how many more samples."""
        return self._memory.room

    def reserve(self, lessons: int) -> int:
        """So many lessons come from elsewhere; the number of the first."""
        return self._teaching.reserve(lessons)

    def receive(self, samples: Sequence[Sample]) -> None:
        """They came from elsewhere, are of lessons that were reserved, and durable; MemoryFull."""
        self.interrupt()
        for sample in samples:
            self._memory.teach(sample)

    def received(self, samples: int, now: float) -> None:
        """All samples of another box have come."""
        self._voice.say(Signal.SAVED, f"{samples} samples of another box: saved", now)

    def renamed(self, sign: str, name: str, now: float) -> None:
        """A sign is, durably."""
        self.interrupt()
        self._memory.rename(sign, name)
        self._voice.say(Signal.SAVED, f"{sign} is called {name} now", now)

    def refused(self, teach: Teach, reason: str, now: float) -> None:
        """It could not be made durable: the lesson ends."""
        self._teaching.abandon(teach.lesson)
        self._examiner.stop()
        self._voice.say(Signal.NOT_SAVED, reason, now, teach.lesson)

    def undone(self, lesson: int, now: float) -> None:
        """A lesson is taken back, durably."""
        self._memory.forget_lesson(lesson)
        self._teaching.undone(lesson, now)
        self._voice.say(Signal.UNDONE, "the last lesson is taken back", now)

    def forgotten(self, sign: str, now: float) -> None:
        """A sign is, durably."""
        self._memory.forget_sign(sign)
        self._teaching.retain(self._memory.lessons())
        self._voice.say(Signal.FORGOTTEN, f"{sign}: forgotten", now)

    def _save(self, sample: Teach, now: float) -> list[Change]:
        if self._memory.full:
            self.refused(sample, f"not taught: {FULL}", now)
            return []
        return [sample]

    def _tell(self, finding: Finding, box: Box, now: float) -> None:
        signal = Signal.WELL if finding.verdict is Verdict.WELL else Signal.MORE
        self._voice.note(signal, finding.advice)
        sign = box.sign(finding.sign)
        if sign and finding.verdict is not Verdict.ALONE:
            self._face.tell(signal, sign, now)
