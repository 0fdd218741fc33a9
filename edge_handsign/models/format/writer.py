"""Writing the tables of `schema` as a flatbuffer: parents first, so that every offset points forward as it must.

The `flatbuffers` package could write this too, but it needs a schema package beside it, and neither has a verifier;
with the schema here for the reader, writing is these lines and the product needs neither.
"""

import struct
from typing import Any

from edge_handsign.models.format.schema import IDENTIFIER, Model
from edge_handsign.models.format.slots import OFFSET, Kind, slots

ALIGNMENT = 16  # of weights: schema.fbs says force_align: 16


def encode(model: Model) -> bytes:
    """The .tflite file of a model."""
    writer = _Writer()
    writer.refer(0, writer.table(model))
    return bytes(writer.out)


class _Writer:
    """Called once for each table, depth first; returns where it wrote."""

    def __init__(self) -> None:
        self.out = bytearray(4) + IDENTIFIER
        self._vtables: dict[bytes, int] = {}

    def refer(self, at: int, target: int) -> None:
        struct.pack_into("<I", self.out, at, target - at)

    def table(self, value: object) -> int:
        present = [
            (slot, kind, got)
            for slot, (name, kind, default) in enumerate(slots(type(value)))
            if (got := getattr(value, name)) != default and kind.shape != "forbidden"
        ]
        places, size = _lay_out(present)
        vtable = self._vtable(places, size)
        self._pad(8, 0)
        start = len(self.out)
        self.out += struct.pack("<i", start - vtable) + bytes(size - 4)
        for slot, kind, got in present:
            if kind.shape == "scalar":
                struct.pack_into("<" + kind.code, self.out, start + places[slot], got)
            else:
                self.refer(start + places[slot], self._reference(kind, got))
        return start

    def _vtable(self, places: dict[int, int], size: int) -> int:
        count = max(places, default=-1) + 1
        entries = (places.get(slot, 0) for slot in range(count))
        vtable = struct.pack(f"<{2 + count}H", 4 + 2 * count, size, *entries)
        if vtable not in self._vtables:
            self._pad(2, 0)
            self._vtables[vtable] = len(self.out)
            self.out += vtable
        return self._vtables[vtable]

    def _reference(self, kind: Kind, value: Any) -> int:
        if kind.shape == "vector":
            return self._counted(
                struct.pack(f"<{len(value)}{kind.code}", *value), len(value), struct.calcsize(kind.code)
            )
        if kind.shape == "bytes":
            return self._counted(bytes(value), len(value), ALIGNMENT)
        if kind.shape == "text":
            encoded = value.encode()
            return self._counted(encoded + b"\0", len(encoded), 1)
        if kind.shape == "tables":
            return self._tables(value)
        return self.table(value)

    def _tables(self, values: tuple[object, ...]) -> int:
        start = self._counted(bytes(4 * len(values)), len(values), struct.calcsize(OFFSET))
        for index, value in enumerate(values):
            self.refer(start + 4 + 4 * index, self.table(value))
        return start

    def _counted(self, content: bytes, count: int, alignment: int) -> int:
        self._pad(max(alignment, 4), 4)
        start = len(self.out)
        self.out += struct.pack("<I", count) + content
        return start

    def _pad(self, alignment: int, ahead: int) -> None:
        """Zeros, until what lies `ahead` bytes further is aligned."""
        self.out += bytes(-(len(self.out) + ahead) % alignment)


def _lay_out(present: list[tuple[int, Kind, Any]]) -> tuple[dict[int, int], int]:
    """(slot → place within the table, size of the table), the wide slots first."""
    places, size = {}, 4
    for slot, kind, _ in sorted(present, key=lambda each: -_width(each[1])):
        size += -size % _width(kind)
        places[slot] = size
        size += _width(kind)
    return places, size


def _width(kind: Kind) -> int:
    return struct.calcsize(kind.code if kind.shape == "scalar" else OFFSET)
