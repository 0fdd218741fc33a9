"""An hour before the box: stretches of signs, of nothing and of signs that were not taught, at ten pictures a second.

No hour of video is openly licensed, so this is photographs: those of a recording one after another, as they were taken,
each held for a second in which it is jittered (`photographs.jittered`). Faces and rooms repeat, so that an alarm on one
of them is raised again and again: an hour here is a hard test and a coarse one.
"""

from collections import defaultdict
from dataclasses import dataclass

import numpy as np

from edge_handsign.core.doubt import Prior
from edge_handsign.core.memory import Memory, MemorySettings
from edge_handsign.core.messages import Embedding, Match, Sample
from scripts.streams.photographs import View, jittered
from scripts.streams.stage import Cast

FPS, HOUR = 10, 36_000  # pictures a second, pictures
HELD = 10  # pictures for which one photograph stands: they were taken about a second apart, or are of different people
JITTERS = 8
SIGN, NOTHING, UNTAUGHT = 30, 50, 30  # pictures a stretch
Key = tuple[View, int]  # what is seen, and which jitter of it


@dataclass(frozen=True, slots=True)
class Stretch:
    """A while of the same."""

    sign: str | None  # a taught one; None: nothing, or a sign that was not taught
    untaught: bool
    matches: tuple[Match, ...]  # picture by picture


class Reel:
    """Every picture of some casts, jittered and embedded once."""

    def __init__(self, casts: list[Cast], seed: int) -> None:
        rng = np.random.default_rng(seed)
        self.plain = [View(one) for cast in casts for one in cast.teach]
        shown = [View(one) for cast in casts for one in cast.show] + [view for cast in casts for view in cast.nothing]
        self._jitters = {view: [jittered(view, rng) for _ in range(JITTERS)] for view in dict.fromkeys(shown)}
        self._embedded: dict[View, Embedding] = {}

    @property
    def views(self) -> list[View]:
        """All that has to be embedded."""
        return list(dict.fromkeys([*self.plain, *(one for jitters in self._jitters.values() for one in jitters)]))

    def develop(self, embeddings: dict[View, Embedding]) -> None:
        """What the backbone makes of each."""
        self._embedded = embeddings

    def seen(self, view: View) -> Embedding:
        """A picture as it is."""
        return self._embedded[view]

    def jitter(self, view: View, number: int) -> Embedding:
        """A picture a moment later."""
        return self._embedded[self._jitters[view][number]]


def taught(reel: Reel, cast: Cast, shots: int, rng: np.random.Generator, prior: Prior | None) -> Memory:
    """A memory that has had its lessons."""
    lessons = cast.lessons(cast.signs(rng), shots, rng)
    memory = Memory(len(reel.seen(lessons[0]).vector), MemorySettings(), prior)
    for number, view in enumerate(lessons):
        memory.teach(Sample(number, view.photograph.sign, number, reel.seen(view).vector))
    return memory


def hour(reel: Reel, cast: Cast, memory: Memory, rng: np.random.Generator) -> list[Stretch]:
    """Sign, nothing, and every second time a sign that was not taught and nothing again."""
    known = memory.counts().keys()
    lots: dict[str | None, list[View]] = defaultdict(list)
    for one in cast.show:
        lots[one.sign].append(View(one))
    lots[None] = list(cast.nothing)
    answers = _Answers(reel, memory, rng)
    signs, others = sorted(known & lots.keys()), sorted(lots.keys() - known - {None}, key=str)
    stretches: list[Stretch] = []
    length = turn = 0
    while length < HOUR:
        sign = signs[rng.integers(len(signs))]
        stretches.append(Stretch(sign, untaught=False, matches=answers.run(lots[sign], SIGN)))
        stretches.append(Stretch(None, untaught=False, matches=answers.run(lots[None], NOTHING)))
        if turn % 2 and others:
            other = others[rng.integers(len(others))]
            stretches.append(Stretch(None, untaught=True, matches=answers.run(lots[other], UNTAUGHT)))
            stretches.append(Stretch(None, untaught=False, matches=answers.run(lots[None], NOTHING)))
        turn += 1
        length = sum(len(stretch.matches) for stretch in stretches)
    return stretches


class _Answers:
    """The memory's, each asked for once."""

    def __init__(self, reel: Reel, memory: Memory, rng: np.random.Generator) -> None:
        self._reel, self._memory, self._rng = reel, memory, rng
        self._known: dict[Key, Match] = {}

    def run(self, lot: list[View], length: int) -> tuple[Match, ...]:
        """Pictures of a lot one after another, from somewhere on."""
        start = int(self._rng.integers(len(lot)))
        places = [(start + picture // HELD) % len(lot) for picture in range(length)]
        return tuple(self._answer((lot[place], int(self._rng.integers(JITTERS)))) for place in places)

    def _answer(self, key: Key) -> Match:
        if key not in self._known:
            seen = self._reel.jitter(*key)
            self._known[key] = self._memory.match(seen.vector, seen.presence)
        return self._known[key]
