"""One YAML file becomes a frozen Config; a wrong one says file, line, key and what is allowed, all mistakes at once.

file (bytes to text) -> outline (text to tree) -> reader (tree to dataclasses) -> sense (do they fit together).
"""

from dataclasses import fields, replace
from pathlib import Path

from edge_handsign.config.file import find, text_of
from edge_handsign.config.live import LIVE, Reread, reread
from edge_handsign.config.mistakes import Mistakes
from edge_handsign.config.outline import outline
from edge_handsign.config.pages import page
from edge_handsign.config.reader import Reader
from edge_handsign.config.sense import check
from edge_handsign.config.settings import Config
from edge_handsign.config.wiring import wiring_table
from edge_handsign.errors import ConfigError

__all__ = [
    "LIVE",
    "Config",
    "Reread",
    "find",
    "load",
    "page",
    "parse",
    "reread",
    "salvaged",
    "shipped_yaml",
    "wiring_table",
]

INTRO = """\
edge-handsign: every setting, at its default.

Change what you like and leave out what you do not: what is missing keeps its default, and an empty file is fine.
Above each key stands what it means, behind it what it may be. After a change `edge-handsign config check` tells
everything that is wrong with the file; then `edge-handsign config reload`, which names what needs a restart.

The wiring (numbers in this file are BCM's, not places on the header):

{wiring}

Buttons and a piezo buzzer go between their pin and ground; a LED goes from its pin through 220 to 330 ohms to ground.
A box can have one teach button and a next button for any number of signs, or a button of its own for each sign.
"""


def load(path: Path | None = None) -> Config:
    """The settings of the file that `find` finds; ConfigError tells all that is wrong with it."""
    found = find(path)
    return Config() if found is None else parse(text_of(found), str(found))


def parse(text: str, file: str) -> Config:
    """The settings that a text says; `file` is what errors call it."""
    mistakes = Mistakes(file)
    config = Reader(mistakes).section(outline(text, file), Config)
    check(config, mistakes)
    mistakes.finish()
    return config


def salvaged(path: Path | None = None) -> Config:
    """As much of a file as is in order, section by section; the defaults for the rest. Never raises ConfigError."""
    try:
        found = find(path)
        text = "" if found is None else text_of(found)
        mistakes = Mistakes(str(found))
        config = Reader(mistakes).section(outline(text, str(found)), Config)
    except ConfigError:
        return Config()
    check(config, mistakes)
    defaults = Config()
    names = [field.name for field in fields(Config)]
    return replace(defaults, **{name: getattr(config, name) for name in names if mistakes.sound(name)})


def shipped_yaml() -> str:
    """The file that ships: the defaults, with their meanings."""
    defaults = Config()
    wiring = "\n".join(f"  {line}" for line in wiring_table(defaults.pins, defaults.signs))
    return page(defaults, INTRO.format(wiring=wiring), comments=True)
