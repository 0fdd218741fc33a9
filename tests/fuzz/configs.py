"""Files of settings: good ones spoilt, and ones with any values under keys that are nearly right."""

import tempfile
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import fields
from functools import cache
from pathlib import Path

from hypothesis import strategies as st

from edge_handsign.config import Config, load, page, parse, shipped_yaml, wiring_table
from tests.fuzz.judgement import Finding
from tests.fuzz.mutations import spoilt

SECTIONS = tuple(field.name for field in fields(Config) if field.name != "signs")
BUTTONS = """\
pins: {teach: null, next: null, status: 16, buzzer: null}
signs:
  - {name: thumbs up, led: 5, button: 17, tune: C5 - G#5:300}
  - {name: "Blåbær ✌", led: 5, button: 27}
  - name: nothing
    background: true
    button: 22
"""
PLACES = "store: {folder: /data/box, pictures: true}\ncamera: {region: [0.1, 0.0, 0.9, 1.0], rotate: 180, fps: 10}\n"
NOISE = (
    *(": ", "- ", "\n", "{", "}", "[", "]", "&a ", "*a", "!!int ", "'", '"', "#", "null", "true", "-1", "0", "1e9"),
    *("999999999999999", "\t", "\0", "\x85", "\u2028", "👋", "---\n", "%YAML 9.9\n", "? ", "|\n", "<<: ", "="),
    *("signs", "name: fist", "led: 5", "button: 5", "pins:", "tune: H9", '"\\ud800"', "\\x", "\r", "1_000", "0o7"),
    *("12:30:45", "2024-01-01", ".inf"),
)  # fmt: skip


@cache
def seeds() -> tuple[bytes, ...]:
    """Good files."""
    texts = ("", shipped_yaml(), page(Config(), comments=False), BUTTONS, PLACES)
    return tuple(text.encode() for text in texts)


def words() -> list[str]:
    """Every key of the settings."""
    keys = [field.name for name in SECTIONS for field in fields(getattr(Config(), name))]
    return sorted({*keys, *SECTIONS, "signs", *(field.name for field in fields(Config().signs[0]))})


def cases() -> st.SearchStrategy[bytes]:
    """Spoilt files, files whose values are anything, and files whose keys are nearly right."""
    pieces = [piece.encode() for piece in NOISE] + [word.encode() for word in words()]
    return spoilt(seeds(), pieces) | _sections().map(lambda text: text.encode("utf-8", "surrogatepass"))


def _sections() -> st.SearchStrategy[str]:
    lines = st.lists(st.builds("  {}: {}".format, _keys(), _values()), max_size=4)
    section = st.builds(lambda name, inner: "\n".join([f"{name}:", *inner]), _keys(), lines)
    signs = st.lists(st.builds("  - {{name: {}, {}: {}}}".format, _values(), _keys(), _values()), max_size=4)
    return st.lists(section | signs.map(lambda items: "\n".join(["signs:", *items])), max_size=5).map("\n".join)


def _keys() -> st.SearchStrategy[str]:
    known = st.sampled_from(words())
    pieces = st.sampled_from(["", "a", "_", "-", "ß", "É", " ", "x" * 300])
    near = st.builds(_nearly, known, st.integers(0, 30), pieces)
    return known | known | near | st.text(max_size=5)


def _nearly(word: str, at: int, piece: str) -> str:
    """With another letter in place of one."""
    place = at % len(word)
    return word[:place] + piece + word[place + 1 :]


def _values() -> st.SearchStrategy[str]:
    one = (
        st.integers().map(str)
        | st.floats().map(str)
        | st.sampled_from(["null", "true", "false", "~", "[]", "{}", "''", "up", "auto", "/run/x", "C5 - G#5:300"])
        | st.sampled_from(NOISE)
        | st.text(max_size=8)
    )
    return one | st.lists(one, max_size=5).map(lambda items: f"[{', '.join(items)}]")


@contextmanager
def reading() -> Iterator[Callable[[bytes], None]]:
    """Whoever reads such a file as the box does: it is a box that can be built, and reads back as it is shown."""
    with tempfile.TemporaryDirectory() as name:
        file = Path(name) / "box.yaml"

        def read(content: bytes) -> None:
            file.write_bytes(content)
            config = load(file)
            config.box()
            wiring_table(config.pins, config.signs)
            if parse(page(config, comments=False), "shown") != config:
                raise Finding("what `config show` prints means something else")

        yield read
