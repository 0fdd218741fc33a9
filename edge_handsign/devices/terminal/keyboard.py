"""The keyboard: which key means which line, and a terminal that hands keys over one by one.

Terminals tell of keys going down but not of keys let go, so holding a button takes two strokes:
one to push, one to let go.
"""

import re
import termios
import tty
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager, suppress

from edge_handsign.devices.terminal.orders import Keep, Names, Order, Press, Quit, Show

OWN = "asdfghjkl"  # keys for signs with a button of their own
KEY = re.compile(r"\x1b\[[0-9;]*[A-Za-z~]|\x1bO[A-Z]|.", re.DOTALL)
STEP = {"\x1b[C": 1, "\x1b[D": -1, "\x1bOC": 1, "\x1bOD": -1}  # the arrows right and left
QUITS = ("q", "\x04", "\x03")  # the last two: Ctrl-D, and Ctrl-C where it does not interrupt


@contextmanager
def keys_one_by_one(descriptor: int) -> Iterator[None]:
    """Keys come without Enter and are not echoed; Ctrl-C still interrupts. Everything is put back at the end."""
    before = termios.tcgetattr(descriptor)
    try:
        tty.setcbreak(descriptor, termios.TCSANOW)
        yield
    finally:
        with suppress(termios.error):  # hung up: nobody is left to put it back for
            termios.tcsetattr(descriptor, termios.TCSANOW, before)


def split(text: str) -> list[str]:
    """The keys in what a terminal sent."""
    return KEY.findall(text)


class Keys:
    """What each key orders."""

    def __init__(self, names: Names) -> None:
        own = zip((name for name in names.buttons if name.startswith("sign:")), OWN, strict=False)
        self.taps: Mapping[str, str] = {  # key -> button
            **{key: name for key, name in ((" ", "teach"), ("n", "next")) if name in names.buttons},
            **{key: name for name, key in own},
        }
        self.holds: Mapping[str, str] = {"T" if key == " " else key.upper(): name for key, name in self.taps.items()}
        self._names = names

    def order(self, key: str, shown: str | None, held: Sequence[bool]) -> Order | None:
        """What that key orders while `shown` is before the camera and those fingers stay down; None: nothing."""
        if key in QUITS:
            return Quit()
        if key in self.taps:
            return Press(self._names.buttons[self.taps[key]])
        if key in self.holds:
            button = self._names.buttons[self.holds[key]]
            return Keep(button, down=not held[button])
        return self._choice(key, shown)

    def _choice(self, key: str, shown: str | None) -> Order | None:
        turns = [None, *self._names.choices]
        if key in STEP:
            return Show(turns[(turns.index(shown) + STEP[key]) % len(turns)])
        if key.isascii() and key.isdigit() and int(key) < len(turns):
            return Show(turns[int(key)])
        return None
