"""Settings: what a file says is what the box gets; what is wrong with it is told with line, key and what is allowed."""

import argparse
import re
from dataclasses import fields, replace
from pathlib import Path

import pytest

from edge_handsign.commands import config as verb
from edge_handsign.config import Config, find, load, parse, shipped_yaml
from edge_handsign.config.signs import SignSettings
from edge_handsign.config.tunes import tune_of
from edge_handsign.core.box import Button, Role
from edge_handsign.errors import ConfigError

SHIPPED = Path(__file__).parent.parent / "config" / "edge-handsign.yaml"
SECTIONS = [field.name for field in fields(Config) if field.name != "signs"]

# What a person may write -> the lines that they are told. ":2: " begins each; the file's name is in front.
MISTAKES: dict[str, tuple[str, list[str]]] = {
    "a misspelt key": (
        "signs:\n  - name: fist\n  - name: palm\n    butn: 4",
        [":4: signs[1] has no key 'butn'; did you mean 'button'? Allowed: name, led, button, tune, background"],
    ),
    "a misspelt section": ("buttns: {debounce_s: 0.1}", [":1: the file has no key 'buttns'; did you mean 'buttons'?"]),
    "a key like none": ("memory: {zzz: 1}", [":1: memory has no key 'zzz'; allowed: k, capacity"]),
    "half a key": ("pins: {pull: up}", [":1: pins has no key 'pull'; did you mean 'buttons_pull'?"]),
    "a key one floor too high": (
        "debounce_s: 0.1",
        [":1: the file has no key 'debounce_s'; it belongs under 'buttons'"],
    ),
    "a key twice": (
        "memory:\n  k: 5\n  capacity: 9\n  k: 7",
        [":4: memory has 'k' twice (before on line 2); keep one"],
    ),
    "a section twice": (
        "memory: {k: 5}\nmemory: {k: 5}",
        [":2: the file has 'memory' twice (before on line 1); keep one"],
    ),
    "a list for a key": ("? [1, 2]\n: 3", [":1: the file: a key must be a word, not a list of 2"]),
    "text for a number": (
        "buttons:\n  debounce_s: fast",
        [":2: buttons.debounce_s must be a number from 0.005 to 0.2, not 'fast'"],
    ),
    "a number in quotes": ("memory: {k: '3'}", [":1: memory.k must be a whole number from 1 to 64, not '3'"]),
    "a fraction for a whole number": (
        "memory: {k: 3.0}",
        [":1: memory.k must be a whole number from 1 to 64, not '3.0'"],
    ),
    "an octal that looks decimal": (
        "pins: {next: 017}",
        [":1: pins.next must be a whole number from 0 to 27 or null, not '017'"],
    ),
    "minutes and seconds": ("memory: {capacity: 1:30}", [":1: memory.capacity must be a whole number from 1 to"]),
    "not a number at all": ("lesson: {hold_s: .nan}", [":1: lesson.hold_s must be a number from 0.2 to 5, not '.nan'"]),
    "without end": ("lesson: {hold_s: .inf}", [":1: lesson.hold_s must be a number from 0.2 to 5, not '.inf'"]),
    "nothing for a number": ("memory:\n  k:", [":2: memory.k must be a whole number from 1 to 64, not nothing"]),
    "too small": ("memory: {k: 0}", [":1: memory.k must be a whole number from 1 to 64, not '0'"]),
    "too large": ("lesson: {hold_s: 60}", [":1: lesson.hold_s must be a number from 0.2 to 5, not '60'"]),
    "yes for true": (
        "signs: [{name: a, background: yes}]",
        [":1: signs[0].background must be true or false, not 'yes'"],
    ),
    "a wrong choice": (
        "backbone: {runtime: litert2}",
        [":1: backbone.runtime must be auto, litert or tflite-runtime, not 'litert2'; did you mean 'litert'?"],
    ),
    "a choice in capitals": ("log: {level: DEBUG}", ["not 'DEBUG'; did you mean 'debug'?"]),
    "no folder": ("store: {folder: ''}", [":1: store.folder must be a path, not ''"]),
    "a section that is a list": ("memory: [3]", [":1: memory must be keys with values, not a list of 1"]),
    "a section that is a word": ("memory: big", [":1: memory must be keys with values, not 'big'"]),
    "a file that is a list": ("- memory", [":1: the file must be keys with values, not a list of 1"]),
    "signs without dashes": ("signs: {fist: 24}", [":1: signs must be a list, each keys with values, not keys with"]),
    "signs left empty": ("signs:", [":1: signs must be a list, each keys with values, not nothing"]),
    "no sign": ("signs: []", [":1: signs must name at least one sign"]),
    "65 signs": (
        f"signs: [{', '.join('{}' for _ in range(65))}]",
        [":1: signs must be a list of at most 64, not of 65"],
    ),
    "a sign that is a word": ("signs:\n  - fist", [":2: signs[0] must be keys with values, not 'fist'"]),
    "a sign without a name": ("signs: [{led: 24}]", [":1: signs[0].name cannot be '': it is empty"]),
    "a number for a name": (
        "signs: [{name: 5}]",
        [":1: signs[0].name must be text, not '5'; put it in quotes if it is text"],
    ),
    "a no that YAML takes for false": ("signs: [{name: no}]", [":1: signs[0].name must be text, not 'no'; put it in"]),
    "a name too long": (f"signs: [{{name: {'x' * 65}}}]", [": it has 65 characters, at most 64 are allowed"]),
    "a name with a bell": (r'signs: [{name: "a\a"}]', [":1: signs[0].name must be text, not 'a\\x07'; only letters"]),
    "a name that is a path": (
        "signs: [{name: a/b}]",
        [":1: signs[0].name cannot be 'a/b': it would not do as the name"],
    ),
    "a name that is the folder above": ("signs: [{name: ..}]", [":1: signs[0].name cannot be '..': it would not do"]),
    "a name with a space behind": ("signs: [{name: 'a '}]", [":1: signs[0].name cannot be 'a ': it begins or ends"]),
    "the same name": (
        "signs:\n  - name: fist\n  - name: fist",
        [":3: signs[1].name 'fist' is already taken by signs[0] on line 2; every sign needs its own name"],
    ),
    "the same name in capitals": (
        "signs: [{name: Straße}, {name: STRASSE}]",
        [":1: signs[1].name 'STRASSE' is already"],
    ),
    "the same name, composed otherwise": (
        'signs: [{name: "ol\\u00e9"}, {name: "ole\\u0301"}]',
        [":1: signs[1].name 'olé' is already taken by signs[0]"],
    ),
    "wrong notes": (
        "signs: [{name: a, tune: C5 H5 c5 C#8 E5:9}]",
        [
            ":1: signs[0].tune: there is no note 'H5'; notes go from C3 to C8",
            ":1: signs[0].tune: there is no note 'c5'; did you mean 'C5'?",
            ":1: signs[0].tune: there is no note 'C#8'; notes go from C3 to C8",
            ":1: signs[0].tune: there is no note 'E5:9'; notes go from C3 to C8",
        ],
    ),
    "an empty tune": ("signs: [{name: a, tune: ''}]", [":1: signs[0].tune: a tune has 1 to 32 notes, not 0; null is"]),
    "a background that shines": (
        "signs: [{name: a, background: true, led: 5, tune: C5}]",
        [":1: signs[0].led must be null: background is", ":1: signs[0].tune must be null: background is"],
    ),
    "a reserved pin": (
        "pins: {next: 1}",
        [":1: pins.next cannot be 1: BCM 0 and 1 are reserved: the Pi reads the ID memory of a HAT there; BCM 2 to 27"],
    ),
    "a place on the header": (
        "signs: [{name: a, led: 36}]",
        [":1: signs[0].led must be a whole number from 0 to 27 or null, not '36'"],
    ),
    "a pin of a bus": (
        "pins:\n  buzzer: 10",
        [":2: pins.buzzer cannot be 10: BCM 10 is reserved for SPI; if nothing uses that bus, set pins.allow_bus_pins"],
    ),
    "two roles on one pin": (
        "signs:\n  - {name: a, led: 5}\n  - {name: b, led: 6, button: 5}",
        [":3: signs[1].button cannot be 5: it is already the LED of a (signs[0].led); the nearest free one is 4"],
    ),
    "a pin that a default has": (
        "signs:\n  - {name: a, led: 17}",
        [":2: signs[0].led cannot be 17: it is already the teach button (pins.teach); the nearest free one is 16"],
    ),
    "a pin that a default sign has": (
        "pins: {status: 24}",
        [":1: pins.status cannot be 24: it is already the LED of fist (signs[0].led); the nearest free one is 23"],
    ),
    "a box that cannot be taught": (
        "pins:\n  teach: null",
        [":2: no teach button: give pins.teach a pin, or signs a button of their own"],
    ),
    "off above on": (
        "decider:\n  off_share: 0.9",
        [":2: decider.off_share must not be above decider.on_share, which is 0.8"],
    ),
    "a region inside out": (
        "camera:\n  region: [0.5, 0, 0.5, 1]",
        [":2: camera.region is empty: left must be less than right, and top less than bottom"],
    ),
    "a region upside down": (
        "camera:\n  region: [0, 0.9, 1, 0.1]",
        [":2: camera.region is empty: left must be less than right, and top less than bottom"],
    ),
    "a region like a slit": (
        "camera:\n  region: [0.5, 0, 0.55, 1]",
        [":2: camera.region is too small: give it at least 0.1 of the width and of the height"],
    ),
    "a region in pixels": (
        "camera:\n  region: [0, 0, 640, 480]",
        [
            ":2: camera.region[2] must be a number from 0 to 1, not '640'",
            ":2: camera.region[3] must be a number from 0 to 1, not '480'",
        ],
    ),
    "a region with a hole": (
        "camera: {region: [0, 0, x, 1]}",
        [":1: camera.region[2] must be a number from 0 to 1, not 'x'"],
    ),
    "a region of three": (
        "camera: {region: [0, 0, 1]}",
        [":1: camera.region must be a list of 4, each a number from 0 to 1 or null, not a list of 3"],
    ),
    "a quarter turn": ("camera: {rotate: 90}", [":1: camera.rotate must be 0 or 180, not 90"]),
    "not YAML": ("memory: {k: 3", [":1: is not YAML: "]),
    "a tab": ("memory:\n\tk: 3", [":2: a tab; YAML is indented with spaces"]),
    "an alias": ("memory: &m {k: 3}\nlesson: *m", [":1: anchors and aliases ('&' and '*') are not taken here"]),
    "a tag": ("memory: !!python/object/new:os.system [ls]", [":1: tags ('!') are not taken here"]),
    "a directive": ("%YAML 1.1\n---\nmemory: {}", [":1: YAML directives ('%') are not taken here"]),
    "two documents": ("memory: {}\n---\nlesson: {}", [":2: a second document ('---'); one file, one set of settings"]),
    "an endless list": (
        "a: [" + "1,\n" * 20_000 + "]",
        [":4094: has more than 4,096 keys and values up to here; settings are a few lines of text"],
    ),
    "deep nesting": ("[" * 60_000, [":1: is nested too deeply; settings have sections, keys and values"]),
    "an escape beyond Unicode": ('store: {folder: "\\UFFFFFFFF"}', [":1: is not YAML: an escape or version number"]),
    "half of a character": ('store: {folder: "\\ud800"}', [":1: store.folder must be a path, not '\\ud800'; only"]),
    "a character that is no text": ("memory:\n  k: \x01", [":2: a character that no text should hold (number 1)"]),
    "an overlong number": (
        f"memory: {{k: {'9' * 5000}}}",
        [":1: memory.k must be a whole number from 1 to 64, not '999"],
    ),
}


