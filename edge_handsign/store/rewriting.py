"""The same file with a difference, row by row: what a whole new one is made of that then takes the old one's place.

So a sign gets another name, and so what another box was taught comes in: a little at a time, in a draft that nobody
reads. Whatever ends it before its last step, nothing has changed.
"""

from collections.abc import Callable, Generator, Iterable, Iterator
from dataclasses import dataclass, replace
from itertools import islice

from edge_handsign.core.messages import Sample
from edge_handsign.errors import PlainError
from edge_handsign.store.backbone import Backbone
from edge_handsign.store.draft import Surroundings
from edge_handsign.store.loading import served
from edge_handsign.store.packing import Unpacker
from edge_handsign.store.row import Row
from edge_handsign.store.scan import AT_ONCE
from edge_handsign.store.unpacking import ParcelError, Unpacking


def renamed(own: Iterable[Row], sign: str, name: str) -> Iterator[Row]:
    """One sign is called something else."""
    for row in own:
        yield row._replace(sign=name) if row.sign == sign else row


@dataclass(frozen=True, slots=True)
class Taken:
    """What came in, under ids and lessons of this box."""

    rows: tuple[Row, ...]
    known: int  # samples that were here already
    backbone: Backbone

    @property
    def asleep(self) -> int:
        """How many are of another backbone."""
        return len(self.rows) - len(self.backbone.awake(self.rows))

    def lots(self) -> Iterator[list[Sample]]:
        """Those that are awake, for a memory: as many at once as take a moment."""
        unpacker = Unpacker(self.backbone.dimension)
        awake = (row for row in self.rows if self.backbone.made(row))
        while some := list(islice(awake, AT_ONCE)):
            yield served(some, unpacker)


class Taking:
    """What of a parcel is new here, given what is here."""

    def __init__(self, source: Unpacking, around: Surroundings, backbone: Backbone) -> None:
        """ParcelError when a model has other dimensions here."""
        self._source, self._backbone = source, backbone
        self._have: set[bytes] = set()
        self._new: list[Row] = []
        self._last_id, self._all = around.last_id, 0
        self.around = replace(around, models=_joined(around.models, source.models))

    def look(self, own: Iterator[Row]) -> Generator[None]:
        """At what is here, then at what would come in."""
        while some := list(islice(own, AT_ONCE)):
            self._have.update(row.content() for row in some)
            self._last_id = max(self._last_id, some[-1].id)
            yield
        source = self._source.rows
        while some := list(islice(source, AT_ONCE)):
            self._all += len(some)
            self._new += filter(self._is_new, some)
            yield

    def agree(self, most: Callable[[], int], number: Callable[[int], int]) -> tuple[Row, ...]:
        """What is new, with its numbers here; PlainError when more samples are awake than are wanted."""
        awake = len(self._backbone.awake(self._new))
        if awake > most():
            raise PlainError(f"there is no room for {awake} more samples: raise memory.capacity, or forget a sign")
        theirs = {lesson: place for place, lesson in enumerate(dict.fromkeys(row.lesson for row in self._new))}
        first = number(len(theirs)) if theirs else 0
        return tuple(
            row._replace(id=fresh, lesson=first + theirs[row.lesson])
            for fresh, row in enumerate(self._new, self._last_id + 1)
        )

    def taken(self, rows: tuple[Row, ...]) -> Taken:
        """In the end."""
        return Taken(rows, self._all - len(rows), self._backbone)

    def _is_new(self, row: Row) -> bool:
        content = row.content()
        is_new = content not in self._have
        self._have.add(content)
        return is_new


def _joined(mine: tuple[Backbone, ...], theirs: tuple[Backbone, ...]) -> tuple[Backbone, ...]:
    models = {model.fingerprint: model for model in mine}
    for one in theirs:
        here = models.setdefault(one.fingerprint, one).dimension
        if here != one.dimension:
            raise ParcelError(f"{one.name}: its embeddings have {here} numbers here and {one.dimension} there")
    return tuple(models.values())
