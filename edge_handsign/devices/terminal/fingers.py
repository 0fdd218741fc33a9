"""One finger for each button: what it is about to do, and whether it is down now. Time is an argument."""

from collections import deque

GAP_S = 0.15  # between two presses of one button
LEAST_S = 0.06  # a finger that goes down and up at once is still felt


class Finger:
    """Does one thing after another."""

    def __init__(self) -> None:
        self._plan: deque[tuple[float, bool]] = deque()  # (seconds, down)
        self._down = False
        self._until = 0.0  # s

    def press(self, seconds: float) -> None:
        """Go down for so long, then up."""
        self._plan += [(max(seconds, LEAST_S), True), (GAP_S, False)]

    def keep(self, *, down: bool) -> None:
        """Go down, or up, and stay there."""
        self._plan.append((LEAST_S, down))

    def busy(self, now: float) -> bool:
        """Whether it has something left to do."""
        return bool(self._plan) or now < self._until

    def stays_down(self) -> bool:
        """Whether it will be down when it has done everything."""
        return self._plan[-1][1] if self._plan else self._down

    def down(self, now: float) -> bool:
        """Whether it is down at `now`; to be asked with a time that does not run back."""
        if self._plan and now >= self._until:
            seconds, self._down = self._plan.popleft()
            self._until = now + seconds
        return self._down
