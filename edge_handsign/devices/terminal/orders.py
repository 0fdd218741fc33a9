"""The language of the simulator: one line, one order.

    show NAME | show none      hold that before the camera, or nothing
    press BUTTON [SECONDS]     push and let go; the next line waits until it is let go
    down BUTTON, up BUTTON     push without letting go; let go
    wait SECONDS               the next line waits
    state                      say how the box looks now, changed or not
    quit                       the end; so is the end of the input

BUTTON is teach, next or sign:NAME. A name with spaces wants "quotation marks".
"""

import shlex
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from difflib import get_close_matches

from edge_handsign.core.box import Box

TAP_S = 0.15  # how long a finger stays on a button that is just pressed
LONGEST_S = 3600.0
NOTHING = "none"


class BadOrder(ValueError):
    """A line that means nothing; the message says what would."""


@dataclass(frozen=True, slots=True)
class Show:
    """Hold this before the camera; None: nothing."""

    name: str | None


@dataclass(frozen=True, slots=True)
class Press:
    """Push that button and let it go after so many seconds."""

    button: int
    seconds: float = TAP_S


@dataclass(frozen=True, slots=True)
class Keep:
    """Push that button and stay on it, or let it go."""

    button: int
    down: bool


@dataclass(frozen=True, slots=True)
class Wait:
    """Nothing, for so long."""

    seconds: float


@dataclass(frozen=True, slots=True)
class State:
    """Say how the box looks."""


@dataclass(frozen=True, slots=True)
class Quit:
    """The end."""


Order = Show | Press | Keep | Wait | State | Quit


@dataclass(frozen=True, slots=True)
class Names:
    """What can be named: buttons of the box by name, and what can be shown."""

    buttons: Mapping[str, int]  # index into Box.buttons
    choices: Sequence[str]


def button_names(box: Box) -> dict[str, int]:
    """Each button's name and its index: teach, next, or sign:NAME for a sign's own."""
    return {f"sign:{b.sign}" if b.sign else b.role.value: index for index, b in enumerate(box.buttons)}


def understand(line: str, names: Names) -> Order | None:
    """The order in that line, None when it is empty or a # comment; BadOrder says what was meant instead."""
    try:
        words = shlex.split(line, comments=True)
    except ValueError as error:
        raise BadOrder(f"{line.strip()!r}: {error}") from error
    if not words:
        return None
    verb, *given = words
    form, read = VERBS[_one_of(verb, list(VERBS), "order")]
    least, most = sum("[" not in word for word in form.split()[1:]), len(form.split()) - 1
    if not least <= len(given) <= most:
        raise BadOrder(f"{line.strip()!r}: say it as {form!r}")
    return read(given, names)


def _show(given: Sequence[str], names: Names) -> Order:
    name = _one_of(given[0], [*names.choices, NOTHING], "thing to show")
    return Show(None if name == NOTHING else name)


def _press(given: Sequence[str], names: Names) -> Order:
    return Press(_button(given[0], names), *(_seconds(word) for word in given[1:]))


def _down(given: Sequence[str], names: Names) -> Order:
    return Keep(_button(given[0], names), down=True)


def _up(given: Sequence[str], names: Names) -> Order:
    return Keep(_button(given[0], names), down=False)


def _wait(given: Sequence[str], _: Names) -> Order:
    return Wait(_seconds(given[0]))


def _button(word: str, names: Names) -> int:
    return names.buttons[_one_of(word, list(names.buttons), "button")]


def _seconds(word: str) -> float:
    try:
        seconds = float(word)
    except ValueError:
        seconds = -1.0
    if not 0.0 <= seconds <= LONGEST_S:
        raise BadOrder(f"{word!r} is not a number of seconds between 0 and {LONGEST_S:g}")
    return seconds


def _one_of(word: str, known: Sequence[str], kind: str) -> str:
    if word in known:
        return word
    near = get_close_matches(word, known, n=1, cutoff=0.5)
    hint = f"did you mean {near[0]!r}? " if near else ""
    raise BadOrder(f"there is no {kind} {word!r}: {hint}there is {', '.join(known)}")


VERBS: dict[str, tuple[str, Callable[[Sequence[str], Names], Order]]] = {
    "show": ("show NAME", _show),
    "press": ("press BUTTON [SECONDS]", _press),
    "down": ("down BUTTON", _down),
    "up": ("up BUTTON", _up),
    "wait": ("wait SECONDS", _wait),
    "state": ("state", lambda _given, _names: State()),
    "quit": ("quit", lambda _given, _names: Quit()),
}
