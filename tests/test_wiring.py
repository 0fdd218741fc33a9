"""The wiring picture shows the default settings, whole and readable."""

from dataclasses import replace
from xml.etree import ElementTree as ET

import pytest

from edge_handsign.config import Config
from edge_handsign.config.wiring import HEADER, wires
from edge_handsign.wiring import svg
from tests.conftest import ROOT


def words(picture: str) -> list[str]:
    return [element.text or "" for element in ET.fromstring(picture).iter() if element.tag.endswith("}text")]


def test_the_picture_in_the_docs_is_the_one_that_the_settings_draw() -> None:
    drawn = (ROOT / "docs" / "wiring.svg").read_text(encoding="utf-8")
    assert drawn == svg(Config()), "the defaults changed; run: scripts/wiring"


def test_every_wire_is_named_with_both_its_numbers() -> None:
    config = Config()
    shown = words(svg(config))
    for wire in wires(config.pins, config.signs):
        assert wire.role in shown
        assert f"BCM {wire.pin} · pin {HEADER[wire.pin]}" in shown


@pytest.mark.parametrize("pin", [4, 12, 19, 26])
def test_another_pin_gives_another_picture(pin: int) -> None:
    config = Config()
    moved = replace(config, pins=replace(config.pins, teach=pin))
    assert f"BCM {pin} · pin {HEADER[pin]}" in words(svg(moved))
    assert "BCM 17 · pin 11" not in words(svg(moved))
