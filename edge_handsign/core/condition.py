"""What lasts: whether the box sees, what is wrong with it, and how that shows."""

from edge_handsign.core.blackness import Blackness
from edge_handsign.core.diary import Diary
from edge_handsign.core.faults import FAULTS, Fault
from edge_handsign.core.feedback import Signal
from edge_handsign.core.messages import Frame
from edge_handsign.core.pace import Pace

BLIND_S = 2.0  # without a picture for so long, the camera is at fault
OF_SEEING = (Fault.NO_CAMERA, Fault.SILENT, Fault.FROZEN, Fault.UNUSABLE, Fault.STALLED)  # what a picture disproves
WORST = (Signal.SAFE, Signal.MODEL, Signal.CAMERA, Signal.STORAGE, Signal.SETTINGS, Signal.POWER)  # first


class Condition:
    """Main thread only."""

    def __init__(self) -> None:
        self.storage = ""  # what is wrong with the storage now, as whoever keeps it says
        self.diary = Diary()
        self._ailments: dict[Fault, str] = {}
        self._blackness = Blackness()
        self._pace = Pace()
        self._seen_at: float | None = None

    @property
    def blind(self) -> str:
        """Why nothing can be shown or taught; empty when it can."""
        if self._seen_at is None:
            return "no picture has come from the camera yet"
        return "the picture is black" if Fault.BLACK in self._ailments else ""

    @property
    def text(self) -> str:
        """The worst of what is wrong, with its code; empty when all is well."""
        worst = next(
            (fault for signal in (*WORST, None) for fault in self._ailments if FAULTS[fault].signal is signal), None
        )
        return f"{worst.value} {self._ailments[worst]}" if worst else self.storage

    def see(self, frame: Frame, now: float) -> None:
        """A picture has come."""
        self._seen_at = now
        for fault in OF_SEEING:
            self.ail(fault, "", now)
        black = self._blackness.lasts(frame)
        self.ail(Fault.BLACK, str(FAULTS[Fault.BLACK]) if black else "", now)
        self.ail(Fault.SELDOM, str(FAULTS[Fault.SELDOM]) if self._pace.lags(frame.taken_at, now) else "", now)

    def ail(self, fault: Fault, text: str, now: float) -> None:
        """What is wrong now; empty when that is well, or well again. To be said as often as one likes."""
        if not text:
            if self._ailments.pop(fault, None) is not None:
                self.diary.end(fault, now)
        elif fault in self._ailments:
            self._ailments[fault] = text
        else:
            self._ailments[fault] = text
            self.diary.note(fault, text, now)

    def look(self, now: float, *, quiet: bool) -> Signal:
        """What is to be shown; `quiet`: the quiet minute is going on."""
        if self._seen_at is not None and now - self._seen_at > BLIND_S and not self._known_blind:
            self.ail(Fault.SILENT, str(FAULTS[Fault.SILENT]), now)
        for fault, text in self._ailments.items():
            self.diary.go_on(fault, text, now)
        wrong = self._worst
        if wrong or self._seen_at is not None:
            return wrong or (Signal.QUIET if quiet else Signal.READY)
        return Signal.STARTING

    @property
    def _worst(self) -> Signal | None:
        signals = {FAULTS[fault].signal for fault in self._ailments} | ({Signal.STORAGE} if self.storage else set())
        return next((signal for signal in WORST if signal in signals), None)

    @property
    def _known_blind(self) -> bool:
        return any(fault in self._ailments for fault in OF_SEEING)
