"""How the slots of a table are laid out: fields of a dataclass, each with its kind, in the order of their numbers."""

from dataclasses import dataclass, field, fields
from typing import Any

OFFSET = "I"  # struct code of a reference


@dataclass(frozen=True, slots=True)
class Kind:
    """How a slot is laid out: `shape` is scalar, vector, bytes, text, table, tables, union or forbidden."""

    shape: str
    code: str = ""  # struct code of the (element) scalar
    table: type | None = None


def scalar(code: str, default: float = 0) -> Any:
    """One number; `code` as in struct."""
    return field(default=default, metadata={"kind": Kind("scalar", code)})


def vector(code: str) -> Any:
    """A tuple of numbers."""
    return field(default=(), metadata={"kind": Kind("vector", code)})


def data() -> Any:
    """Bytes that are not copied."""
    return field(default=b"", metadata={"kind": Kind("bytes")})


def text() -> Any:
    """UTF-8, closed by a zero."""
    return field(default="", metadata={"kind": Kind("text")})


def one(table: type) -> Any:
    """A table, or None."""
    return field(default=None, metadata={"kind": Kind("table", table=table)})


def many(table: type) -> Any:
    """A tuple of tables."""
    return field(default=(), metadata={"kind": Kind("tables", table=table)})


def union() -> Any:
    """A table whose class the slot before names."""
    return field(default=None, metadata={"kind": Kind("union")})


def forbidden() -> Any:
    """A slot that must be empty."""
    return field(default=None, metadata={"kind": Kind("forbidden")})


Slots = tuple[tuple[str, Kind, Any], ...]
_SLOTS: dict[type[Any], Slots] = {}  # worked out once a table


def slots(table: type[Any]) -> Slots:
    """(name, kind, default) of each slot of a table, in order."""
    if table not in _SLOTS:
        _SLOTS[table] = tuple(
            (each.name, each.metadata["kind"], each.default) for each in fields(table) if each.metadata
        )
    return _SLOTS[table]
