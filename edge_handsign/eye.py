"""What the box sees with: the newest sight, and what to do when the camera or the network does not answer.

Seeing is slow, reacting must not be: a lookout sees in a thread of its own, and this is the main thread's side of it. A
camera that fails is opened again by a fresh lookout, the old one is abandoned; any other failure is re-raised where the
sights are fetched, so there is one place where things end. The camera lives and dies in a lookout's thread, so the box
blinks and answers its buttons while a camera is still waking up.
"""

from dataclasses import dataclass, field
from math import inf
from types import TracebackType
from typing import Self

from edge_handsign.core.faults import FAULTS, Fault
from edge_handsign.core.messages import Sight
from edge_handsign.core.reopening import Reopening
from edge_handsign.core.stillness import Stillness
from edge_handsign.errors import CameraError, CameraLost
from edge_handsign.hardware import Backbone
from edge_handsign.lookout import Lookout, OpenCamera, Stage, UnusablePictures

JOIN_S = 1.5  # a call that hangs in a driver cannot be ended; the process then ends without it
CLOSE_S = 2.0  # that a camera which still answers is given to close, before it is opened again
STOPPED_S = 1.0  # between two looks: not the camera stood still, but this process, or whatever it runs on
SLOW_S = 1.9  # that the network may take for one picture; if it goes on, nobody feeds the watchdog


@dataclass(slots=True)
class Shift:
    """One lookout, and what the main thread knows of it."""

    lookout: Lookout
    fetched: Sight | None = None
    progress: tuple[int, Stage] = (-1, Stage.OPENING)
    since: float = 0.0  # s, monotonic: when it was seen to get there
    stillness: Stillness = field(default_factory=Stillness)
    over: bool = False


class Eye:
    """Main thread only. Times are s, monotonic."""

    def __init__(self, open_camera: OpenCamera, backbone: Backbone) -> None:
        self.fault: Fault | None = None  # what is wrong with what it sees with
        self.trouble = ""  # in words
        self._open_camera, self._backbone = open_camera, backbone
        self._reopening = Reopening()
        self._closing_until = 0.0
        self._rest_s = 0.0
        self._looked_at = inf
        self._shift = Shift(Lookout(open_camera, backbone))

    def __enter__(self) -> Self:
        self._shift.lookout.start()
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self._shift.lookout.abandon()
        self._shift.lookout.join(JOIN_S)

    @property
    def seeking(self) -> bool:
        """The camera is known to be missing, and is seen to."""
        return self.fault not in {None, Fault.STALLED}

    def rest(self, seconds: float) -> None:
        """From now on, after each picture: there are fewer."""
        self._rest_s = self._shift.lookout.rest_s = seconds

    def look(self, now: float) -> Sight | None:
        """The newest sight, once; None when there is none since the last look.

        Raises what ended the lookout, and CameraLost when opening the camera again does not help.
        """
        shift, stopped_s = self._shift, now - self._looked_at
        self._looked_at = now
        if stopped_s > STOPPED_S:
            shift.since += stopped_s
        if shift.over:
            self._open_again(now)
        elif (newest := shift.lookout.newest) is not shift.fetched:
            shift.fetched = newest
            return self._judge(newest, now) if newest else None
        elif shift.lookout.failure:
            self._see_to(shift.lookout.failure, now)
        else:
            self._wait(shift, now)
        return None

    def _judge(self, sight: Sight, now: float) -> Sight | None:
        if self._shift.stillness.lasts(sight.frame, now, noisy=self._shift.lookout.noisy):
            self._closing_until = now + CLOSE_S
            self._lose(Fault.FROZEN, str(FAULTS[Fault.FROZEN]), now)
            return None
        self._reopening.saw()
        self.fault, self.trouble = None, ""
        return sight

    def _see_to(self, failure: BaseException, now: float) -> None:
        if not isinstance(failure, CameraError):
            raise failure
        self._closing_until = now + CLOSE_S
        self._lose(Fault.UNUSABLE if isinstance(failure, UnusablePictures) else self._silence, str(failure), now)

    def _wait(self, shift: Shift, now: float) -> None:
        progress = shift.lookout.progress
        if progress != shift.progress:
            shift.progress, shift.since = progress, now
        _, stage = progress
        if stage is Stage.EMBEDDING:
            if now - shift.since > SLOW_S:
                self.fault, self.trouble = Fault.STALLED, str(FAULTS[Fault.STALLED])
        elif now - shift.since > self._reopening.patience_s(opening=stage is Stage.OPENING):
            self._lose(self._silence, str(FAULTS[self._silence]), now, hung=stage is Stage.OPENING)

    @property
    def _silence(self) -> Fault:
        """What it means that no picture comes."""
        return Fault.NO_CAMERA if self._shift.lookout.progress[1] is Stage.OPENING else Fault.SILENT

    def _lose(self, fault: Fault, text: str, now: float, *, hung: bool = False) -> None:
        self._shift.lookout.abandon()
        self._shift.over, self.fault, self.trouble = True, fault, text
        if self._shift.lookout.progress[1] is not Stage.OPENING:
            self._reopening.opened()
        if not self._reopening.failed(now, hung=hung):
            raise CameraLost(f"{text}; opening the camera again did not help, so the program starts afresh")

    def _open_again(self, now: float) -> None:
        """By a fresh lookout; as soon as the one before has closed the camera, unless that takes too long."""
        if self._reopening.due(now) and (self._shift.lookout.ended or now >= self._closing_until):
            self._shift = Shift(Lookout(self._open_camera, self._backbone))
            self._shift.lookout.rest_s = self._rest_s
            self._shift.lookout.start()
