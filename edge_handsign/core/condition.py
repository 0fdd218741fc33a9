"""What lasts: whether the box sees, and what is wrong with it."""

from edge_handsign.core.feedback import Signal

BLIND_S = 2.0  # without a picture for so long, the camera is at fault


class Condition:
    """Main thread only."""

    def __init__(self) -> None:
        self.storage = ""  # what is wrong with the storage now, as whoever keeps it says
        self._seen_at: float | None = None

    @property
    def blind(self) -> str:
        """Why nothing can be taught; empty when it can."""
        return "no picture has come from the camera yet" if self._seen_at is None else ""

    def see(self, taken_at: float) -> None:
        """A picture has come."""
        self._seen_at = taken_at

    def signal(self, now: float, *, quiet: bool) -> Signal:
        """The worst of it; `quiet`: the quiet minute is going on."""
        if self._seen_at is None:
            return Signal.STARTING
        if now - self._seen_at > BLIND_S:
            return Signal.CAMERA
        if self.storage:
            return Signal.STORAGE
        return Signal.QUIET if quiet else Signal.READY
