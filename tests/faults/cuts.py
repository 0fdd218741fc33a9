"""What a card may hold after the power went, given the log of a recording disk: every state once.

Until a flush is answered, a disk owes nothing that was sent after the flush before. So between two flushes a cut may
leave any part of what was sent there. Enumerated are, for every position of the cut: nothing of it, everything, each
single 4 KiB block missing, each prefix of blocks, and the last block torn at each 512 bytes; those only that differ.

Many positions leave the same state. It must be right for all of them: at each, what was acknowledged until then, or one
change more.
"""

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, field

from tests.faults.disk import Acknowledged, Event, Flush, Write

BLOCK, SECTOR = 4096, 512


@dataclass(frozen=True, slots=True)
class Block:
    """A write, or a part of one, that a card can have or not have."""

    at: int
    data: bytes
    old: bytes  # what was there before
    acknowledged: int  # changes that were when it was sent

    def tears(self) -> Iterator[int]:
        """How many of its bytes may have arrived, where it makes a difference."""
        for torn in range(SECTOR, len(self.data), SECTOR):
            last = slice(torn - SECTOR, torn)
            if self.data[last] != self.old[last] and self.data[torn:] != self.old[torn:]:
                yield torn


@dataclass(slots=True)
class Stretch:
    """What was sent between two flushes."""

    before: int  # changes acknowledged when the last block before it was sent
    blocks: list[Block] = field(default_factory=list)
    acknowledged: int = 0  # changes acknowledged when it ended

    def last(self, place: int, blocks: int) -> bool:
        """Whether none of the first `blocks` overwrites the one at `place`."""
        return all(block.at != self.blocks[place].at for block in self.blocks[place + 1 : blocks])


@dataclass(frozen=True, slots=True)
class Cut:
    """One state: the first `blocks` of the stretch without `missing`, then `torn` bytes of the next."""

    stretch: int
    kind: str
    blocks: int
    missing: int | None = None
    torn: int = 0

    def left(self, stretch: Stretch) -> Iterator[tuple[int, bytes]]:
        """Where and what of the stretch is on the card."""
        for place, block in enumerate(stretch.blocks[: self.blocks]):
            if place != self.missing:
                yield block.at, block.data
        if self.torn:
            block = stretch.blocks[self.blocks]
            yield block.at, block.data[: self.torn]

    def acknowledged(self, stretch: Stretch) -> range:
        """How many changes were acknowledged at the positions that leave this state."""
        sent = self.blocks + bool(self.torn)
        first = stretch.blocks[sent - 1].acknowledged if sent else stretch.before
        return range(first, stretch.acknowledged + 1)


def stretches(events: Iterable[Event], content: bytes) -> list[Stretch]:
    """The log, cut at its flushes; `content` is what was on the card before."""
    card, found, acknowledged = bytearray(content), [Stretch(0)], 0
    for event in events:
        match event:
            case Acknowledged():
                acknowledged += 1
            case Write():
                for block in _blocks(event, card, acknowledged):
                    if block.data != block.old or any(block.at == other.at for other in found[-1].blocks):
                        found[-1].blocks.append(block)
                card[event.at : event.at + len(event.data)] = event.data
            case Flush():
                if found[-1].blocks:
                    found[-1].acknowledged = acknowledged
                    found.append(Stretch(found[-1].blocks[-1].acknowledged))
    found[-1].acknowledged = acknowledged
    return found


def _blocks(write: Write, card: bytearray, acknowledged: int) -> Iterator[Block]:
    for start in range(0, len(write.data), BLOCK):
        data, at = write.data[start : start + BLOCK], write.at + start
        yield Block(at, data, bytes(card[at : at + len(data)]), acknowledged)


def cuts(found: Sequence[Stretch]) -> Iterator[Cut]:
    """Every state, once, in the order of the log."""
    for number, stretch in enumerate(found):
        yield Cut(number, "all or nothing", 0)  # nothing of this stretch is all of the one before
        for place, block in enumerate(stretch.blocks):
            for torn in block.tears():
                yield Cut(number, "torn", place, torn=torn)
            for missing in range(place):
                if stretch.last(missing, place + 1):
                    yield Cut(number, "one missing", place + 1, missing=missing)
            if place + 1 < len(stretch.blocks):
                yield Cut(number, "prefix", place + 1)
    if found[-1].blocks:
        yield Cut(len(found) - 1, "all or nothing", len(found[-1].blocks))


def spread(states: Sequence[Cut], count: int) -> list[Cut]:
    """`count` of them, evenly over the log; all when there are not so many."""
    if count >= len(states):
        return list(states)
    return [states[place * len(states) // count] for place in range(count)]