@pytest.mark.parametrize(("text", "told"), MISTAKES.values(), ids=MISTAKES.keys())
def test_each_mistake_is_told_once_with_line_key_and_what_is_allowed(text: str, told: list[str]) -> None:
    with pytest.raises(ConfigError) as caught:
        parse(text, "box.yaml")
    lines = str(caught.value).splitlines()
    assert len(lines) == len(told), lines
    for line, expected in zip(lines, told, strict=True):
        assert re.match(r"box\.yaml:\d+: ", line)
        assert expected in line


def test_all_mistakes_are_told_together_in_the_order_of_the_file() -> None:
    text = "memory: {k: 0}\nlesson:\n  hold_s: long\n  holds: 1\npins: {next: 17, buzzer: 0}\nsings: []\n"
    with pytest.raises(ConfigError) as caught:
        parse(text, "box.yaml")
    told = [line.split(" ")[:2] for line in str(caught.value).splitlines()]
    assert told == [
        ["box.yaml:1:", "memory.k"],
        ["box.yaml:3:", "lesson.hold_s"],
        ["box.yaml:4:", "lesson"],
        ["box.yaml:5:", "pins.next"],
        ["box.yaml:5:", "pins.buzzer"],
        ["box.yaml:6:", "the"],
    ]
    assert caught.value.exit_code == 78


