"""The work that is interrupted, done to the real store, and what it then serves."""

import argparse
import ctypes
import os
import random
from collections.abc import Callable, Mapping
from functools import cache
from io import BytesIO
from itertools import islice
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from edge_handsign.core.messages import NonSigns, Teach
from edge_handsign.store import Parcel, Store, Unpacking
from edge_handsign.store.backbone import Backbone
from edge_handsign.store.packing import packed
from edge_handsign.store.row import Row
from tests.faults.kept import ROOM, Change, Kept, plan

DIMENSION = 128
OURS = b"o" * 32
SIGNS, RENAMED = ("even", "odd"), ("even too", "odd too")
SAME = 1e-6  # less than one flipped bit of a number that a network gave
COPY_S = 1000.0  # between two changes, by the store's clock: a copy is always due


def opened(folder: Path) -> Store:
    """The real store; on a disk of a few MB it may use the last byte."""
    return Store(folder, OURS, DIMENSION, "backbone", keep_free=0)


@cache
def vector(lesson: int) -> NDArray[np.float32]:
    """(d,) of unit length, another one for each lesson; in the direction of whole numbers, as a network's are."""
    made = np.random.default_rng(lesson).integers(-128, 128, DIMENSION).astype(np.float32)
    return made / np.float32(np.linalg.norm(made))


def room(number: int) -> NonSigns:
    """What a quiet minute of that number has seen."""
    trials = np.stack([vector(number + 1), vector(number + 2)])
    return NonSigns(vector(number)[None], trials, np.array(divmod(number, 2**12), np.float32))


def make(store: Store, change: Change) -> None:
    """Carry it out; it is durable when this returns."""
    kind, number = change
    MAKE[kind](store, number)


def parcel(lesson: int) -> bytes:
    """A file of this lesson and the next; there they have other numbers."""
    rows = tuple(
        Row(place, SIGNS[number % 2], place, OURS, 1, packed(vector(number)))
        for place, number in enumerate((lesson, lesson + 1), 1)
    )
    return Parcel((Backbone(OURS, DIMENSION, "backbone"),), rows).packed()


def _take(store: Store, lesson: int) -> None:
    store.orders.taking(Unpacking(BytesIO(parcel(lesson))), lambda: 2, lambda _: lesson).run()


def _rename(store: Store, parity: int) -> None:
    if not store.orders.count(RENAMED[parity]):  # else that name is taken
        store.orders.renaming(SIGNS[parity], RENAMED[parity]).run()


MAKE: Mapping[str, Callable[[Store, int], object]] = {
    "teach": lambda store, lesson: store.teach(Teach(SIGNS[lesson % 2], lesson, vector(lesson))),
    "undo": lambda store, lesson: store.undo(lesson),
    "forget": lambda store, parity: store.forget(SIGNS[parity]),
    "settle": lambda store, number: store.settle(room(number)),
    "import": _take,
    "rename": _rename,
    "forget renamed": lambda store, parity: store.forget(RENAMED[parity]),
}


def served(store: Store) -> Kept:
    """What it serves: each lesson once, with its own embedding and under a name of its own sign; and the room."""
    found = store.load()
    kept = frozenset(_lesson(sample.lesson, sample.sign) for sample in found.samples)
    assert len(kept) == len(found.samples), "a lesson is served twice"
    for sample in found.samples:
        off = np.abs(sample.vector - vector(sample.lesson)).max()
        assert off < SAME, f"lesson {sample.lesson} is served damaged"
    return kept | _rooms(found.room)


def _lesson(lesson: int, sign: str) -> int:
    names = SIGNS[lesson % 2], RENAMED[lesson % 2]
    assert sign in names, f"lesson {lesson} is served as {sign}"
    return lesson if sign == names[0] else -lesson


def _rooms(found: NonSigns | None) -> Kept:
    if found is None:
        return frozenset()
    number = int(found.presence[0]) * 2**12 + int(found.presence[1])
    expected = room(number)
    assert all(map(np.array_equal, (found.near, found.trials), (expected.near, expected.trials))), "another room"
    return frozenset({ROOM + number})


def sync(folder: Path) -> None:
    """What another program on the same card may do at any time."""
    descriptor = os.open(folder, os.O_RDONLY)
    ctypes.CDLL(None).syncfs(descriptor)
    os.close(descriptor)


def main() -> None:
    """In a process of its own: work, acknowledge each change by one byte once it is durable, and write at the copy."""
    parser = argparse.ArgumentParser(description=main.__doc__)
    parser.add_argument("folder", type=Path)
    parser.add_argument("acknowledge", type=Path, help="file that each byte is written to")
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--changes", type=int, default=50)
    parser.add_argument("--sync", type=int, default=10, help="after so many changes another program syncs the card")
    args = parser.parse_args()
    descriptor, chance = os.open(args.acknowledge, os.O_WRONLY), random.Random(args.seed)
    with opened(args.folder) as store:
        for number, change in enumerate(islice(plan(args.seed), args.changes), 1):
            make(store, change)
            os.write(descriptor, b".")
            for step in range(chance.randrange(6)):  # the copy: begun, half way, or in its place
                store.tend(number * COPY_S + (step > 0) * COPY_S / 2)
            if number % args.sync == 0:
                sync(args.folder)
    os.close(descriptor)


if __name__ == "__main__":
    main()
