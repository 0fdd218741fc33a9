"""Whether pictures come in time: what one shows goes off before the next is there, when that takes too long.

A camera that exposes for a second in the dark does that, a network too large for its board, or a board with other work.
"""

from edge_handsign.core.decider import STALE_S

LASTS_S = 5.0  # a picture that comes late now and then is no matter


class Pace:
    """Remembers since when."""

    def __init__(self) -> None:
        self._before: float | None = None  # when the picture before was taken
        self._late_since: float | None = None

    def lags(self, taken_at: float, now: float) -> bool:
        """Whether this picture and all of the last while came only when nothing could be shown any more."""
        late = self._before is not None and now - self._before > STALE_S
        self._before = taken_at
        self._late_since = (now if self._late_since is None else self._late_since) if late else None
        return self._late_since is not None and now - self._late_since >= LASTS_S
