"""What QEMU's blklogwrites wrote down, as the events of tests/faults: the machine's disk, cut anywhere and looked at.

The format is that of the kernel's device-mapper target log-writes (admin-guide/device-mapper/log-writes.rst): a
superblock, then for each request a header of one sector and its data. What is written behind `end` acknowledges.
"""

import struct
from collections.abc import Iterator, Sequence
from itertools import cycle, islice
from pathlib import Path
from tempfile import TemporaryDirectory

from edge_handsign.errors import StoreError
from edge_handsign.store import Store
from tests.faults.card import Reboots
from tests.faults.cuts import cuts, spread, stretches
from tests.faults.disk import Acknowledged, Event, Flush, Write

SECTOR = 512
SUPERBLOCK, ENTRY = struct.Struct("<QQQI"), struct.Struct("<QQQQ")
MAGIC = 0x6A736677736872
FLUSH, FUA, DISCARD = 1, 2, 4
NOBODY, DIMENSION = b"v" * 32, 1024  # samples are counted whoever's they are


def events(log: Path, end: int) -> Iterator[Event]:
    """In the order of their arrival."""
    with log.open("rb") as file:
        magic, _, entries, sector_size = SUPERBLOCK.unpack(file.read(SUPERBLOCK.size))
        if (magic, sector_size) != (MAGIC, SECTOR):
            raise ValueError(f"{log} is no log of blklogwrites")
        file.seek(SECTOR)
        for _ in range(entries):
            sector, sectors, flags, _ = ENTRY.unpack_from(file.read(SECTOR))
            data = b"" if flags & DISCARD else file.read(sectors * SECTOR)
            if flags & FLUSH:
                yield Flush()
            if data:
                yield Acknowledged() if sector * SECTOR >= end else Write(sector * SECTOR, data)
            if flags & FUA:
                yield Flush()


def looked_at(log: Path, before: bytes, signs: Sequence[str], count: int) -> str:
    """So many states after a cut, each mounted as after a reboot; AssertionError when a taught sample is missing."""
    found = stretches(events(log, len(before)), before)
    possible = list(cuts(found))
    samples = 0
    with TemporaryDirectory() as name, Reboots(Path(name), before) as reboots:
        states = spread(possible, count)
        for cut in states:
            acknowledged = cut.acknowledged(found[cut.stretch])
            with reboots.after(cut, found) as card:
                kept = _kept(card)
            allowed = [_after(lessons, signs) for lessons in (*acknowledged, acknowledged[-1] + 1)]
            assert kept in allowed, f"{cut}: {acknowledged} lessons were acknowledged, found are {kept}"
            samples += acknowledged[-1]
    assert found[-1].acknowledged, "nothing was acknowledged"
    return f"{len(states)} of {len(possible)} states after a cut: {samples} acknowledged samples, all there"


def _after(lessons: int, signs: Sequence[str]) -> dict[str, int]:
    taught = list(islice(cycle(signs), lessons))
    return {sign: taught.count(sign) for sign in signs if sign in taught}


def _kept(card: Path) -> dict[str, int]:
    try:
        with Store(card, NOBODY, DIMENSION, "after a cut", keep_free=0) as store:
            return {taught.sign: taught.awake + taught.asleep for taught in store.census().signs}
    except StoreError as error:
        raise AssertionError(str(error)) from error
