"""A tree of YAML becomes settings. Strict, and generic: fields, types and bounds come from the dataclasses themselves.

Every mistake is kept with its line, and reading goes on with the default in its place: one run tells everything.
"""

from collections.abc import Mapping
from dataclasses import fields, is_dataclass
from difflib import get_close_matches
from functools import cache
from typing import Any, TypeVar, get_args, get_origin, get_type_hints

from edge_handsign.config.mistakes import Mistakes
from edge_handsign.config.outline import Leaf, Node, Row, Table
from edge_handsign.config.rules import Refused, Rule, plain, rule_of, shown

T = TypeVar("T")
MOST_ITEMS = 64


class Reader:
    """One tree on its way to settings."""

    def __init__(self, mistakes: Mistakes) -> None:
        self.mistakes = mistakes

    def section(self, node: Node | None, kind: type[T], path: str = "") -> T:
        """A dataclass from its keys; what the file leaves out stays at its default."""
        if node is None or (isinstance(node, Leaf) and node.kind == "null"):
            return kind()
        if not isinstance(node, Table):
            self.mistakes.add(path, f"{path or 'the file'} must be keys with values, not {shown(node)}", node.line)
            return kind()
        hints = get_type_hints(kind)
        knobs = {field.name: field for field in fields(kind)}  # type: ignore[arg-type]  # settings are dataclasses
        given: dict[str, Any] = {}
        for name, value in self._distinct(node, path):
            if name not in knobs:
                self.mistakes.add(_join(path, name), _unknown(name, kind, path), value.line)
                continue
            rule = rule_of(hints[name], knobs[name].metadata)
            self.mistakes.place(_join(path, name), value.line)
            try:
                given[name] = self._value(value, hints[name], rule, _join(path, name))
            except Refused as refused:
                self.mistakes.add(_join(path, name), str(refused))
        return kind(**given)

    def _distinct(self, table: Table, path: str) -> list[tuple[str, Node]]:
        """The pairs whose key is a word that was not there before."""
        first: dict[str, int] = {}
        pairs: list[tuple[str, Node]] = []
        for key, value in table.pairs:
            if not isinstance(key, Leaf):
                self.mistakes.add(path, f"{path or 'the file'}: a key must be a word, not {shown(key)}", key.line)
            elif key.text in first:
                here = f"{path or 'the file'} has {shown(key)} twice (before on line {first[key.text]}); keep one"
                self.mistakes.add(_join(path, key.text), here, key.line)
            else:
                first[key.text] = key.line
                pairs.append((key.text, value))
        return pairs

    def _value(self, node: Node, hint: Any, rule: Rule, path: str) -> Any:
        """One value of any kind that settings have; Refused with the whole sentence when it is not of that kind."""
        kind, optional = plain(hint)
        empty = isinstance(node, Leaf) and node.kind == "null"
        if empty and optional:
            return None
        if is_dataclass(kind):
            return self.section(node, kind, path)  # type: ignore[arg-type]  # a class, not an instance
        if get_origin(kind) is tuple:
            return self._row(node, get_args(kind), rule, path)
        if not isinstance(node, Leaf):
            raise Refused(f"{path} must be {rule.allowed()}, not {shown(node)}")
        try:
            return rule.value(node)
        except Refused as refused:
            said = f"{path} must be {rule.allowed()}, not {shown(node)}"
            raise Refused(f"{said}{_nearest(node, rule)}{refused}") from None

    def _row(self, node: Node, kinds: tuple[Any, ...], rule: Rule, path: str) -> tuple[Any, ...]:
        """A list: of any length when its last type is `...`, else of exactly these types."""
        if not isinstance(node, Row) or rule.length not in (0, len(node.items)):
            raise Refused(f"{path} must be {rule.allowed()}, not {shown(node)}")
        if len(node.items) > MOST_ITEMS:
            raise Refused(f"{path} must be a list of at most {MOST_ITEMS}, not of {len(node.items)}")
        hints = kinds if rule.length else kinds[:1] * len(node.items)
        each = {"low": rule.low, "high": rule.high, "choices": rule.choices}
        return tuple(
            self._item(item, hint, rule_of(hint, each), f"{path}[{index}]")
            for index, (item, hint) in enumerate(zip(node.items, hints, strict=True))
        )

    def _item(self, node: Node, hint: Any, rule: Rule, path: str) -> Any:
        """One value of a list; a wrong one leaves a hole, which nobody sees because `Mistakes.finish` raises."""
        self.mistakes.place(path, node.line)
        try:
            return self._value(node, hint, rule, path)
        except Refused as refused:
            self.mistakes.add(path, str(refused))
            return None


def _join(path: str, name: str) -> str:
    return f"{path}.{name}" if path else name


def _unknown(name: str, kind: Any, path: str) -> str:
    names = [field.name for field in fields(kind)]
    said = f"{path or 'the file'} has no key {shown(Leaf(0, name, 'str'))}"
    if home := _homes(kind).get(name):
        return f"{said}; it belongs under '{home}'"
    if near := get_close_matches(name.lower(), names, 1) or [longer for longer in names if name and name in longer]:
        return f"{said}; did you mean '{near[0]}'? Allowed: {', '.join(names)}"
    return f"{said}; allowed: {', '.join(names)}"


@cache  # a file of thousands of unknown keys asks for each
def _homes(kind: Any) -> Mapping[str, str]:
    """For each key of a section, the first section that has it."""
    sections = {key: hint for key, hint in get_type_hints(kind).items() if is_dataclass(hint)}
    return {name: key for key, hint in reversed(sections.items()) for name in get_type_hints(hint)}


def _nearest(leaf: Leaf, rule: Rule) -> str:
    near = get_close_matches(leaf.text.lower(), rule.choices, 1)
    return f"; did you mean '{near[0]}'?" if near else ""
