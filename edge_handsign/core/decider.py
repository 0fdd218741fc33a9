"""One picture versus a while: flickering matches become a steady decision.

A sign switches on when most of the recent matches agree on it, and off when another one does or when few of them still
agree on it; in between it stays as it was (hysteresis). How many is most, and few, scripts/tune_decider has chosen.
Recent is a stretch of time, not a number of frames, so that 5 and 30 frames a second feel the same; but two matches
must agree, however slow the camera is. Nothing is shown on the strength of an old picture.
"""

from collections import deque
from dataclasses import dataclass

from edge_handsign.core.knob import knob
from edge_handsign.core.messages import Decision

AGREE = 2  # matches that must agree before a sign switches on
STALE_S = 0.9  # an output may not outlive its picture by a second; a tick and a write are inside the difference


@dataclass(frozen=True, slots=True)
class DeciderSettings:
    """How sure is sure enough."""

    window_s: float = knob(0.35, "seconds of recent pictures that are asked", low=0.05, high=5)
    on_share: float = knob(0.8, "share of them that switches a sign on", low=0.5, high=1)
    off_share: float = knob(0.1, "share of them below which it switches off", low=0, high=1)


class Decider:
    """Remembers the matches of the last while."""

    def __init__(self, settings: DeciderSettings) -> None:
        self.decision = Decision(None, 0.0)
        self.settings = settings
        self._recent: deque[tuple[float, str | None]] = deque()

    def update(self, sign: str | None, taken_at: float, now: float) -> Decision:
        """Take in the match of one picture and decide."""
        self._recent.append((taken_at, sign))
        while len(self._recent) > AGREE and self._recent[0][0] < taken_at - self.settings.window_s:
            self._recent.popleft()
        return self._decide(self._verdict(), now)

    def look(self, now: float) -> Decision:
        """Decide without a new picture: what is shown goes off when the last one is too old."""
        if self._recent and now - self._recent[-1][0] > STALE_S:
            self._recent.clear()
        return self._decide(self._verdict(), now)

    def _verdict(self) -> str | None:
        signs = [sign for _, sign in self._recent]
        for sign in dict.fromkeys(signs):
            if sign is not None and signs.count(sign) >= max(AGREE, self.settings.on_share * len(signs)):
                return sign
        shown = self.decision.sign
        stays = shown is not None and signs and signs.count(shown) >= self.settings.off_share * len(signs)
        return shown if stays else None

    def _decide(self, sign: str | None, now: float) -> Decision:
        if sign != self.decision.sign:
            self.decision = Decision(sign, now)
        return self.decision
