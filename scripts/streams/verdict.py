"""What a decider made of an hour, in the figures by which it is judged."""

from collections.abc import Iterable, Sequence
from dataclasses import astuple, dataclass, field, fields

import numpy as np

from edge_handsign.core.decider import Decider, DeciderSettings
from scripts.streams.play import FPS, Stretch

Change = tuple[float, str | None]  # s since the last picture before the stretch, and what is shown from then on


@dataclass(frozen=True, slots=True)
class Verdict:
    """Of one hour. Latencies count from the last picture before the change, so they are what a person waits at most."""

    false_per_hour: float  # LEDs that go on while nothing is shown, an hour of nothing
    untaught_per_hour: float  # the same while an untaught sign is shown
    missed: float  # per cent of shown signs whose LED does not go on
    on_s: float  # median from sign shown to its LED on
    off_s: float  # median from sign gone to LED off
    spurious_per_minute: float  # LED changes while a taught sign is shown, but for its own going on and the last's off


NAMES = [one.name for one in fields(Verdict)]
GOALS = Verdict(1, 1, 5, 0.4, 0.6, 1)  # at most


@dataclass(slots=True)
class _Tally:
    pictures: dict[str, int] = field(default_factory=lambda: {"sign": 0, "nothing": 0, "untaught": 0})
    raised: dict[str, int] = field(default_factory=lambda: {"nothing": 0, "untaught": 0})
    shown: int = 0
    missed: int = 0
    spurious: int = 0
    on_s: list[float] = field(default_factory=list)
    off_s: list[float] = field(default_factory=list)

    def sign(self, sign: str, lit: str | None, changes: Sequence[Change]) -> None:
        """A stretch of a taught sign; `lit` was shown when it began."""
        on_s = next((at for at, shown in changes if shown == sign), None)
        self.shown += 1
        self.missed += on_s is None and lit != sign
        self.on_s += [] if on_s is None else [on_s]
        last_off = lit not in (None, sign) and changes[:1] != [] and changes[0][1] is None
        self.spurious += len(changes) - (on_s is not None) - last_off

    def none(self, kind: str, lit: str | None, changes: Sequence[Change]) -> None:
        """A stretch in which nothing should be shown."""
        self.raised[kind] += sum(shown is not None for _, shown in changes)
        if lit is not None and kind == "nothing":
            self.off_s += [at for at, _ in changes[:1]]

    def rate(self, events: int, kind: str, seconds: int) -> float:
        """Events in so many seconds of this kind."""
        pictures = self.pictures[kind]
        return events * seconds * FPS / pictures if pictures else float("nan")


def judged(stretches: Iterable[Stretch], settings: DeciderSettings) -> Verdict:
    """Play them through a decider."""
    decider, tally, number = Decider(settings), _Tally(), 0
    for stretch in stretches:
        lit, changes = decider.decision.sign, _changes(decider, stretch, number)
        number += len(stretch.matches)
        kind = "sign" if stretch.sign else "untaught" if stretch.untaught else "nothing"
        tally.pictures[kind] += len(stretch.matches)
        if stretch.sign:
            tally.sign(stretch.sign, lit, changes)
        else:
            tally.none(kind, lit, changes)
    return Verdict(
        tally.rate(tally.raised["nothing"], "nothing", 3600),
        tally.rate(tally.raised["untaught"], "untaught", 3600),
        100 * tally.missed / max(tally.shown, 1),
        float(np.median(tally.on_s or [np.nan])),
        float(np.median(tally.off_s or [np.nan])),
        tally.rate(tally.spurious, "sign", 60),
    )


def _changes(decider: Decider, stretch: Stretch, number: int) -> list[Change]:
    changes: list[Change] = []
    for place, match in enumerate(stretch.matches):
        before, now = decider.decision.sign, (number + place) / FPS
        shown = decider.update(match.sign, now, now).sign
        if shown != before:
            changes.append(((place + 1) / FPS, shown))
    return changes


def summary(verdicts: Sequence[Verdict]) -> list[str]:
    """Mean and standard deviation of each figure over the hours that have it."""
    table = np.array([astuple(one) for one in verdicts])
    told = [column[~np.isnan(column)] for column in table.T]
    return [f"{column.mean():.2f} ± {column.std():.2f}" if len(column) else "-" for column in told]
