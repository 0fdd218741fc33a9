"""What a start is given, put together while the file is read: a row goes as soon as its sample is there."""

from collections.abc import Sequence

from edge_handsign.core.messages import Sample
from edge_handsign.store.backbone import Backbone
from edge_handsign.store.packing import Unpacker
from edge_handsign.store.row import Row


class Loading:
    """All that was found so far."""

    damaged = 0  # as `scanned` counts them

    def __init__(self, backbone: Backbone) -> None:
        self.samples: list[Sample] = []  # of this backbone
        self.ids: list[int] = []  # of the samples of any backbone
        self.last_lesson = 0
        self._backbone, self._unpacker = backbone, Unpacker(backbone.dimension)

    def add(self, rows: list[Row]) -> None:
        """Good ones."""
        self.ids += [row.id for row in rows]
        self.last_lesson = max([self.last_lesson, *[row.lesson for row in rows]])
        self.samples += served(self._backbone.awake(rows), self._unpacker)


def served(rows: Sequence[Row], unpacker: Unpacker) -> list[Sample]:
    """As a memory takes them."""
    vectors = unpacker.unpacked([row.emb for row in rows])
    return [Sample(row.id, row.sign, row.lesson, vector) for row, vector in zip(rows, vectors, strict=True)]
