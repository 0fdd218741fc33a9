"""What one setting may be, said once: the reader holds values against it, errors and the written page quote it."""

import math
import re
from collections.abc import Mapping
from dataclasses import Field, dataclass
from pathlib import Path
from types import UnionType
from typing import Any, Union, get_args, get_origin

from edge_handsign.config.outline import Leaf, Node, Table

NOUNS = {bool: "true or false", int: "a whole number", float: "a number", str: "text", Path: "a path"}
WHOLE = re.compile(r"[-+]?(0|[1-9][0-9]{0,14})", re.ASCII)  # no octal, no 1_000: a maker would not mean it
NUMBER = re.compile(r"[-+]?([0-9]+\.?[0-9]*|\.[0-9]+)([eE][-+]?[0-9]+)?", re.ASCII)
LONGEST = 1000  # characters of text


class Refused(Exception):
    """The value is not what the rule allows; `str(refused)` is an afterthought that may help, often empty."""


@dataclass(frozen=True, slots=True)
class Rule:
    """One value: its type, whether it may be null, its bounds (inclusive) or its choices."""

    kind: type
    optional: bool = False
    low: float | None = None
    high: float | None = None
    choices: tuple[str, ...] = ()
    length: int | None = None  # of a list of such values; 0: any; None: no list

    def allowed(self) -> str:
        """In words, for people: "a number from 0.005 to 0.2", "up, down or off"."""
        words = alternatives(self.choices) if self.choices else NOUNS.get(self.kind, "keys with values") + self._range()
        if self.length is not None:
            words = f"a list{f' of {self.length}' if self.length else ''}, each {words}"
        return f"{words} or null" if self.optional else words

    def _range(self) -> str:
        if self.low is not None and self.high is not None:
            return f" from {number(self.low)} to {number(self.high)}"
        if self.low is not None:
            return f" of at least {number(self.low)}"
        return "" if self.high is None else f" of at most {number(self.high)}"

    def value(self, leaf: Leaf) -> bool | int | float | str | Path:
        """The leaf as a value of this kind; Refused when it is not one."""
        if self.kind is bool:
            return _truth(leaf)
        if self.kind in (int, float):
            return self._number(leaf)
        return self._text(leaf)

    def _number(self, leaf: Leaf) -> int | float:
        written = (WHOLE if self.kind is int else NUMBER).fullmatch(leaf.text)
        if leaf.kind not in ("int", "float") or not written:
            raise Refused
        value: float = self.kind(leaf.text)
        if not math.isfinite(value):
            raise Refused
        if (self.low is not None and value < self.low) or (self.high is not None and value > self.high):
            raise Refused
        return value

    def _text(self, leaf: Leaf) -> str | Path:
        if leaf.kind != "str":
            raise Refused("; put it in quotes if it is text" if not self.choices and leaf.kind != "null" else "")
        if self.choices and leaf.text not in self.choices:
            raise Refused
        if not leaf.text.isprintable() or len(leaf.text) > LONGEST:
            raise Refused(f"; only letters, digits and signs that can be printed, at most {LONGEST}")
        if self.kind is Path and not leaf.text:
            raise Refused
        return Path(leaf.text) if self.kind is Path else leaf.text


def _truth(leaf: Leaf) -> bool:
    if leaf.kind != "bool" or leaf.text.lower() not in ("true", "false"):
        raise Refused
    return leaf.text.lower() == "true"


def rule_of(hint: Any, metadata: Mapping[str, Any]) -> Rule:
    """The rule of a field, from its type hint and what its knob says."""
    kind, optional = plain(hint)
    choices = tuple(metadata.get("choices", ()))
    length = None
    if get_origin(kind) is tuple:
        kind, *others = get_args(kind)
        length = 0 if others == [...] else 1 + len(others)
    return Rule(kind, optional, metadata.get("low"), metadata.get("high"), choices, length)


def plain(hint: Any) -> tuple[Any, bool]:
    """The hint without its None, and whether it had one."""
    if get_origin(hint) not in (Union, UnionType):
        return hint, False
    kinds = [kind for kind in get_args(hint) if kind is not type(None)]
    assert len(kinds) == 1, f"a setting has one type, or one type and None, not {hint}"
    return kinds[0], True


def meaning(field: Field[Any]) -> str:
    """What the field's knob says it means."""
    return str(field.metadata.get("meaning", ""))


def alternatives(words: tuple[str, ...]) -> str:
    """Words as a choice: "up, down or off"."""
    return " or ".join(filter(None, [", ".join(words[:-1]), words[-1]]))


def number(value: float) -> str:
    """A bound, as short as it can be said."""
    return str(int(value)) if value == int(value) else f"{value:g}"


def shown(node: Node) -> str:
    """What was written, short and harmless enough for an error."""
    if isinstance(node, Leaf):
        text = node.text if len(node.text) <= 40 else node.text[:39] + "…"
        return "nothing" if node.kind == "null" and not text else repr(text)
    return "keys with values" if isinstance(node, Table) else f"a list of {len(node.items)}"
