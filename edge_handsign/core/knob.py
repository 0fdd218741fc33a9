"""One setting: its default, what it means and what it may be, declared once, beside the code that obeys it.

The YAML reader checks against it, the shipped YAML is commented from it, and `config show` explains with it.
"""

from dataclasses import field
from typing import Any


def knob(
    default: Any, meaning: str, *, low: float | None = None, high: float | None = None, choices: tuple[str, ...] = ()
) -> Any:
    """A dataclass field with `meaning` (one line, with its unit) and its bounds, inclusive, or its choices."""
    return field(default=default, metadata={"meaning": meaning, "low": low, "high": high, "choices": choices})
