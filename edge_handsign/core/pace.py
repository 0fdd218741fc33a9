"""Whether pictures come in time: what one shows goes off before the next is there, when that takes too long.

A camera that exposes for a second in the dark does that, a network too large for its board, or a board with other work.
"""

from edge_handsign.core.decider import STALE_S

LASTS_S = 5.0  # a picture that comes late now and then is no matter
APART_S = 2.0  # that pictures must come in time until the while is over; on the brink some do


class Pace:
    """Remembers since when."""

    def __init__(self) -> None:
        self._before: float | None = None  # when the picture before was taken
        self._while: tuple[float, float] | None = None  # when its first and its newest late picture came

    def lags(self, taken_at: float, now: float) -> bool:
        """Whether pictures of the last while came again and again only when nothing could be shown any more."""
        late = self._before is not None and now - self._before > STALE_S
        self._before = taken_at
        if late:
            self._while = (self._while[0] if self._while else now, now)
        elif self._while and now - self._while[1] > APART_S:
            self._while = None
        return self._while is not None and self._while[1] - self._while[0] >= LASTS_S
