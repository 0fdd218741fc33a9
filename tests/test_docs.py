"""What is written for people says what the program does."""

import re
import shutil
import subprocess
from dataclasses import fields, is_dataclass
from pathlib import Path

import pytest

from edge_handsign.__main__ import VERBS
from edge_handsign.config import Config, shipped_yaml
from edge_handsign.core.faults import FAULTS, Fault
from edge_handsign.core.feedback import SIGNALS
from scripts import faults
from scripts.signals import described, passing, sound, table
from tests.conftest import ROOT

PAGES = [ROOT / "README.md", ROOT / "CHANGELOG.md", *sorted(ROOT.glob("docs/*.md")), *sorted(ROOT.glob("deploy/*.md"))]
SCRIPTS = [path for path in sorted((ROOT / "scripts").iterdir()) if path.is_file() and path.read_bytes()[:2] == b"#!"]


@pytest.mark.parametrize("verb", [verb.__name__.rpartition(".")[2] for verb in VERBS])
def test_every_verb_is_in_the_docs(verb: str) -> None:
    assert f"`edge-handsign {verb}" in (ROOT / "docs" / "commands.md").read_text(encoding="utf-8")


def keys(of: object) -> list[str]:
    """Every key of the settings, sections included."""
    if isinstance(of, tuple):
        return keys(of[0]) if of else []
    if not is_dataclass(of):
        return []
    return [name for field in fields(of) for name in [field.name, *keys(getattr(of, field.name))]]


def test_every_key_is_in_the_shipped_settings_at_its_default() -> None:
    shipped = (ROOT / "config" / "edge-handsign.yaml").read_text(encoding="utf-8")
    assert len(keys(Config())) > 30, "this test does not find the keys any more"
    for key in keys(Config()):
        assert re.search(rf"\b{key}:", shipped), key
    assert shipped == shipped_yaml()


def test_the_signals_in_the_docs_are_those_of_the_box() -> None:
    page = (ROOT / "docs" / "using-it.md").read_text(encoding="utf-8")
    assert table() in page, "the signals changed; paste: python -m scripts.signals"


def test_the_faults_in_the_docs_are_those_of_the_box() -> None:
    page = (ROOT / "docs" / "when-something-fails.md").read_text(encoding="utf-8")
    assert faults.table() in page, "the faults changed; paste: python -m scripts.faults"


def test_every_code_that_is_logged_is_in_the_table() -> None:
    known = {fault.value for fault in FAULTS}
    assert known == {fault.value for fault in Fault}
    for file in (ROOT / "edge_handsign").rglob("*.py"):
        assert set(re.findall(r"EH-\d{3}", file.read_text(encoding="utf-8"))) <= known, file


def test_no_two_signals_read_the_same() -> None:
    assert len({described(signal) for signal in SIGNALS}) == len(SIGNALS)


def test_patterns_and_tunes_are_put_into_words() -> None:
    assert passing(((True, 0.2), (False, 0.2), (True, 0.2))) == "2 quick flashes"
    assert sound(((523, 0.1), (0, 0.1), (659, 0.1))) == "two rising notes"
    assert sound(((784, 0.1), (659, 0.1), (523, 0.1))) == "three falling notes"
    assert sound(((659, 0.1), (659, 0.1))) == "two equal notes"


@pytest.mark.parametrize("page", PAGES, ids=lambda page: page.relative_to(ROOT).as_posix())
def test_what_a_page_points_to_is_there(page: Path) -> None:
    for target in re.findall(r"\]\((?!https?:|#)([^)#]+)", page.read_text(encoding="utf-8")):
        assert (page.parent / target).exists(), target


@pytest.mark.parametrize("script", SCRIPTS, ids=lambda script: script.name)
def test_every_script_explains_itself(script: Path) -> None:
    if shutil.which("bash") is None:
        pytest.skip("bash is not installed")
    told = subprocess.run([script, "--help"], capture_output=True, text=True, timeout=120, check=True).stdout
    assert re.match(rf"usage: (scripts/)?{script.name}\b", told)