def test_a_file_of_another_program_is_not_told_line_by_line() -> None:
    with pytest.raises(ConfigError) as caught:
        parse("\n".join(f"key{number}: 1" for number in range(500)), "box.yaml")
    lines = str(caught.value).splitlines()
    assert len(lines) == 21
    assert lines[-1] == "box.yaml: and 480 more"


@pytest.mark.parametrize(
    "text", ["", "# nothing but words\n", "---\n", "{}", "\ufeff", "memory:\nlesson: {}\n", "null"]
)
def test_what_a_file_leaves_out_keeps_its_default(text: str) -> None:
    assert parse(text, "box.yaml") == Config()


def test_what_a_file_says_is_what_the_box_gets(tmp_path: Path) -> None:
    file = tmp_path / "box.yaml"
    file.write_text("memory: {k: 5}\nstore: {folder: /tmp/signs}\nlesson: {hold_s: 1}\nlog: {level: debug}\n")
    config = load(file)
    assert config.memory == replace(Config().memory, k=5)
    assert config.store.folder == Path("/tmp/signs")
    assert config.lesson.hold_s == 1.0
    assert isinstance(config.lesson.hold_s, float)
    assert config.log.level == "debug"
    assert config.pins == Config().pins


def test_windows_line_ends_and_a_byte_order_mark_are_taken(tmp_path: Path) -> None:
    file = tmp_path / "box.yaml"
    file.write_bytes(b"\xef\xbb\xbfmemory:\r\n  k: 5\r\n")
    assert load(file).memory.k == 5


