"""From what evidence on a picture counts as a sign. Every bound comes from pictures whose truth is known.

Three bounds. *False alarms*: an hour shows 3600 / SCENE_S scenes, and a scene of no sign can light a LED at most once,
and only if its evidence passes; so the rate stays under `per_hour` when the share of such scenes that pass is at most

    p = per_hour * SCENE_S / 3600

Some hundred pictures do not show what happens once in 3,600, so their tail is continued: what exceeds a high quantile
does so exponentially (Pickands, 1975, the generalised Pareto law at shape 0), with mean excess m over the quantile q
that a share s exceeds: P(evidence > x) = s * exp(-(x - q) / m), so x = q + m * ln(s / p). From n exceedances m is known
to one part in sqrt(n), and is taken so much higher, since what is over the target hurts more than what is under it. The
decider lets through less than that, never more: it wants several passing pictures, within one scene, to light anything.
*Signs that were not taught*: every taught sign, asked as if it had not been, is to be unknown nineteen times of twenty.
*Signs that were taught*: of right answers, those to taught samples without their own lesson and those that strangers
got from this backbone, nine of ten are to be known; a sign is shown for seconds, so that one picture in ten costs few
signs. Where this contradicts the other two, the target cannot be met: the level is then where as large a share of right
answers is lost as of nothing passes (equal error), or where one in ten is lost if that is higher, and
`Threshold.per_hour` says what it costs.
"""

from dataclasses import dataclass
from math import exp, log, sqrt

import numpy as np
from numpy.typing import NDArray

SCENE_S = 1.0  # s for which what is seen stays so much the same that it is accepted, or not, as a whole
MISSED = (
    0.1  # share of right pictures that may be refused: of 0.05 to 0.3 the best on the streams of scripts/tune_decider
)
PASSED = 0.05  # share of untaught signs' pictures that may pass
TAIL, LEAST = 0.1, 8  # share of the largest scores that is the tail, and how many there are at least
HOUR_S = 3600.0


@dataclass(frozen=True, slots=True)
class Threshold:
    """What a picture's evidence must reach."""

    level: float  # nats
    per_hour: float | None  # wrongly lit LEDs an hour to expect at this level; None where nothing tells


@dataclass(frozen=True, slots=True, eq=False)
class Tail:
    """The largest of some scores, continued exponentially."""

    scores: NDArray[np.float64]  # (n,) nats
    share: float  # of them that lie above `start`
    start: float  # nats
    mean_excess: float  # nats
    count: int  # scores above `start`

    def beyond(self, level: float) -> float:
        """Share of scores above `level`: counted up to `start`, continued from there on."""
        if level < self.start:
            return float((self.scores > level).mean())
        return self.share * exp(-(level - self.start) / self.mean_excess)

    def level(self, share: float) -> float:
        """The level that this share of scores, or less, exceeds; not below `start`."""
        safe = self.mean_excess * (1 + 1 / sqrt(self.count))
        return self.start + safe * max(0.0, log(self.share / share))


def tail_of(scores: NDArray[np.float64]) -> Tail:
    """The tail of two scores at least."""
    ordered = np.sort(scores)
    count = min(len(ordered) - 1, max(LEAST, round(TAIL * len(ordered))))
    start, above = float(ordered[-count - 1]), ordered[-count:]
    return Tail(scores, count / len(ordered), start, max(float(above.mean()) - start, 1e-6), count)


def derived(
    per_hour: float,
    floor: float,
    nothing: NDArray[np.float64],
    untaught: NDArray[np.float64],
    right: NDArray[np.float64],
) -> Threshold:
    """The threshold for a target rate from evidence, in nats, (n,) each, of pictures of nothing, of untaught signs, and
    of right answers. `floor` is the least that is asked for, and all that is while there are no right answers.
    """
    tail = tail_of(nothing) if len(nothing) > 1 else None
    bearable = _bearable(nothing, right) if len(right) else floor
    level = min(_wanted(per_hour, floor, tail, untaught), bearable)
    return Threshold(level, tail.beyond(level) * HOUR_S / SCENE_S if tail else None)


def _wanted(per_hour: float, floor: float, tail: Tail | None, untaught: NDArray[np.float64]) -> float:
    """What false alarms and untaught signs ask for."""
    of_nothing = tail.level(per_hour * SCENE_S / HOUR_S) if tail else floor
    of_untaught = float(np.quantile(untaught, 1 - PASSED)) if len(untaught) else floor
    return max(floor, of_nothing, of_untaught)


def _bearable(nothing: NDArray[np.float64], right: NDArray[np.float64]) -> float:
    """The highest level that right answers bear."""
    least = float(np.quantile(right, MISSED))
    if not len(nothing):
        return least
    levels = np.sort(right)
    lost = np.arange(len(levels)) / len(levels)
    passing = 1 - np.searchsorted(np.sort(nothing), levels) / len(nothing)
    return max(least, float(levels[np.argmax(lost >= passing)]))
