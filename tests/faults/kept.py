"""What is done to a store, and what there should be then: without a store, so that nothing of it is believed.

Every lesson is taught under its own number; its sign and its embedding follow from the number, and so does what a quiet
minute has seen. So a set of numbers is all there is to know about what a store should hold:

    n               lesson n, under its sign's first name
    -n              the same after its sign was renamed
    ROOM + n        what the quiet minute n has seen
"""

import random
from collections.abc import Callable, Iterable, Iterator, Mapping
from itertools import islice

ROOM = 10**9

Kept = frozenset[int]
Change = tuple[str, int]


def plan(seed: int) -> Iterator[Change]:
    """Endless: teach; sometimes undo one of the last three lessons, now and then settle a room, take two lessons of
    another box in, forget all odd ones, or rename them and later forget them under that name.
    """
    chance, renamed = random.Random(seed), False
    lesson = seed * 10_000
    while True:
        lesson += 1
        yield "teach", lesson
        if chance.random() < 0.2:
            yield "undo", lesson - chance.randrange(3)
        if chance.random() < 0.1:
            lesson += 2
            yield "import", lesson - 1
        if chance.random() < 0.08:
            yield "settle", lesson
        if chance.random() < 0.08:
            yield "forget renamed" if renamed else "rename", 1
            renamed = not renamed
        elif chance.random() < 0.05:
            yield "forget", 1


def after(kept: Kept, change: Change) -> Kept:
    """What there should be then."""
    kind, number = change
    return frozenset(AFTER[kind](kept, number))


def _renamed(kept: Kept, parity: int) -> set[int]:
    if any(_is(-lesson, parity) for lesson in kept):
        return set(kept)
    return {-lesson if _is(lesson, parity) else lesson for lesson in kept}


def _is(lesson: int, parity: int) -> bool:
    """Whether it is under the first name of that sign."""
    return 0 < lesson < ROOM and lesson % 2 == parity


AFTER: Mapping[str, Callable[[Kept, int], Iterable[int]]] = {
    "teach": lambda kept, lesson: kept | {lesson},
    "undo": lambda kept, lesson: kept - {lesson, -lesson},
    "forget": lambda kept, parity: (lesson for lesson in kept if not _is(lesson, parity)),
    "settle": lambda kept, number: {lesson for lesson in kept if lesson < ROOM} | {ROOM + number},
    "import": lambda kept, lesson: kept | {lesson, lesson + 1},
    "rename": _renamed,
    "forget renamed": lambda kept, parity: (lesson for lesson in kept if not _is(-lesson, parity)),
}


def states(seed: int, changes: int, kept: Kept = frozenset()) -> list[Kept]:
    """What there should be after none, one, two... of them."""
    found = [kept]
    for change in islice(plan(seed), changes):
        found.append(after(found[-1], change))
    return found
