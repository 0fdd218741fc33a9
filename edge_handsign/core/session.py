"""The whole behaviour of the box, one step at a time.

`step` takes the time, the button levels and the newest sight, and answers what must be made durable. Whoever keeps it
durable comes back with `saved`, `done` or `refused`: only then is it compared with, and only then does the box say
so. Nothing here knows a device, a file or a clock.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field

from edge_handsign.core.box import Box, Sign
from edge_handsign.core.buttons import ButtonSettings
from edge_handsign.core.condition import Condition
from edge_handsign.core.decider import Decider, DeciderSettings
from edge_handsign.core.faults import Fault
from edge_handsign.core.feedback import Face, Signal
from edge_handsign.core.gestures import Act, Command, Gestures
from edge_handsign.core.lesson import LessonSettings
from edge_handsign.core.memory import NOTHING_TAUGHT, Memory
from edge_handsign.core.messages import Change, Decision, Feedback, Forget, Match, Sample, Settle, Sight, Teach, Undo
from edge_handsign.core.news import News
from edge_handsign.core.quiet import QuietMinute, known
from edge_handsign.core.school import School
from edge_handsign.core.voice import Voice


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
        self.condition = Signal.STARTING
        self.box = box
        self._memory = memory
        self._gestures = Gestures(box.buttons, habits.buttons)
        self._face = Face(box)
        self._voice = Voice(self._face)
        self.school = School(memory, habits.lesson, last_lesson, self._face, self._voice)
        self._quiet = QuietMinute()
        self._decider = Decider(habits.decider)
        self.state = Condition()
        self._selected = 0

    @property
    def selected(self) -> Sign:
        """The sign that the common teach button teaches."""
        return self.box.signs[self._selected]

    @property
    def decision(self) -> Decision:
        """What the box has decided to show."""
        return self._decider.decision

    @property
    def message(self) -> str:
        """What was said last."""
        return self._voice.message

    @property
    def samples(self) -> Mapping[str, int]:
        """How many samples of each sign there are."""
        return self._memory.counts()

    def step(self, now: float, levels: Sequence[bool], sight: Sight | None = None) -> list[Change]:
        """Take in the buttons and, if there is a new one, a sight; answer what wants to become durable."""
        shown_before = self._shown
        changes = [change for command in self._gestures.update(levels, now) for change in self._obey(command, now)]
        if sight:
            changes += self._see(sight, now)
        self.school.go_on(self.box, now)
        changes += self._end_quiet(now)
        self._decider.look(now)
        if self._shown and self._shown != shown_before:
            self._face.sing(self._shown.tune, now)
        self.state.ail(Fault.STUCK_BUTTON, self._gestures.stuck(now), now)
        self.condition = self.state.look(now, quiet=self._quiet.going_on)
        self._face.say(self.condition, now)
        return changes

    def feedback(self, now: float) -> Feedback:
        """How the box looks and sounds at `now`."""
        return self._face.look(self._shown, now)

    def news(self) -> list[News]:
        """What was said since this was last asked; only the newest where nobody asks."""
        return self._voice.news()

    def teach(self, sign: str, now: float) -> int | None:
        """As if that sign's own button was tapped at `now`, but what is selected stays so; the number of the lesson,
        or None where the news say why not.
        """
        self._quiet.stop()
        return self.school.tap(sign, now, blind=self.state.blind)

    def undo(self, now: float) -> list[Change]:
        """As if next was held for it: the last lesson is to be taken back, or the news say why not."""
        return self.school.undo(now)

    def quiet(self, now: float) -> None:
        """As if teach and next were held together: the quiet minute begins."""
        self._quiet.begin(now)
        self._voice.say(Signal.QUIET_BEGUN, "the quiet minute has begun: show no sign", now)

    def adopt(self, box: Box, habits: Habits, false_alarms_per_hour: float) -> None:
        """Settings that have changed meanwhile: of the box its tunes, of the habits not the buttons."""
        self.box = box
        self._memory.put_up_with(false_alarms_per_hour)
        self.school.adopt(habits.lesson)
        self._decider.settings = habits.decider

    def saved(self, sample: Sample, now: float) -> None:
        """A `Teach` is durable as this sample."""
        self.school.saved(sample, now)
        self.state.ail(Fault.ASLEEP, "", now)

    def done(self, change: Undo | Forget | Settle, now: float) -> None:
        """Any other change is durable."""
        self.school.interrupt()
        match change:
            case Undo(lesson):
                self.school.undone(lesson, now)
            case Forget(sign):
                self.school.forgotten(sign, now)
            case Settle(room):
                self._memory.settle(room)
                self._voice.say(Signal.QUIET_DONE, known(self._memory.threshold.per_hour), now)

    def refused(self, change: Change, reason: str, now: float) -> None:
        """A change could not be made durable; nothing has changed, and a burst ends."""
        if isinstance(change, Teach):
            self.school.refused(change, reason, now)
        else:
            self._voice.say(Signal.NOT_SAVED, reason, now)

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
                return self.school.cancel(command.button)
            case _:
                self._take_in(command, now)
        return []

    def _take_in(self, command: Command, now: float) -> None:
        """A command that makes nothing durable by itself."""
        match command.act:
            case Act.BEGIN:
                self._begin(command, now)
            case Act.END:
                self.school.end(command.button, command.at)
            case Act.SELECT:
                self._select((self._selected + 1) % len(self.box.signs), now)
            case Act.MARK:
                self._voice.say(Signal.TICK, "let go to take back the last lesson", now)
            case Act.WARN:
                self._voice.say(Signal.WARNING, f"keep holding to forget {self.selected.name}", now)
            case Act.QUIET:
                self.quiet(now)
            case Act.UNDO | Act.FORGET | Act.CANCEL:  # _obey has seen to them
                pass

    def _begin(self, command: Command, now: float) -> None:
        own = self.box.buttons[command.button].sign
        if own is not None:
            self._selected = [sign.name for sign in self.box.signs].index(own)
        self._quiet.stop()  # whoever teaches has something to show
        self.school.begin(command.button, self.selected.name, command.at, now, blind=self.state.blind)

    def _select(self, position: int, now: float) -> None:
        self._selected = position
        self._face.select(position, now)
        self._voice.message = f"{self.selected.name}: selected"

    def _see(self, sight: Sight, now: float) -> list[Change]:
        self.state.see(sight.frame, now)
        self._voice.wake(self.selected.name)
        if self.state.blind:
            self.match = NOTHING_TAUGHT
            self._decider.update(None, sight.frame.taken_at, now)
            return []
        self.match = self._memory.match(sight.embedding.vector, sight.embedding.presence)
        sign = self.box.sign(self.match.sign or "")
        self._decider.update(sign.name if sign and not sign.background else None, sight.frame.taken_at, now)
        self._quiet.watch(sight, sign=sign is not None and not sign.background)
        return self.school.learn(sight, now)

    def _end_quiet(self, now: float) -> list[Change]:
        outcome = self._quiet.conclude(now)
        if isinstance(outcome, Settle):
            return [outcome]
        if outcome:
            self._voice.say(Signal.NOT_SAVED, f"no quiet minute: {outcome}", now)
        return []
