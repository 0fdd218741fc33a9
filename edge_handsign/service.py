"""The main loop: the only place that knows what time it is.

One tick: fetch the newest sight, read the buttons, step the session, make durable what it wants durable, let the store
do a little of what it has put off, write the pins, and give those who ask from elsewhere their turn. Ready is said with
the first embedded frame and the watchdog is fed by every further one, so a loop that turns without seeing is not alive.
"""

import logging
from collections.abc import Callable
from time import monotonic, sleep

from edge_handsign.core.box import Box
from edge_handsign.core.faults import Fault
from edge_handsign.core.feedback import Face, Signal
from edge_handsign.core.messages import Change, Feedback, Forget, Sample, Settle, Sight, Teach, Undo
from edge_handsign.core.session import Session
from edge_handsign.core.vitals import Checkup
from edge_handsign.errors import StoreError
from edge_handsign.eye import Eye
from edge_handsign.footprint import Footprint
from edge_handsign.hardware import Board, EndOfFrames, Pins
from edge_handsign.store import Store
from edge_handsign.systemd import Herald

TICK_S = 0.01
FAULT_S = 4.0  # how long a box that has to end says why; with what a lost camera takes, within the watchdog
Watcher = Callable[[Session, Sight | None], None]
Keep = Callable[[Change], None]
Seen = Callable[[float], None]
Visitors = Callable[[Keep, Sight | None, float], None]
log = logging.getLogger(__name__)


class Service:
    """The daemon, whatever its devices. Main thread only; ends when asked to, when the frames end, or by an error."""

    def __init__(
        self,
        session: Session,
        store: Store,
        pins: Pins,
        herald: Herald,
        watcher: Watcher = lambda *_: None,
        visitors: Visitors = lambda *_: None,
        board: Board | None = None,
        seen: Seen = lambda _: None,
        footprint: Footprint | None = None,
    ) -> None:
        """`watcher` is shown the session once a tick, with the sight if there is a new one; `visitors` have a turn
        once a tick, with the way to make a change durable, the sight and the time; `seen` is told when there was one.
        `footprint` is watched where somebody starts the box again.
        """
        self._session = session
        self._store = store
        self._pins = pins
        self._herald = herald
        self._watcher = watcher
        self._visitors = visitors
        self._board = board
        self._seen = seen
        self._checkup = Checkup()
        self._written: Feedback | None = None
        self._told = ""
        self._footprint = footprint
        self._asked_to_end = False

    def end(self) -> None:
        """Finish the tick and return from `run`; may be called from a signal handler."""
        self._asked_to_end = True

    def run(self, eye: Eye) -> None:
        """Until asked to end. What the camera or a pin raises passes through."""
        try:
            turn(lambda now: self._going_on(eye, now))
        except EndOfFrames:
            log.info("the frames have ended")
        finally:
            self._herald.stopping()

    def _going_on(self, eye: Eye, now: float) -> bool:
        if not self._asked_to_end:
            self.tick(self._look(eye, now), now)
            self._look_after(eye, now)
        return not self._asked_to_end

    def _look(self, eye: Eye, now: float) -> Sight | None:
        """A camera that is known to be missing, and is being opened again, is no reason for an end."""
        sight = eye.look(now)
        if eye.fault:
            self._session.state.ail(eye.fault, eye.trouble, now)
        if eye.seeking:
            self._herald.ready()
            self._herald.alive(now)
        return sight

    def _look_after(self, eye: Eye, now: float) -> None:
        """What is wrong with the board is shown, and while it is hot there are fewer pictures."""
        if self._board and self._checkup.due(now):
            for fault, text in self._checkup.judge(self._board.read()).items():
                self._session.state.ail(fault, text, now)
            eye.rest(self._checkup.rest_s)

    def tick(self, sight: Sight | None, now: float) -> None:
        """One step of everything."""
        for change in self._session.step(now, self._pins.read(), sight):
            self._settle(change)
        self._store.tend(now)
        self._session.state.storage = self._store.trouble
        feedback = self._session.feedback(monotonic())
        if feedback != self._written:
            self._pins.write(feedback)
            self._written = feedback
        if sight:
            self._herald.ready()
            self._herald.alive(now)
            self._seen(now)
        self._visitors(self._settle, sight, monotonic())
        self._tell()
        self._weigh(now)
        self._watcher(self._session, sight)

    def _settle(self, change: Change) -> None:
        try:
            settled = self._make_durable(change)
        except StoreError as error:
            self._session.state.diary.note(Fault.NOT_SAVED, str(error), monotonic())
            self._session.refused(change, str(error), monotonic())
        else:
            settled(monotonic())

    def _make_durable(self, change: Change) -> Callable[[float], None]:
        match change:
            case Teach(sign, lesson, vector, _):
                sample = Sample(self._store.teach(change), sign, lesson, vector)
                return lambda now: self._session.saved(sample, now)
            case Undo(lesson):
                self._store.undo(lesson)
            case Forget(sign):
                self._store.forget(sign)
            case Settle(room):
                self._store.settle(room)
        return lambda now: self._session.done(change, now)

    def _weigh(self, now: float) -> None:
        """Whoever leaks starts afresh, if possible while nobody looks."""
        idle = self._session.condition is Signal.READY and self._session.decision.sign is None
        if self._footprint and self._footprint.too_big(now, idle=idle) and not self._asked_to_end:
            text = f"{self._footprint.held >> 20} MiB of memory are held: the box starts afresh"
            log.error("%s %s", Fault.MEMORY.value, text, extra={"CODE": Fault.MEMORY.value})
            self.end()

    def _tell(self) -> None:
        message, shown, state = self._session.message, self._session.decision.sign, self._session.state
        for fault, text in state.diary.lines():
            log.warning("%s", text, extra={"CODE": fault.value})
        told = f"shows {shown}; {message}" if shown else message
        self._herald.status("; ".join(filter(None, [state.text, told])))
        if told != self._told:
            self._told = told
            log.info("%s", told)


def turn(tick: Callable[[float], bool]) -> None:
    """Call it every TICK_S, with the time in s, monotonic, until it says no."""
    while tick(started := monotonic()):
        sleep(max(0.0, started + TICK_S - monotonic()))


def show_fault(signal: Signal, box: Box, pins: Pins, seconds: float = FAULT_S) -> None:
    """Blink why the box has to end; nobody reads its log at that moment."""
    began = monotonic()
    face = Face(box)
    face.say(signal, began)
    while (now := monotonic()) < began + seconds:
        pins.write(face.look(None, now))
        sleep(TICK_S)
