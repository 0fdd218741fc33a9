"""One run: a mishap after the other, each at a time that fits, and a look at the box every ten seconds."""

import random
import time
from collections import Counter
from collections.abc import Mapping
from pathlib import Path

from scripts.soaking.gauge import EVERY_S, Gauge
from scripts.soaking.mishaps import Hand, Mishap
from tests.faults.supervisor import Supervisor

BETWEEN_S = (30.0, 90.0)
WRITING_S, BLOCK_S = 240.0, 900.0  # changes are made so long, in each
ENDING_S, LIFE_S = 300.0, 3600.0  # lives are ended so long, in each
YOUNG_S = 60.0  # of a life, before each kind of mishap that it survives happens to it, one soon after the other
SOON_S = (15.0, 25.0)
SETTLED_S = 15.0  # after a mishap
EXCUSED_S = 20.0  # after one that may end a life
RESTED = 2  # looks until it is believed


class Soak:
    """One run."""

    def __init__(
        self, box: Supervisor, hand: Hand, gauge: Gauge, state: Path, seed: int, life_s: float = LIFE_S
    ) -> None:
        self._box, self._hand, self._gauge, self._state = box, hand, gauge, state
        self._chance, self._life_s = random.Random(seed), life_s
        self._began = self._busy_until = time.monotonic()
        self._rested = 0  # looks in a row at a store that has nothing to write
        self._deck: list[Mishap] = []
        self._known: Mapping[str, int] | None = None  # samples before it was to end
        self._last = ""  # mishap
        self.forgotten = 0  # times that it knew something else then
        self.happened: Counter[str] = Counter()
        self._had: dict[int, set[str]] = {}  # kinds of mishaps, by life
        self._excused: list[float] = []  # when something happened that may end a life

    def ends(self) -> tuple[int, list[int]]:
        """How often the box ended, and the statuses of those ends that nothing excuses."""
        ends = [event for event in self._box.events if event.what == "ended"]
        return len(ends), [end.status for end in ends if not self._is_excused(end.at)]

    def _is_excused(self, at: float) -> bool:
        return any(since <= at <= since + EXCUSED_S for since in self._excused)

    def run(self, seconds: float) -> None:
        """Until it is over."""
        looked_at = next_at = self._began
        next_at += BETWEEN_S[0]
        while (now := time.monotonic()) < self._began + seconds:
            if now >= looked_at + EVERY_S:
                self._look(now - looked_at)
                looked_at = now
            if now >= next_at:
                self._make(self._drawn(now - self._began))
                wait_s = SOON_S if self._lacking(time.monotonic() - self._began) else BETWEEN_S
                next_at = time.monotonic() + self._chance.uniform(*wait_s)
            time.sleep(0.2)

    def _look(self, since_s: float) -> None:
        if (pid := self._box.pid) is None:
            return
        self._rested = self._rested + 1 if self._copied() else 0
        now = time.monotonic()
        idle = now - since_s > self._busy_until and self._rested > RESTED
        self._gauge.read(pid, idle=idle, after=self._last)

    def _copied(self) -> bool:
        """Whether all that was taught is in the second copy, so that nothing is to be written."""
        main, copy = self._state / "samples.db", self._state / "samples.bak.db"
        if not copy.exists():
            return False
        return main.stat().st_mtime < copy.stat().st_mtime

    def _drawn(self, at_s: float) -> Mishap:
        """One after the other as they were shuffled; first what this life lacks, or must not happen at other times."""
        if lacking := self._lacking(at_s):
            return lacking[0]
        if not self._fitting(at_s):
            self._deck = self._chance.sample(self._hand.mishaps(), len(self._hand.mishaps()))
        fitting = self._fitting(at_s)
        drawn = next((one for one in fitting if one.writes or one.ends), fitting[0])
        self._deck.remove(drawn)
        return drawn

    def _fitting(self, at_s: float) -> list[Mishap]:
        writing, ending = at_s % BLOCK_S < WRITING_S, self._ending(at_s)
        return [one for one in self._deck if (writing or not one.writes) and (ending or not one.ends)]

    def _ending(self, at_s: float) -> bool:
        return at_s % self._life_s < ENDING_S

    def _lacking(self, at_s: float) -> list[Mishap]:
        """What has not happened yet to a life that is old enough and will last."""
        pid = self._box.pid or 0
        if self._ending(at_s) or self._gauge.age_s(pid) < YOUNG_S:
            return []
        return [one for one in self._hand.mishaps() if not one.kills and one.name not in self._had.get(pid, ())]

    def _make(self, mishap: Mishap) -> None:
        known, self._last, pid = self._remembered(), mishap.name, self._box.pid or 0
        if mishap.ends:
            self._excused.append(time.monotonic())
            self._known = known
        self.happened[mishap.name] += 1
        mishap.happen()
        self._note(pid, mishap)
        self._busy_until = time.monotonic() + SETTLED_S + (SETTLED_S if mishap.ends else 0)

    def _note(self, pid: int, mishap: Mishap) -> None:
        """It happened to this life, which is to be weighed some time after it had everything."""
        had = self._had.setdefault(pid, set())
        had.add(mishap.name)
        if had.issuperset(one.name for one in self._hand.mishaps() if not one.kills):
            self._gauge.tried.setdefault(pid, time.monotonic())

    def _remembered(self) -> Mapping[str, int] | None:
        """What it knows, which must be what it knew before it last ended."""
        known = self._hand.known()
        if known is not None and self._known is not None:
            self.forgotten += known != self._known
            self._known = None
        return known
