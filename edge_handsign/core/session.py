"""The whole behaviour of the box, one step at a time.

`step` takes the time, the button levels and the newest sight, and answers what must be made durable. Whoever keeps it
durable comes back with `saved`, `done` or `refused`: only then is it compared with, and only then does the box say
so. Nothing here knows a device, a file or a clock.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field

from edge_handsign.core.box import Box, Sign
from edge_handsign.core.buttons import ButtonSettings
from edge_handsign.core.decider import Decider, DeciderSettings
from edge_handsign.core.examination import Examiner
from edge_handsign.core.feedback import Face, Signal
from edge_handsign.core.finding import Finding, Verdict
from edge_handsign.core.gestures import Act, Command, Gestures
from edge_handsign.core.lesson import LessonSettings
from edge_handsign.core.memory import NOTHING_TAUGHT, Memory
from edge_handsign.core.messages import Change, Decision, Feedback, Forget, Match, Sample, Settle, Sight, Teach, Undo
from edge_handsign.core.news import News
from edge_handsign.core.quiet import QuietMinute
from edge_handsign.core.teaching import Teaching

FULL = "the memory is full; forget a sign, or raise memory.capacity"
ELSEWHERE = -1  # the button of those who press none
NEWS = 64  # kept until somebody asks
BLIND_S = 2.0  # without a picture for so long, the camera is at fault


@dataclass(frozen=True, slots=True)
class Habits:
    """The settings of everything the session is made of."""

    buttons: ButtonSettings = field(default_factory=ButtonSettings)
    lesson: LessonSettings = field(default_factory=LessonSettings)
    decider: DeciderSettings = field(default_factory=DeciderSettings)


class Session:
    """From power-on to power-off. Main thread only."""

    def __init__(self, box: Box, memory: Memory, habits: Habits, *, last_lesson: int = 0) -> None:
        """`last_lesson` is the highest lesson number ever used, so that numbers are never used twice."""
        self.match: Match = NOTHING_TAUGHT
        self.message = "waiting for the first picture"
        self.storage_trouble = ""  # what is wrong with the storage now, as whoever keeps it says
        self.condition = Signal.STARTING
        self._news: list[News] = []
        self.box = box
        self._memory = memory
        self._gestures = Gestures(box.buttons, habits.buttons)
        self._teaching = Teaching(habits.lesson, last_lesson)
        self._examiner = Examiner(memory, habits.lesson.new_below)
        self._decider = Decider(habits.decider)
        self._face = Face(box)
        self._selected = 0
        self._seen_at: float | None = None
        self._quiet = QuietMinute()

    @property
    def selected(self) -> Sign:
        """The sign that the common teach button teaches."""
        return self.box.signs[self._selected]

    @property
    def decision(self) -> Decision:
        """What the box has decided to show."""
        return self._decider.decision

    def step(self, now: float, levels: Sequence[bool], sight: Sight | None = None) -> list[Change]:
        """Take in the buttons and, if there is a new one, a sight; answer what wants to become durable."""
        shown_before = self._shown
        changes = [change for command in self._gestures.update(levels, now) for change in self._obey(command, now)]
        if sight:
            changes += self._see(sight, now)
        for lesson in self._teaching.lapse(now):
            self._say(Signal.NOT_SAVED, "not taught: no picture came after the press", now, lesson)
        self._examine(now)
        changes += self._end_quiet(now)
        self._decider.look(now)
        if self._shown and self._shown != shown_before:
            self._face.sing(self._shown.tune, now)
        self.condition = self._condition(now)
        self._face.say(self.condition, now)
        return changes

    def feedback(self, now: float) -> Feedback:
        """How the box looks and sounds at `now`."""
        return self._face.look(self._shown, now)

    def news(self) -> list[News]:
        """What was said since this was last asked; only the newest where nobody asks."""
        news, self._news = self._news, []
        return news

    def teach(self, sign: str, now: float) -> int | None:
        """As if that sign's own button was tapped at `now`, but what is selected stays so; the number of the lesson,
        or None where the news say why not.
        """
        self._quiet.stop()
        if self._refuses(now):
            return None
        lesson = self._begin_lesson(ELSEWHERE, sign, now)
        self._teaching.end(ELSEWHERE, now)
        return lesson

    def undo(self, now: float) -> list[Change]:
        """As if next was held for it: the last lesson is to be taken back, or the news say why not."""
        lesson = self._teaching.last(now)
        if lesson is None:
            self._say(Signal.NOT_SAVED, "nothing to take back", now)
            return []
        return [Undo(lesson)]

    def quiet(self, now: float) -> None:
        """As if teach and next were held together: the quiet minute begins."""
        self._quiet.begin(now)
        self._say(Signal.QUIET_BEGUN, "the quiet minute has begun: show no sign", now)

    def adopt(self, box: Box, habits: Habits, false_alarms_per_hour: float) -> None:
        """Settings that have changed meanwhile: of the box its tunes, of the habits not the buttons."""
        self.box = box
        self._memory.put_up_with(false_alarms_per_hour)
        self._teaching.settings, self._examiner.new_below = habits.lesson, habits.lesson.new_below
        self._decider.settings = habits.decider

    @property
    def room(self) -> int:
        """For how many more samples."""
        return self._memory.room

    def reserve(self, lessons: int) -> int:
        """So many lessons come from elsewhere; the number of the first."""
        return self._teaching.reserve(lessons)

    def renamed(self, sign: str, name: str, now: float) -> None:
        """A sign is durably called something else."""
        self._stop_examining()
        self._memory.rename(sign, name)
        self._say(Signal.SAVED, f"{sign} is called {name} now", now)

    def learn(self, samples: Sequence[Sample]) -> None:
        """Samples that came from elsewhere, durable already and of lessons that were reserved; MemoryFull."""
        self._stop_examining()
        for sample in samples:
            self._memory.teach(sample)

    def took_in(self, samples: int, now: float) -> None:
        """All samples of another box have come."""
        self._say(Signal.SAVED, f"{samples} samples of another box: saved", now)

    @property
    def samples(self) -> Mapping[str, int]:
        """How many samples of each sign there are."""
        return self._memory.counts()

    def saved(self, sample: Sample, now: float) -> None:
        """A `Teach` is durable as this sample."""
        self._memory.teach(sample)
        signal = Signal.SAVED if self._teaching.given(sample.lesson) else Signal.TICK
        self._say(signal, f"{sample.sign}: saved{self._memory.filling}", now, sample.lesson)

    def done(self, change: Undo | Forget | Settle, now: float) -> None:
        """Any other change is durable."""
        self._stop_examining()
        match change:
            case Undo(lesson):
                self._memory.forget_lesson(lesson)
                self._teaching.undone(lesson, now)
                self._say(Signal.UNDONE, "the last lesson is taken back", now)
            case Forget(sign):
                self._memory.forget_sign(sign)
                self._teaching.retain(self._memory.lessons())
                self._say(Signal.FORGOTTEN, f"{sign}: forgotten", now)
            case Settle(room):
                self._memory.settle(room)
                self._say(Signal.QUIET_DONE, f"quiet minute: the room is known{self._alarms()}", now)

    def refused(self, change: Change, reason: str, now: float) -> None:
        """A change could not be made durable; nothing has changed, and a burst ends."""
        if isinstance(change, Teach):
            self._teaching.abandon(change.lesson)
            self._examiner.stop()
        self._say(Signal.NOT_SAVED, reason, now, change.lesson if isinstance(change, Teach) else None)

    @property
    def _shown(self) -> Sign | None:
        return self.box.sign(self.decision.sign or "")

    def _obey(self, command: Command, now: float) -> list[Change]:
        match command.act:
            case Act.UNDO:
                return self.undo(now)
            case Act.FORGET:
                return [Forget(self.selected.name)]
            case Act.CANCEL:
                lesson = self._teaching.cancel(command.button)
                return [] if lesson is None else [Undo(lesson)]
            case _:
                self._take_in(command, now)
        return []

    def _take_in(self, command: Command, now: float) -> None:
        """A command that makes nothing durable by itself."""
        match command.act:
            case Act.BEGIN:
                self._begin(command, now)
            case Act.END:
                self._teaching.end(command.button, command.at)
            case Act.SELECT:
                self._select((self._selected + 1) % len(self.box.signs), now)
            case Act.MARK:
                self._say(Signal.TICK, "let go to take back the last lesson", now)
            case Act.WARN:
                self._say(Signal.WARNING, f"keep holding to forget {self.selected.name}", now)
            case Act.QUIET:
                self.quiet(now)
            case Act.UNDO | Act.FORGET | Act.CANCEL:  # _obey has seen to them
                pass

    def _begin(self, command: Command, now: float) -> None:
        own = self.box.buttons[command.button].sign
        if own is not None:
            self._selected = [sign.name for sign in self.box.signs].index(own)
        self._quiet.stop()  # whoever teaches has something to show
        if not self._refuses(now):
            self._begin_lesson(command.button, self.selected.name, command.at)

    def _begin_lesson(self, button: int, sign: str, at: float) -> int:
        self._stop_examining()
        return self._teaching.begin(button, sign, at)

    def _refuses(self, now: float) -> bool:
        reason = self._reason_to_refuse()
        if reason:
            self._say(Signal.NOT_SAVED, f"not taught: {reason}", now)
        return bool(reason)

    def _reason_to_refuse(self) -> str | None:
        if self._seen_at is None:
            return "no picture has come from the camera yet"
        if self._memory.full:
            return FULL
        return "earlier presses still wait for their picture" if self._teaching.crowded else None

    def _end_quiet(self, now: float) -> list[Change]:
        outcome = self._quiet.conclude(now)
        if isinstance(outcome, Settle):
            return [outcome]
        if outcome:
            self._say(Signal.NOT_SAVED, f"no quiet minute: {outcome}", now)
        return []

    def _alarms(self) -> str:
        """What the room costs, as far as what is taught can say."""
        per_hour = self._memory.threshold.per_hour
        return "" if per_hour is None else f", about {per_hour:.2g} false alarms an hour are to be expected"

    def _select(self, position: int, now: float) -> None:
        self._selected = position
        self._face.select(position, now)
        self.message = f"{self.selected.name}: selected"

    def _see(self, sight: Sight, now: float) -> list[Change]:
        self._seen_at = sight.frame.taken_at
        self.match = self._memory.match(sight.embedding.vector, sight.embedding.presence)
        sign = self.box.sign(self.match.sign or "")
        self._decider.update(sign.name if sign and not sign.background else None, sight.frame.taken_at, now)
        self._quiet.watch(sight, sign=sign is not None and not sign.background)
        outcome = self._teaching.learn(sight)
        if isinstance(outcome, Teach):
            return self._save(outcome, now)
        if outcome:
            self._say(Signal.NOT_SAVED, f"not taught: the picture is {outcome.verdict.value}", now, outcome.lesson)
        return []

    def _save(self, sample: Teach, now: float) -> list[Change]:
        if self._memory.full:
            self.refused(sample, f"not taught: {FULL}", now)
            return []
        return [sample]

    def _examine(self, now: float) -> None:
        """First the questions, then the lessons that are over: those are durable, or refused, by the next step."""
        finding = self._examiner.step()
        if finding:
            self._tell(finding, now)
        for sign in self._teaching.finish(now):
            self._examiner.begin(sign)

    def _tell(self, finding: Finding, now: float) -> None:
        signal = Signal.WELL if finding.verdict is Verdict.WELL else Signal.MORE
        self._note(signal, finding.advice)
        sign = self.box.sign(finding.sign)
        if sign and finding.verdict is not Verdict.ALONE:
            self._face.tell(signal, sign, now)

    def _stop_examining(self) -> None:
        self._examiner.stop()
        self._face.hush()

    def _condition(self, now: float) -> Signal:
        if self._seen_at is None:
            return Signal.STARTING
        if now - self._seen_at > BLIND_S:
            return Signal.CAMERA
        if self.storage_trouble:
            return Signal.STORAGE
        return Signal.QUIET if self._quiet.going_on else Signal.READY

    def _say(self, signal: Signal, message: str, now: float, lesson: int | None = None) -> None:
        self._note(signal, message, lesson)
        self._face.say(signal, now)

    def _note(self, signal: Signal, message: str, lesson: int | None = None) -> None:
        self.message = message
        self._news = [*self._news[1 - NEWS :], News(signal, message, lesson)]
