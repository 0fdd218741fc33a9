"""What may be said over the control socket: a line of JSON is a request, an answer or an event. Pure: no socket."""

import json
from collections.abc import Mapping
from dataclasses import dataclass
from enum import Enum
from typing import Any

PROTOCOL = 1  # goes up when a client that obeyed the page could be misled
LONGEST_LINE = 4096  # bytes, with its end
LONGEST_NAME = 64  # code points of a sign


class Do(Enum):
    """What can be asked for."""

    STATUS = "status"
    WATCH = "watch"
    TEACH = "teach"
    UNDO = "undo"
    FORGET = "forget"
    SAMPLES = "samples"
    QUIET = "quiet"
    RELOAD = "reload"


@dataclass(frozen=True, slots=True)
class Form:
    """How something is asked for."""

    meaning: str
    takes_sign: bool = False
    cost: int = 1  # in requests, for what takes the box longer than a moment


FORMS: Mapping[Do, Form] = {
    Do.STATUS: Form("how the box is and what it shows"),
    Do.WATCH: Form("from now on this connection also gets events"),
    Do.TEACH: Form("the next picture becomes a sample of the sign; answered when it is durable", takes_sign=True),
    Do.UNDO: Form("take back the last lesson"),
    Do.FORGET: Form("forget everything taught of the sign", takes_sign=True, cost=10),
    Do.SAMPLES: Form("how many samples each sign has, and since when", cost=10),
    Do.QUIET: Form("begin the quiet minute; how it ends is an event"),
    Do.RELOAD: Form("read the settings again", cost=10),
}


class Code(Enum):
    """Why a request was not done, for programs; people get a sentence."""

    BAD_LINE = "bad-line"
    TOO_LONG = "too-long"
    TOO_OFTEN = "too-often"
    TOO_MANY = "too-many"
    TOO_SLOW = "too-slow"
    IDLE = "idle"
    UNKNOWN_SIGN = "unknown-sign"
    REFUSED = "refused"


@dataclass(frozen=True, slots=True)
class Request:
    """One line that made sense."""

    do: Do
    sign: str = ""


class Misunderstood(Exception):
    """A line that is no request; `str()` says what would be one."""


def request_of(line: bytes) -> Request:
    """The request in a line without its end; Misunderstood for everything that is none."""
    said = _object(line)
    form = _named(said.pop("do", None))
    sign = _sign(said.pop("sign", None), form) if FORMS[form].takes_sign else ""
    if said:
        raise Misunderstood(f"{form.value} takes {'sign' if FORMS[form].takes_sign else 'nothing'} and no other key")
    return Request(form, sign)


def line_of(message: Mapping[str, object]) -> bytes:
    """A message as a line; ASCII, so that half a character is never at its end."""
    return json.dumps(message, separators=(",", ":")).encode("ascii") + b"\n"


def refusal(code: Code, sentence: str) -> dict[str, object]:
    """The answer to what was not done."""
    return {"ok": False, "code": code.value, "error": sentence}


def _object(line: bytes) -> dict[str, Any]:
    try:
        said = json.loads(line.decode("utf-8"))
    except (ValueError, RecursionError):
        raise Misunderstood('a request is a line of JSON in UTF-8, such as {"do": "status"}') from None
    if not isinstance(said, dict):
        raise Misunderstood('a request is an object, such as {"do": "status"}')
    return said


def _named(name: object) -> Do:
    for do in Do:
        if do.value == name:
            return do
    raise Misunderstood(f"do must be one of: {', '.join(do.value for do in Do)}")


def _sign(name: object, do: Do) -> str:
    if not isinstance(name, str) or not name or len(name) > LONGEST_NAME or not name.isprintable():
        raise Misunderstood(
            f"{do.value} takes sign, a name of at most {LONGEST_NAME} characters that can be printed, "
            f'such as {{"do": "{do.value}", "sign": "fist"}}'
        )
    return name
