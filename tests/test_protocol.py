"""What may be said over the control socket: lines that are requests, lines that are none, and the page about them."""

from contextlib import suppress
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from edge_handsign.config import LIVE
from edge_handsign.control import FORMS, Code, Do
from edge_handsign.control.protocol import Misunderstood, Request, line_of, request_of
from tests.conftest import ROOT

VALUES = {"sign": "fist", "name": "rock", "skip": 7}


def test_every_request_that_is_well_formed_is_understood() -> None:
    for do, form in FORMS.items():
        asked: dict[str, Any] = {key: VALUES[key] for key in form.takes}
        assert request_of(line_of({"do": do.value} | asked).strip()) == Request(do, **asked)
        asked |= {key: VALUES[key] for key in form.may_take}
        assert request_of(line_of({"do": do.value} | asked).strip()) == Request(do, **asked)
    assert set(FORMS) == set(Do)


NONSENSE = {
    "nothing": b"",
    "no JSON": b"status",
    "half of it": b'{"do": "sta',
    "no UTF-8": b'{"do": "\xff"}',
    "a list": b'["status"]',
    "a number": b"7",
    "a deep nest": b"[" * 4000,
    "no verb": b"{}",
    "an unknown verb": b'{"do": "teech"}',
    "a verb that is none": b'{"do": ["status"]}',
    "a key too many": b'{"do": "status", "sign": "fist"}',
    "a sign too few": b'{"do": "teach"}',
    "a sign that is a number": b'{"do": "teach", "sign": 3}',
    "a sign without a name": b'{"do": "teach", "sign": ""}',
    "a long name": b'{"do": "teach", "sign": "' + b"x" * 65 + b'"}',
    "a name that rings": b'{"do": "forget", "sign": "\\u0007"}',
    "a name too few": b'{"do": "rename", "sign": "fist"}',
    "a name that is a path": b'{"do": "rename", "sign": "fist", "name": "a/b"}',
    "a name with a space": b'{"do": "rename", "sign": "fist", "name": " rock"}',
    "a number that is none": b'{"do": "samples", "skip": "7"}',
    "a number that is true": b'{"do": "show", "sign": "fist", "skip": true}',
    "a negative number": b'{"do": "samples", "skip": -1}',
    "half of a character": b'{"do": "forget", "sign": "\\ud800"}',
}


@pytest.mark.parametrize("line", NONSENSE.values(), ids=NONSENSE.keys())
def test_what_is_no_request_is_told_what_would_be(line: bytes) -> None:
    with pytest.raises(Misunderstood, match=r"do|sign|takes|must be") as caught:
        request_of(line)
    assert len(str(caught.value)) < 300
    assert str(caught.value).isprintable()


PIECES = [
    '{"do": "',
    "teach",
    '"',
    ', "sign": "',
    "fist",
    "}",
    "[",
    "\\ud800",
    "\n",
    "\x00",
    "NaN",
    "1e999",
    "\u2028",
    "{",
]


@settings(deadline=None, max_examples=300)
@given(
    st.binary(max_size=300) | st.lists(st.sampled_from(PIECES), max_size=12).map(lambda some: "".join(some).encode())
)
def test_any_bytes_are_a_request_or_misunderstood(line: bytes) -> None:
    with suppress(Misunderstood):
        assert request_of(line).do in Do


def test_the_page_has_every_verb_code_and_key_that_may_change() -> None:
    page = (ROOT / "docs" / "control.md").read_text(encoding="utf-8")
    for do, form in FORMS.items():
        assert f"| `{do.value}` |" in page
        assert form.meaning in page
    for code in Code:
        assert f"`{code.value}`" in page
    for key in LIVE:
        section, _, name = key.partition(".")
        assert f"`{section}`" in page
        assert f"`{name}`" in page
