"""Reading a flatbuffer that nobody vouches for: every offset, length and count is checked before it is followed.

A TFLite interpreter trusts the file it is given and dies of a wrong byte (a segmentation fault, not an exception), so
this reader sees every file first. It follows the generated C++ verifier: everything inside the file, everything
aligned, strings closed by a zero. It reads no slot that `schema` does not know, and refuses a file that has one.
"""

import struct
from typing import Any, NoReturn, TypeVar

from edge_handsign.errors import ModelError
from edge_handsign.models.format.options import UNION
from edge_handsign.models.format.schema import IDENTIFIER
from edge_handsign.models.format.slots import OFFSET, Kind, slots

T = TypeVar("T")

MAX_VALUES = 2_000_000  # numbers and tables read in all: a hostile file may point at one table a million times


def damaged(what: str) -> NoReturn:
    """Refuse the file: `what` completes the sentence."""
    raise ModelError(f"the file is damaged, or no TFLite model: {what}; fetch it again")


class Reader:
    """One file's bytes. `root(Model)` returns the whole file as frozen dataclasses; weights stay views of the bytes."""

    def __init__(self, content: bytes) -> None:
        self._content = memoryview(content).toreadonly()
        self._budget = MAX_VALUES

    def root(self, table: type[T]) -> T:
        """The table at the root, with all that hangs on it."""
        if len(self._content) < 16 or self._content[4:8] != IDENTIFIER:
            raise ModelError("this is not a TFLite model: a .tflite file has the letters TFL3 at its fifth byte")
        return self._table(self._follow(0), table)

    def _number(self, at: int, code: str) -> Any:
        return self._numbers(at, code, 1)[0]

    def _numbers(self, at: int, code: str, count: int) -> tuple[Any, ...]:
        size = struct.calcsize(code)
        self._spend(count)
        if at % size or at < 0 or at + size * count > len(self._content):
            damaged(f"{count} numbers at byte {at} do not fit in its {len(self._content)} bytes")
        return struct.unpack_from(f"<{count}{code}", self._content, at)

    def _spend(self, count: int) -> None:
        self._budget -= count
        if self._budget < 0:
            damaged("it has more entries than any image model")

    def _follow(self, at: int) -> int:
        """Where the offset stored at `at` points."""
        target = at + int(self._number(at, OFFSET))
        if not at < target <= len(self._content) - 4:
            damaged(f"the offset at byte {at} points outside")
        return target

    def _vtable(self, at: int) -> tuple[int, tuple[int, ...]]:
        """(size of the table at `at`, the place of each slot in it, 0 for an absent one)."""
        start = at - int(self._number(at, "i"))
        length, size = self._numbers(start, "H", 2)
        if length < 4 or length % 2 or size < 4 or at + size > len(self._content):
            damaged(f"the table at byte {at} has impossible sizes")
        return size, self._numbers(start + 4, "H", (length - 4) // 2)

    def _table(self, at: int, table: type[T]) -> T:
        size, places = self._vtable(at)
        known = slots(table)
        if any(places[len(known) :]):
            raise ModelError(
                f"the model's {table.__name__} has parts newer than this program knows; use an older export"
            )
        values: dict[str, Any] = {}
        for place, (name, kind, default) in zip(places, known, strict=False):
            values[name] = self._slot(at, place, size, kind, values) if place else default
            if place and kind.shape == "forbidden":
                raise ModelError(f"the model's {table.__name__} uses {name}, which no image classifier needs")
        return table(**values)

    def _slot(self, at: int, place: int, table_size: int, kind: Kind, before: dict[str, Any]) -> Any:
        size = struct.calcsize(kind.code if kind.shape == "scalar" else OFFSET)
        if place < 4 or place + size > table_size:
            damaged(f"the table at byte {at} has a slot outside itself")
        if kind.shape == "scalar":
            return self._number(at + place, kind.code)
        if kind.shape == "forbidden":
            return None
        return self._reference(self._follow(at + place), kind, before)

    def _reference(self, target: int, kind: Kind, before: dict[str, Any]) -> Any:
        if kind.shape == "vector":
            return self._vector(target, kind.code)
        if kind.shape == "tables":
            return self._tables(target, kind)
        if kind.shape == "bytes":
            return self._bytes(target, 0)
        if kind.shape == "text":
            return self._text(target)
        return self._table(target, kind.table or self._member(before))

    def _member(self, before: dict[str, Any]) -> type:
        code = list(before.values())[-1]  # a union's type is the slot before it
        if code not in UNION:
            raise ModelError(f"the model tells an operator things of kind {code}, which no image classifier needs")
        return UNION[code]

    def _vector(self, target: int, code: str) -> tuple[Any, ...]:
        return self._numbers(target + 4, code, self._number(target, OFFSET))

    def _tables(self, target: int, kind: Kind) -> tuple[Any, ...]:
        assert kind.table is not None
        count = len(self._vector(target, OFFSET))
        return tuple(self._table(self._follow(target + 4 + 4 * index), kind.table) for index in range(count))

    def _bytes(self, target: int, closing: int) -> memoryview:
        count = self._number(target, OFFSET)
        if target + 4 + count + closing > len(self._content):
            damaged(f"{count} bytes at byte {target} reach past its end")
        return self._content[target + 4 : target + 4 + count]

    def _text(self, target: int) -> str:
        found = self._bytes(target, 1)
        self._spend(len(found))
        if self._content[target + 4 + len(found)]:
            damaged(f"the name at byte {target} is not closed")
        try:
            return str(found, "utf-8")
        except UnicodeDecodeError:
            damaged(f"the name at byte {target} is not text")
