"""Settings as a page of YAML that reads back as the same settings; with comments it is the file that ships."""

import json
import re
from dataclasses import fields, is_dataclass
from pathlib import Path
from typing import Any, get_type_hints

from edge_handsign.config.rules import meaning, rule_of

PLAIN = re.compile(r"[A-Za-z/][A-Za-z0-9_./-]*( [A-Za-z0-9_./-]+)*", re.ASCII)
WORDS = {"true", "false", "yes", "no", "on", "off", "y", "n", "null"}  # YAML takes these for something else


def page(settings: Any, intro: str = "", *, comments: bool) -> str:
    """The YAML of a dataclass of sections."""
    lines = [f"# {line}".rstrip() for line in intro.splitlines()]
    for field in fields(settings):
        if comments:
            lines += ["", f"# {meaning(field)}"]
        value = getattr(settings, field.name)
        lines.append(f"{field.name}:")
        lines += _section(value, comments=comments) if is_dataclass(value) else _items(value, comments=comments)
    return "\n".join(lines).strip() + "\n"


def _section(settings: Any, *, comments: bool) -> list[str]:
    lines = []
    for name, means, allowed in explained(type(settings)):
        line = f"  {name}: {written(getattr(settings, name))}"
        lines += [f"  # {means}", f"{line}  # {allowed}"] if comments else [line]
    return lines


def _items(items: tuple[Any, ...], *, comments: bool) -> list[str]:
    """A list of dataclasses: what its keys mean once, then a line for each."""
    keys = explained(type(items[0]))
    lines = [f"  # {name}: {means} ({allowed})" for name, means, allowed in keys]
    rows = [", ".join(f"{name}: {written(getattr(item, name))}" for name, _, _ in keys) for item in items]
    return (lines if comments else []) + [f"  - {{{row}}}" for row in rows]


def explained(kind: type) -> list[tuple[str, str, str]]:
    """For each key of a section: its name, what it means, and what it may be."""
    hints = get_type_hints(kind)
    return [
        (field.name, meaning(field), rule_of(hints[field.name], field.metadata).allowed()) for field in fields(kind)
    ]


def written(value: Any) -> str:
    """One value in YAML, on one line, the same for YAML 1.1 and 1.2."""
    if value is None or isinstance(value, bool):
        return {None: "null", True: "true", False: "false"}[value]
    if isinstance(value, tuple):
        return "[" + ", ".join(map(written, value)) + "]"
    if isinstance(value, float):
        digits, e, power = repr(value).partition("e")
        return f"{digits}{'' if '.' in digits else '.0'}{e}{power}" if e else digits
    if isinstance(value, (str, Path)):
        text = str(value)
        return text if PLAIN.fullmatch(text) and text.lower() not in WORDS else json.dumps(text, ensure_ascii=False)
    return str(value)
