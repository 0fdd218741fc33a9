"""What a person should be shown about the storage, and for how long. Time is an argument."""

SHOWN_S = 30.0  # long enough to be seen by somebody who was not looking


class Alarm:
    """Main thread only."""

    def __init__(self) -> None:
        self._text, self._since = "", 0.0
        self._new = False

    def ring(self, text: str) -> None:
        """Something is wrong, or was: shown from the next `tend` on."""
        self._text, self._new = text, True

    def tend(self, now: float) -> str:
        """What to show at `now`, in s, monotonic; empty when all is well."""
        if self._new:
            self._since, self._new = now, False
        if now - self._since >= SHOWN_S:
            self._text = ""
        return self._text