def test_a_box_with_one_teach_button_and_shared_leds() -> None:
    config = parse(
        "signs: [{name: a, led: 5, tune: C5 -:50 A4}, {name: b, led: 6}, {name: c, led: 5}, {name: d}]", "box.yaml"
    )
    box = config.box()
    assert [sign.led for sign in box.signs] == [0, 1, 0, None]
    assert (box.leds, config.led_pins) == (2, (5, 6))
    assert box.signs[0].tune == ((523, 0.15), (0, 0.05), (440, 0.15))
    assert box.buttons == (Button(Role.TEACH), Button(Role.NEXT))
    assert config.button_pins == (17, 27)


def test_a_box_with_a_button_for_each_sign() -> None:
    text = """
pins: {teach: null, next: null}
signs:
  - {name: a, led: 5, button: 12}
  - {name: b, led: 6, button: 13}
  - {name: nothing, button: 16, background: true}
"""
    config = parse(text, "box.yaml")
    assert config.box().buttons == tuple(Button(Role.TEACH, name) for name in ("a", "b", "nothing"))
    assert config.button_pins == (12, 13, 16)


def test_a_box_with_both_lists_the_common_buttons_first() -> None:
    config = parse("signs: [{name: a, button: 12}, {name: b}, {name: c, button: 4}]", "box.yaml")
    assert config.button_pins == (17, 27, 12, 4)
    assert config.box().buttons[2:] == (Button(Role.TEACH, "a"), Button(Role.TEACH, "c"))


def test_pins_of_a_bus_can_be_had_by_asking() -> None:
    config = parse("pins: {allow_bus_pins: true, buzzer: 10}\nsigns: [{name: a, led: 2}]", "box.yaml")
    assert (config.pins.buzzer, config.led_pins) == (10, (2,))


def test_the_default_box_is_the_one_in_the_wiring_plan() -> None:
    config = Config()
    assert (config.button_pins, config.pins.buzzer, config.pins.status) == ((17, 27), 18, 23)
    assert config.led_pins == (24, 25, 5, 6)
    assert [sign.name for sign in config.box().signs if sign.background] == ["nothing"]


