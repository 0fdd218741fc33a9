"""YAML text becomes a tree that knows its lines; anything that could surprise a reader is refused.

Of YAML only nested keys, lists and plain values are let in. Anchors, aliases, tags, directives, several documents, deep
nesting and endless lists are turned down at the first sight of them, so a hostile text costs no more than its own
length. Nothing is constructed: a leaf keeps its text and the kind YAML gives it.
"""

from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from edge_handsign.errors import ConfigError

if TYPE_CHECKING:
    from yaml import Event, ScalarEvent

DEEPEST = 8
MOST = 4096  # keys, values, lists and tables: PyYAML takes 20 microseconds for one; all there is to set, about 800
TOO_MANY = f"has more than {MOST:,} keys and values up to here; settings are a few lines of text"


@dataclass(frozen=True, slots=True)
class Leaf:
    """One value as it was written; `kind` is null, bool, int, float or str (or another word for what is not taken)."""

    line: int
    text: str
    kind: str


@dataclass(frozen=True, slots=True)
class Row:
    """A list."""

    line: int
    items: "list[Node]" = field(default_factory=list)


@dataclass(frozen=True, slots=True)
class Table:
    """Keys with values, in the order of the file; a key may still be there twice."""

    line: int
    pairs: "list[tuple[Node, Node]]" = field(default_factory=list)


Node = Leaf | Row | Table


def outline(text: str, file: str) -> Node | None:
    """The tree of the text, None when it holds no value; ConfigError, with file and line, when it is not plain YAML."""
    import yaml

    try:
        return _tree(yaml.parse(text, Loader=yaml.SafeLoader), file)
    except yaml.MarkedYAMLError as error:
        mark = error.problem_mark or error.context_mark
        line = mark.line + 1 if mark else 1
        raise ConfigError(f"{file}:{line}: {_trouble(text, line, str(error.problem or error.context))}") from None
    except yaml.reader.ReaderError as error:
        line = text.count("\n", 0, error.position) + 1
        raise ConfigError(f"{file}:{line}: a character that no text should hold (number {error.character})") from None
    except (ValueError, OverflowError):  # escapes such as "\UFFFFFFFF" and overlong %YAML versions escape PyYAML so
        raise ConfigError(f"{file}:1: is not YAML: an escape or version number is out of range") from None


def _trouble(text: str, line: int, problem: str) -> str:
    """What PyYAML says, unless the cause is a tab, which it names by its code."""
    written = [*text.splitlines(), "", ""][line - 1]
    if "\t" in written[: len(written) - len(written.lstrip())] or "\\t" in problem:
        return "a tab; YAML is indented with spaces"
    return f"is not YAML: {problem}"


def _tree(events: "Iterator[Event]", file: str) -> Node | None:
    """The events in one pass, without recursion."""
    import yaml

    top = Row(1)
    open_nodes: list[_Filling] = [_Filling(top)]
    nodes = 0
    for event in events:
        nodes += isinstance(event, yaml.NodeEvent)
        if refused := TOO_MANY if nodes > MOST else _refused(event, len(open_nodes), len(top.items)):
            raise ConfigError(f"{file}:{_line(event)}: {refused}")
        if isinstance(event, yaml.ScalarEvent):
            open_nodes[-1].add(_leaf(event))
        elif isinstance(event, yaml.CollectionStartEvent):
            made = (Row if isinstance(event, yaml.SequenceStartEvent) else Table)(_line(event))
            open_nodes[-1].add(made)
            open_nodes.append(_Filling(made))
        elif isinstance(event, yaml.CollectionEndEvent):
            open_nodes.pop()
    return top.items[0] if top.items else None


class _Filling:
    """A list or a table that is being filled."""

    def __init__(self, node: Row | Table) -> None:
        self.node = node
        self.key: Node | None = None

    def add(self, node: Node) -> None:
        if isinstance(self.node, Row):
            self.node.items.append(node)
        elif self.key is None:
            self.key = node
        else:
            self.node.pairs.append((self.key, node))
            self.key = None


def _refused(event: "Event", depth: int, documents: int) -> str | None:
    """Why this part of YAML is not taken, None when it is."""
    import yaml

    if isinstance(event, yaml.DocumentStartEvent):
        if documents:
            return "a second document ('---'); one file, one set of settings"
        return "YAML directives ('%') are not taken here" if event.version or event.tags else None
    if isinstance(event, yaml.NodeEvent) and event.anchor:
        return "anchors and aliases ('&' and '*') are not taken here; write the value out, in quotes if it is text"
    if getattr(event, "tag", None):
        return "tags ('!') are not taken here; write the value in quotes if it is text"
    if isinstance(event, yaml.CollectionStartEvent) and depth > DEEPEST:
        return "is nested too deeply; settings have sections, keys and values"
    return None


def _leaf(event: "ScalarEvent") -> Leaf:
    import yaml

    tag: str = yaml.resolver.Resolver().resolve(yaml.ScalarNode, event.value, event.implicit)  # type: ignore[no-untyped-call]
    return Leaf(_line(event), event.value, tag.rpartition(":")[2])


def _line(event: "Event") -> int:
    return event.start_mark.line + 1 if event.start_mark else 1
