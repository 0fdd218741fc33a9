"""How long to wait for a camera, when to open it again, and when only a new process helps.

One that has never been opened is tried for ever, less and less often. One that was lost is opened again twice in the
life of a process, because a driver does not give all of its memory back (picamera2's issue 887: seven times were too
many), and because what is hung may hold it.
"""

OPEN_S, OPEN_AGAIN_S = 20.0, 3.0  # that opening may take; a new process, which has more time, is soon there
FIRST_S, NEXT_S = 10.0, 3.0  # that a picture may take: the first of all, and any other
SLOWEST_S = 60.0  # between two tries
TRIES = 2  # to open one that was lost


class Reopening:
    """Time is an argument, in s, monotonic."""

    def __init__(self) -> None:
        self._again_at = 0.0
        self._delay_s = 1.0
        self._opened = self._seen = False
        self._tries = 0

    def patience_s(self, *, opening: bool) -> float:
        """How long the camera may be silent: while it is being opened, or while a picture is awaited."""
        if opening:
            return OPEN_AGAIN_S if self._opened else OPEN_S
        return NEXT_S if self._seen or self._tries else FIRST_S

    def opened(self) -> None:
        """It is open."""
        self._opened = True

    def saw(self) -> None:
        """A picture has come."""
        self._seen = True

    def failed(self, now: float, *, hung: bool = False) -> bool:
        """It is not open any more, or could not be opened, or that `hung`; False: there is no use in another try."""
        if self._opened:
            self._tries += 1
            self._again_at = now
            return self._tries <= TRIES and not hung
        self._again_at = now + self._delay_s
        self._delay_s = min(2 * self._delay_s, SLOWEST_S)
        return True

    def due(self, now: float) -> bool:
        """Whether it is to be opened again now."""
        return now >= self._again_at