@pytest.mark.parametrize(("note", "hertz"), {"A4": 440, "C3": 131, "C8": 4186, "F#5": 740, "E#5": 698, "-": 0}.items())
def test_notes_are_those_of_a_piano(note: str, hertz: int) -> None:
    assert tune_of(f"{note}:250") == ((hertz, 0.25),)


def test_the_shipped_file_is_the_defaults_with_every_key_and_its_meaning() -> None:
    text = SHIPPED.read_text(encoding="utf-8")
    assert text == shipped_yaml(), "write it anew: edge-handsign config show --defaults > config/edge-handsign.yaml"
    assert load(SHIPPED) == Config()
    for section in SECTIONS:
        for field in fields(getattr(Config(), section)):
            assert re.search(rf"^  # {re.escape(field.metadata['meaning'])}\n  {field.name}: ", text, re.MULTILINE)
    for field in fields(SignSettings):
        assert f"# {field.name}: {field.metadata['meaning']}" in text
    assert max(map(len, text.splitlines())) <= 120


def test_where_the_settings_are_looked_for(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    asked, named = tmp_path / "asked.yaml", tmp_path / "named.yaml"
    monkeypatch.setenv("EDGE_HANDSIGN_CONFIG", str(named))
    assert find(asked) == asked
    assert find(None) == named
    monkeypatch.delenv("EDGE_HANDSIGN_CONFIG")
    assert find(None) in (None, Path("/etc/edge-handsign/config.yaml"))


def test_a_file_that_was_asked_for_and_is_not_there_is_an_error(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("EDGE_HANDSIGN_CONFIG", str(tmp_path / "gone.yaml"))
    with pytest.raises(ConfigError, match=r"gone\.yaml: there is no such file; .*edge-handsign config show --defaults"):
        load()


@pytest.mark.parametrize(
    ("data", "told"),
    {
        "not UTF-8": (b"memory:\n  k: \xff", r"box\.yaml:2: is not UTF-8 text"),
        "UTF-16": ("memory:".encode("utf-16"), r"box\.yaml:1: is not UTF-8 text"),
        "too large": (b"#" * (64 * 1024 + 1), r"box\.yaml: is larger than 64 KiB"),
    }.values(),
)
def test_bytes_that_are_no_settings(tmp_path: Path, data: bytes, told: str) -> None:
    file = tmp_path / "box.yaml"
    file.write_bytes(data)
    with pytest.raises(ConfigError, match=told):
        load(file)


def test_a_folder_is_no_file(tmp_path: Path) -> None:
    with pytest.raises(ConfigError, match="cannot be read: Is a directory"):
        load(tmp_path)


# The verb.


@pytest.fixture
def command() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(prog="edge-handsign")
    verb.add_to(parser.add_subparsers())
    return parser


def said(command: argparse.ArgumentParser, capsys: pytest.CaptureFixture[str], *words: str) -> str:
    args = command.parse_args(["config", *words])
    assert args.run(args) == 0
    return capsys.readouterr().out


def test_check_says_which_file_is_in_order_and_where_the_wires_go(
    command: argparse.ArgumentParser, capsys: pytest.CaptureFixture[str], tmp_path: Path
) -> None:
    file = tmp_path / "box.yaml"
    file.write_text("signs: [{name: wave, led: 5, button: 12}]")
    lines = said(command, capsys, "check", str(file)).splitlines()
    assert lines[0] == f"{file}: ok; 1 sign, 3 buttons, 1 LED"
    assert "teach button of wave  BCM 12  header pin 32" in lines
    assert "LED of wave           BCM  5  header pin 29" in lines


def test_check_ends_with_the_mistakes(command: argparse.ArgumentParser, tmp_path: Path) -> None:
    file = tmp_path / "box.yaml"
    file.write_text("memory: {k: 0}")
    args = command.parse_args(["config", "check", str(file)])
    with pytest.raises(ConfigError, match=r"box\.yaml:1: memory\.k must be"):
        args.run(args)


def test_show_prints_what_is_in_effect(
    command: argparse.ArgumentParser, capsys: pytest.CaptureFixture[str], tmp_path: Path
) -> None:
    file = tmp_path / "box.yaml"
    file.write_text("memory: {k: 5}")
    assert parse(said(command, capsys, "show", str(file)), "shown") == load(file)
    assert said(command, capsys, "show", "--defaults") == shipped_yaml()
