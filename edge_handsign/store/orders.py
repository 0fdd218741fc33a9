"""What is asked of the store and takes longer than a tick: counting, renaming, taking in, copying. Each is an errand,
given to the store to be done by and by, or run at once where nobody else wants a turn.
"""

from collections.abc import Callable, Generator, Iterator
from itertools import chain
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from edge_handsign.core.messages import Frame
from edge_handsign.errors import PlainError
from edge_handsign.store.answers import Census, Reembedded
from edge_handsign.store.backbone import Backbone
from edge_handsign.store.changes import move
from edge_handsign.store.contents import Contents
from edge_handsign.store.errand import Errand
from edge_handsign.store.rewriting import Taken, Taking, renamed
from edge_handsign.store.row import Row
from edge_handsign.store.scan import verified
from edge_handsign.store.space import insist_on_room
from edge_handsign.store.transaction import transaction
from edge_handsign.store.troubles import explained
from edge_handsign.store.unpacking import Unpacking
from edge_handsign.store.upkeep import Upkeep

NAMED = "SELECT count(*) FROM sign WHERE name = ?"
OF_SIGN = "SELECT count(*) FROM sample WHERE sign_id = (SELECT id FROM sign WHERE name = ?)"
LAST_LESSON = "SELECT coalesce(max(lesson), 0) FROM sample"


class Orders:
    """Main thread only."""

    def __init__(self, upkeep: Upkeep, backbone: Backbone, keep_free: int) -> None:
        self._upkeep, self._backbone, self._keep_free = upkeep, backbone, keep_free

    def counting(self) -> Errand[Census]:
        """How many samples each sign has, and each of its lessons."""
        return Errand(self._count)

    def renaming(self, sign: str, name: str) -> Errand[int]:
        """Call a sign something else; how many samples it has. PlainError when that name is taken."""
        return Errand(lambda: self._rename(sign, name))

    def taking(
        self, source: Unpacking, most: Callable[[], int], number: Callable[[int], int] | None = None
    ) -> Errand[Taken]:
        """Add what another box was taught, all of it or, with a PlainError, nothing: `most` awake samples. `number`
        draws numbers for so many lessons, the first of which it answers.
        """
        return Errand(lambda: self._take(source, most, number or self._number))

    def copying(self) -> Errand[Path]:
        """Where a copy of everything then is."""
        return Errand(self._copy)

    def reembed(self, embed: Callable[[Frame], NDArray[np.float32]]) -> Reembedded:
        """Move the samples of other backbones to this one's, from their pictures; all that can be, durably, or with
        StoreError none. Those without a picture stay asleep. At once, however long it takes.
        """
        upkeep, ids = self._upkeep, dict[int, int]()
        asleep = [row for row in self.contents.scan().rows if not self._backbone.made(row)]
        with upkeep.change(), transaction(upkeep.db, upkeep.path):
            for row in asleep:
                if (frame := upkeep.pictures.of(row.id)) is not None:
                    ids[row.id] = move(upkeep.db, row, self._backbone, embed(frame))
        upkeep.pictures.renumber(ids)
        upkeep.copier.changed()
        return Reembedded(len(ids), len(asleep) - len(ids))

    def count(self, sign: str) -> int:
        """Samples of a sign, at once."""
        return self._asked(OF_SIGN, sign) if self._asked(NAMED, sign) else 0

    @property
    def contents(self) -> Contents:
        """Of the file that is open now."""
        return Contents(self._upkeep.db, self._upkeep.path, self._backbone)

    def _count(self) -> Generator[None, None, Census]:
        return (yield from self.contents.counting())

    def _copy(self) -> Generator[None, None, Path]:
        return (yield from self._upkeep.copier.making())

    def _rename(self, sign: str, name: str) -> Generator[None, None, int]:
        self._upkeep.insist_on_own_ground()
        if self.count(name):
            raise PlainError(f"there is a sign {name} already: forget it first, or choose another name")
        samples = self.count(sign)
        if samples:
            insist_on_room(self._upkeep.folder, self._keep_free)
            yield from self._upkeep.rewrite(renamed(self._own(), sign, name), self.contents.surroundings())
            self._upkeep.withdraw_copies()
        return samples

    def _take(
        self, source: Unpacking, most: Callable[[], int], number: Callable[[int], int]
    ) -> Generator[None, None, Taken]:
        self._upkeep.insist_on_own_ground()
        yield from source.verifying()
        taking = Taking(source, self.contents.surroundings(), self._backbone)
        yield from taking.look(self._own())
        rows = taking.agree(most, number)
        if rows:
            insist_on_room(self._upkeep.folder, self._keep_free)
            yield from self._upkeep.rewrite(chain(self._own(), rows), taking.around)
        return taking.taken(rows)

    def _own(self) -> Iterator[Row]:
        return verified(self._upkeep.db, self._upkeep.path)

    def _number(self, _: int) -> int:
        return self._asked(LAST_LESSON) + 1

    def _asked(self, question: str, *values: str) -> int:
        with explained(self._upkeep.path):
            return int(self._upkeep.db.execute(question, values).fetchone()[0])
