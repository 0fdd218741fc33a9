"""Settings and texts of every kind: what is written reads back, and no error but a ConfigError comes out."""

from contextlib import suppress
from dataclasses import dataclass, fields
from pathlib import Path
from typing import Any, get_type_hints

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from edge_handsign.config import Config, load, page, parse
from edge_handsign.config.mistakes import Mistakes
from edge_handsign.config.outline import outline
from edge_handsign.config.reader import Reader
from edge_handsign.config.rules import Rule, rule_of
from edge_handsign.config.signs import SignSettings
from edge_handsign.core.knob import knob
from edge_handsign.errors import ConfigError

SECTIONS = [field.name for field in fields(Config) if field.name != "signs"]

# A new knob is a one-file change: whatever a dataclass declares can be read, written and explained.


@dataclass(frozen=True, slots=True)
class Unheard:
    """Every kind of value a knob may have."""

    whole: int = knob(1, "a whole one", low=-5)
    part: float | None = knob(None, "a part", high=2.5)
    flag: bool = knob(False, "a flag")
    word: str = knob("off", "a word", choices=("on", "off"))
    place: Path | None = knob(None, "a place")
    corners: tuple[float, float] | None = knob(None, "two corners", low=0, high=1)
    steps: tuple[int, ...] = knob((1, 2), "some steps", low=1, high=9)


@dataclass(frozen=True, slots=True)
class House:
    unheard: Unheard = knob(Unheard(), "a section that nobody has heard of")


def read(text: str, kind: type[Any]) -> Any:
    mistakes = Mistakes("house.yaml")
    found = Reader(mistakes).section(outline(text, "house.yaml"), kind)
    mistakes.finish()
    return found


def test_a_new_knob_is_read_and_written_without_being_told_about() -> None:
    house = House(Unheard(-5, 1e-7, True, "on", Path("/a b/ü"), (0.0, 0.25), ()))
    assert read(page(house, comments=True), House) == house
    few = read("unheard: {steps: [9], flag: true, corners: null}", House).unheard
    assert (few.steps, few.flag, few.corners, few.word) == ((9,), True, None, "off")


def test_what_a_new_knob_may_be_is_said_from_its_declaration() -> None:
    with pytest.raises(ConfigError) as caught:
        read("unheard: {whole: -6, part: 3, word: onn, corners: [0], steps: [0, 5, x], place: 3}", House)
    assert [line.partition(": ")[2] for line in str(caught.value).splitlines()] == [
        "unheard.whole must be a whole number of at least -5, not '-6'",
        "unheard.part must be a number of at most 2.5 or null, not '3'",
        "unheard.word must be on or off, not 'onn'; did you mean 'on'?",
        "unheard.corners must be a list of 2, each a number from 0 to 1 or null, not a list of 1",
        "unheard.steps[0] must be a whole number from 1 to 9, not '0'",
        "unheard.steps[2] must be a whole number from 1 to 9, not 'x'",
        "unheard.place must be a path or null, not '3'; put it in quotes if it is text",
    ]


TEXT = st.text(st.characters(exclude_categories=["C", "Z"]) | st.just(" "), min_size=1, max_size=20)


def values(rule: Rule) -> st.SearchStrategy[Any]:
    """Anything that the rule allows."""
    one: st.SearchStrategy[Any] = TEXT
    if rule.choices:
        one = st.sampled_from(rule.choices)
    elif rule.kind is bool:
        one = st.booleans()
    elif rule.kind is int:
        one = st.integers(-999 if rule.low is None else int(rule.low), 999 if rule.high is None else int(rule.high))
    elif rule.kind is float:
        one = st.floats(rule.low, rule.high, allow_nan=False, allow_infinity=False)
    elif rule.kind is Path:
        one = TEXT.map(Path)
    if rule.length is not None:
        one = st.lists(one, min_size=rule.length, max_size=rule.length or 5).map(tuple)
    return one | st.none() if rule.optional else one


def anything(kind: type[Any]) -> st.SearchStrategy[Any]:
    hints = get_type_hints(kind)
    return st.builds(kind, **{field.name: values(rule_of(hints[field.name], field.metadata)) for field in fields(kind)})


def configs() -> st.SearchStrategy[Config]:
    sections = {name: anything(type(getattr(Config(), name))) for name in SECTIONS}
    return st.builds(Config, signs=st.lists(anything(SignSettings), min_size=1, max_size=4).map(tuple), **sections)


quick = settings(deadline=None, suppress_health_check=[HealthCheck.too_slow])


@settings(quick, max_examples=100)
@given(configs(), st.booleans())
def test_what_is_shown_reads_back_as_it_was(config: Config, comments: bool) -> None:
    assert read(page(config, "an introduction", comments=comments), Config) == config


@settings(quick, max_examples=50)
@given(configs())
def test_what_is_shown_means_the_same_to_any_other_reader_of_yaml(config: Config) -> None:
    import yaml

    loaded = yaml.safe_load(page(config, comments=True))
    for section in SECTIONS:
        for field in fields(getattr(config, section)):
            value = getattr(getattr(config, section), field.name)
            expected = str(value) if isinstance(value, Path) else list(value) if isinstance(value, tuple) else value
            assert loaded[section][field.name] == expected
    assert [sign["name"] for sign in loaded["signs"]] == [sign.name for sign in config.signs]


def told(text: str) -> list[str]:
    """The lines of the ConfigError; none for a text that is taken. Any other error is a bug."""
    try:
        parse(text, "box.yaml")
    except ConfigError as error:
        return str(error).split("\n")
    return []


def can_be_told(line: str) -> bool:
    """Whether it names the place, is short, and any terminal or journal can take it."""
    return line.startswith("box.yaml:") and len(line) < 400 and line.isprintable()


JOINED = (
    ": ¦- ¦\n¦  ¦{¦}¦[¦]¦&a ¦*a¦!!int ¦'¦\"¦#¦null¦true¦-1¦0¦1e9¦999999999999999¦.inf¦\t¦\x00¦\x85¦\u2028¦\U0001f44b¦"
    '---\n¦%YAML 9.9\n¦? ¦|\n¦<<: ¦=¦2024-01-01¦signs¦name: fist¦led: 5¦button: 5¦pins:¦tune: H9¦"\\ud800"¦\\x'
)
PIECES = JOINED.split("¦")


@settings(quick, max_examples=200)
@given(st.text(max_size=80) | st.lists(st.sampled_from(PIECES), max_size=30).map("".join))
def test_any_text_is_settings_or_a_config_error(text: str) -> None:
    assert all(map(can_be_told, told(text)))


@settings(quick, max_examples=200)
@given(st.lists(st.tuples(st.integers(0, 2000), st.integers(0, 12), st.sampled_from(PIECES)), min_size=1, max_size=6))
def test_a_spoilt_file_is_settings_or_a_config_error(cuts: list[tuple[int, int, str]]) -> None:
    text = page(Config(), comments=False)
    for at, length, piece in cuts:
        text = text[: at % len(text)] + piece + text[at % len(text) + length :]
    assert all(map(can_be_told, told(text)))


@settings(quick, max_examples=100)
@given(data=st.binary(max_size=200))
def test_any_bytes_are_settings_or_a_config_error(data: bytes, tmp_path_factory: pytest.TempPathFactory) -> None:
    file = tmp_path_factory.getbasetemp() / "any.yaml"
    file.write_bytes(data)
    with suppress(ConfigError):
        assert load(file) == Config(), "settings by chance, that is hard to believe"
