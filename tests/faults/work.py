"""The work that is interrupted: an endless mix of teach, undo and forget, and what a store must have kept of it.

Every lesson is taught under its own number; its sign and its embedding follow from the number, so that a set of numbers
is all there is to know about what a store should hold.
"""

import argparse
import ctypes
import os
import random
from collections.abc import Iterator
from functools import cache
from itertools import islice
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from edge_handsign.core.messages import Teach
from edge_handsign.store import Store

DIMENSION = 128
OURS = b"o" * 32
SIGNS = ("even", "odd")
SAME = 1e-6  # less than one flipped bit of a number that a network gave

Kept = frozenset[int]  # lessons
Change = tuple[str, int]


def opened(folder: Path) -> Store:
    """The real store; on a disk of a few MB it may use the last byte."""
    return Store(folder, OURS, DIMENSION, "backbone", keep_free=0)


@cache
def vector(lesson: int) -> NDArray[np.float32]:
    """(d,) of unit length, another one for each lesson; in the direction of whole numbers, as a network's are."""
    made = np.random.default_rng(lesson).integers(-128, 128, DIMENSION).astype(np.float32)
    return made / np.float32(np.linalg.norm(made))


def plan(seed: int) -> Iterator[Change]:
    """Endless: teach, sometimes undo one of the last three lessons, now and then forget all odd ones."""
    chance = random.Random(seed)
    for lesson in range(seed * 10_000 + 1, (seed + 1) * 10_000):
        yield "teach", lesson
        if chance.random() < 0.2:
            yield "undo", lesson - chance.randrange(3)
        if chance.random() < 0.05:
            yield "forget", 1


def make(store: Store, change: Change) -> None:
    """Carry it out; it is durable when this returns."""
    match change:
        case "teach", lesson:
            store.teach(Teach(SIGNS[lesson % 2], lesson, vector(lesson)))
        case "undo", lesson:
            store.undo(lesson)
        case _, parity:
            store.forget(SIGNS[parity])


def after(kept: Kept, change: Change) -> Kept:
    """What there should be then."""
    match change:
        case "teach", lesson:
            return kept | {lesson}
        case "undo", lesson:
            return kept - {lesson}
        case _, parity:
            return frozenset(lesson for lesson in kept if lesson % 2 != parity)


def states(seed: int, changes: int, kept: Kept = frozenset()) -> list[Kept]:
    """What there should be after none, one, two... of them."""
    found = [kept]
    for change in islice(plan(seed), changes):
        found.append(after(found[-1], change))
    return found


def served(store: Store) -> Kept:
    """The lessons that it serves, each once, under its own sign and with its own embedding."""
    samples = store.load().samples
    for sample in samples:
        assert sample.sign == SIGNS[sample.lesson % 2], f"lesson {sample.lesson} is served as {sample.sign}"
        off = np.abs(sample.vector - vector(sample.lesson)).max()
        assert off < SAME, f"lesson {sample.lesson} is served damaged"
    kept = frozenset(sample.lesson for sample in samples)
    assert len(kept) == len(samples), "a lesson is served twice"
    return kept


def sync(folder: Path) -> None:
    """What another program on the same card may do at any time."""
    descriptor = os.open(folder, os.O_RDONLY)
    ctypes.CDLL(None).syncfs(descriptor)
    os.close(descriptor)


def main() -> None:
    """In a process of its own: work, and acknowledge each change by one byte once it is durable."""
    parser = argparse.ArgumentParser(description=main.__doc__)
    parser.add_argument("folder", type=Path)
    parser.add_argument("acknowledge", type=Path, help="file that each byte is written to")
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--changes", type=int, default=50)
    parser.add_argument("--sync", type=int, default=10, help="after so many changes another program syncs the card")
    args = parser.parse_args()
    descriptor = os.open(args.acknowledge, os.O_WRONLY)
    with opened(args.folder) as store:
        for number, change in enumerate(islice(plan(args.seed), args.changes), 1):
            make(store, change)
            os.write(descriptor, b".")
            if number % args.sync == 0:
                sync(args.folder)
    os.close(descriptor)


if __name__ == "__main__":
    main()
