"""What may be said over the control socket: a line of JSON is a request, an answer or an event. Pure: no socket."""

import json
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from enum import Enum
from typing import Any
from unicodedata import normalize

PROTOCOL = 1  # goes up when a client that obeyed the page could be misled
LONGEST_LINE = 4096  # bytes, with its end
LONGEST_NAME = 64  # code points of a sign
MOST_SKIPPED = 10**6
_JSON = json.JSONEncoder(separators=(",", ":"))


class Do(Enum):
    """What can be asked for."""

    STATUS = "status"
    WATCH = "watch"
    TEACH = "teach"
    UNDO = "undo"
    FORGET = "forget"
    SAMPLES = "samples"
    SHOW = "show"
    RENAME = "rename"
    IMPORT = "import"
    BACKUP = "backup"
    QUIET = "quiet"
    RELOAD = "reload"


@dataclass(frozen=True, slots=True)
class Form:
    """How something is asked for."""

    meaning: str
    takes: tuple[str, ...] = ()  # keys that must be there
    may_take: tuple[str, ...] = ()
    cost: int = 1  # in requests, for what takes the box longer than a moment


FORMS: Mapping[Do, Form] = {
    Do.STATUS: Form("how the box is and what it shows"),
    Do.WATCH: Form("from now on this connection also gets events"),
    Do.TEACH: Form("the next picture becomes a sample of the sign; answered when it is durable", takes=("sign",)),
    Do.UNDO: Form("take back the last lesson"),
    Do.FORGET: Form("forget everything taught of the sign", takes=("sign",), cost=10),
    Do.SAMPLES: Form("how many samples each sign has, and since when", may_take=("skip",), cost=2),
    Do.SHOW: Form("the lessons of the sign, and when they were given", takes=("sign",), may_take=("skip",), cost=2),
    Do.RENAME: Form("call the sign something else; its samples stay", takes=("sign", "name"), cost=10),
    Do.IMPORT: Form("add what another box was taught: the file comes as a descriptor beside the line", cost=10),
    Do.BACKUP: Form("a fresh copy of everything taught: the file goes as a descriptor beside the answer", cost=20),
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
    name: str = ""
    skip: int = 0


class Misunderstood(Exception):
    """A line that is no request; `str()` says what would be one."""


def request_of(line: bytes) -> Request:
    """The request in a line without its end; Misunderstood for everything that is none."""
    said = _object(line)
    do = _named(said.pop("do", None))
    form = FORMS[do]
    given = {
        key: _VALUES[key](said.pop(key, None), do, key)
        for key in (*form.takes, *form.may_take)
        if key in said or key in form.takes
    }
    if said:
        raise Misunderstood(
            f"{do.value} takes {' and '.join(form.takes + form.may_take) or 'nothing'} and no other key"
        )
    return Request(do, **given)


def line_of(message: Mapping[str, object]) -> bytes:
    """A message as a line; ASCII, so that half a character is never at its end."""
    return _JSON.encode(message).encode("ascii") + b"\n"


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


def _name(name: object, do: Do, key: str) -> str:
    if not isinstance(name, str) or not name or len(name) > LONGEST_NAME or not name.isprintable():
        raise Misunderstood(
            f"{do.value} takes {key}, a name of at most {LONGEST_NAME} characters that can be printed, "
            f'such as {{"do": "{do.value}", "{key}": "fist"}}'
        )
    return name


def _new_name(name: object, do: Do, key: str) -> str:
    """What a sign in the settings may be called, and no more: names become folders and words on a page."""
    good = _name(name, do, key)
    if good != good.strip() or "/" in good or "\\" in good or good in (".", ".."):
        raise Misunderstood(f"{do.value}: no sign can be called {good!r}: no / or \\, and no space at its ends")
    return normalize("NFC", good)


def _count(count: object, do: Do, key: str) -> int:
    if not isinstance(count, int) or isinstance(count, bool) or not 0 <= count <= MOST_SKIPPED:
        raise Misunderstood(f"{do.value} takes {key}, a whole number from 0 on")
    return count


_VALUES: Mapping[str, Callable[[object, Do, str], Any]] = {"sign": _name, "name": _new_name, "skip": _count}
