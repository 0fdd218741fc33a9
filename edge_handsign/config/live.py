"""What may change while the box runs. Everything else waits for its next start, and is named."""

from collections.abc import Iterator
from dataclasses import dataclass, fields, is_dataclass, replace
from typing import Any

from edge_handsign.config.settings import Config

LIVE = frozenset(
    {"decider.window_s", "decider.on_share", "decider.off_share"}
    | {"lesson.hold_s", "lesson.limit_s", "lesson.wait_s", "lesson.sharp_from", "lesson.dark_below"}
    | {"lesson.bright_above", "lesson.new_below"}
    | {"memory.false_alarms_per_hour", "signs.tune", "log.level"}
)


@dataclass(frozen=True, slots=True)
class Reread:
    """What came of reading the settings again."""

    config: Config  # what is in effect now
    changed: tuple[str, ...]  # keys that were taken over
    restart: tuple[str, ...]  # keys that wait for the next start


def reread(running: Config, written: Config) -> Reread:
    """The settings that run, with everything taken over from those that are written now that may be."""
    differ = tuple(dict.fromkeys(_differences(running, written)))
    changed = tuple(key for key in differ if key in LIVE)
    sections = {}
    for field in fields(Config):
        old, new = getattr(running, field.name), getattr(written, field.name)
        if is_dataclass(old):
            sections[field.name] = _taken(field.name, old, new)
        elif "signs" not in differ:
            sections[field.name] = tuple(_taken(field.name, *pair) for pair in zip(old, new, strict=True))
    return Reread(replace(running, **sections), changed, tuple(key for key in differ if key not in LIVE))


def _differences(running: Config, written: Config) -> Iterator[str]:
    """Keys, as section.key; only "signs" when the signs are not the same ones any more."""
    for field in fields(Config):
        old, new = getattr(running, field.name), getattr(written, field.name)
        if is_dataclass(old):
            yield from _keys(field.name, old, new)
        elif [sign.name for sign in old] != [sign.name for sign in new]:
            yield field.name
        else:
            for pair in zip(old, new, strict=True):
                yield from _keys(field.name, *pair)


def _keys(section: str, old: Any, new: Any) -> Iterator[str]:
    for field in fields(old):
        if getattr(old, field.name) != getattr(new, field.name):
            yield f"{section}.{field.name}"


def _taken(section: str, old: Any, new: Any) -> Any:
    live = {key.partition(".")[2] for key in _keys(section, old, new) if key in LIVE}
    return replace(old, **{key: getattr(new, key) for key in live})
