"""The picture on the terminal: pure text from what is outside. 80 columns by 24 lines, plain ANSI, no library.

Lamps are letters as well as colours, so that they can be read without either.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from itertools import accumulate

import numpy as np
from numpy.typing import NDArray

from edge_handsign.core.box import Box, Sign
from edge_handsign.core.messages import WHOLE, Feedback, Frame, Sight
from edge_handsign.devices.terminal.outside import Outside, note

COLUMNS = 80
LEFT, LINES = 45, 16  # columns before the picture; lines of the picture, each of two pixels
PIXELS = 2 * LINES
SIGN_LINES = 8
COLOURS = (32, 33, 36, 35, 34, 31)  # ANSI: green, yellow, cyan, magenta, blue, red
HALF = "\u2580"  # the upper half of a character's cell
HELP = (
    "1-9, 0, arrows  hold something before the camera, or nothing (0)",
    "space  press teach: what the camera sees now is the selected sign",
    "T  hold teach for a burst, T again to let go; move your hand meanwhile",
    "n  press next: the next sign; N hold it: 1 s takes back a lesson, 5 s forgets",
    "a s d ..  press a sign's own button, if it has one; A S D .. hold it",
    "v  picture on, off      b  bell on, off      ?  back      q  quit",
)


@dataclass(frozen=True, slots=True)
class Scenery:
    """What is on the screen beside the box."""

    choices: Sequence[str]
    taps: Mapping[str, str]  # key -> button
    held: Sequence[str]  # names of buttons that stay down
    bell: bool
    help: bool
    fine: bool  # the terminal knows 24-bit colour and block characters


def compose(box: Box, outside: Outside, scenery: Scenery, frame: Frame | None) -> list[str]:
    """The lines of the screen, escape sequences and all; the picture is drawn when there is a frame."""
    left = [
        _bold("edge-handsign, simulated") + "  nothing here is wired",
        "",
        _outputs(outside.feedback, bell=scenery.bell),
        "",
        *_signs(box, outside, scenery),
        "",
        f"shows     {_bold(_decision(outside))}",
        f"teaches   {(outside.view.selected or '-')[:34]}",
        f"held      {(', '.join(scenery.held) or '-')[:34]}",
    ]
    picture = preview(frame, fine=scenery.fine) if frame else []
    height = max(len(left), LINES + 2)
    left += [""] * (height - len(left))
    right = ["", "", *picture] + [""] * height
    top = [f"{_pad(a, LEFT)}{b}" if b else a for a, b in zip(left, right, strict=False)]
    return [*top, *_below(outside, scenery)]


def preview(frame: Frame, *, fine: bool) -> list[str]:
    """The frame in coloured half blocks, LINES lines of PIXELS characters."""
    height, width = frame.pixels.shape[:2]
    rows, columns = (np.linspace(0, side - 1, PIXELS).astype(int) for side in (height, width))
    small = frame.pixels[rows][:, columns]
    colour = _fine if fine else _coarse
    return [
        "".join(f"\x1b[{colour(38, a)};{colour(48, b)}m{HALF}" for a, b in zip(upper, lower, strict=True)) + "\x1b[0m"
        for upper, lower in zip(small[::2], small[1::2], strict=True)
    ]


def outlined(sight: Sight) -> Frame:
    """The frame, and on it a white line around what was looked at more closely, a cell of the picture wide."""
    part = sight.embedding.part
    if part == WHOLE:
        return sight.frame
    pixels = sight.frame.pixels.copy()
    height, width = pixels.shape[:2]
    left, top, right, bottom = (round(edge * side) for edge, side in zip(part, (width, height) * 2, strict=True))
    thick = -(-max(height, width) // PIXELS)
    inside = pixels[top + thick : bottom - thick, left + thick : right - thick].copy()
    pixels[top:bottom, left:right] = 255
    pixels[top + thick : bottom - thick, left + thick : right - thick] = inside
    return Frame(pixels, sight.frame.taken_at)


def _fine(where: int, pixel: NDArray[np.uint8]) -> str:
    red, green, blue = pixel.tolist()
    return f"{where};2;{red};{green};{blue}"


def _coarse(where: int, pixel: NDArray[np.uint8]) -> str:
    red, green, blue = ((pixel.astype(int) + 25) // 51).tolist()  # the 6 x 6 x 6 cube of 256 colours
    return f"{where};5;{16 + 36 * red + 6 * green + blue}"


def _outputs(feedback: Feedback, *, bell: bool) -> str:
    sound = note(feedback.tone_hz) + " (bell)" * bell
    return f"status {_lamp(37, on=feedback.status)}   buzzer {_bold(sound) if feedback.tone_hz else sound}"


def _signs(box: Box, outside: Outside, scenery: Scenery) -> list[str]:
    names = [sign.name for sign in box.signs]
    here = names.index(outside.view.selected) if outside.view.selected in names else 0
    first = min(max(0, here - SIGN_LINES + 2), max(0, len(names) - SIGN_LINES))
    rows = [_sign(sign, outside, scenery) for sign in box.signs[first : first + SIGN_LINES]]
    return rows + ([f"      {len(names)} signs; n shows the others"] if len(names) > SIGN_LINES else [])


def _sign(sign: Sign, outside: Outside, scenery: Scenery) -> str:
    led, view = sign.led, outside.view
    lamp = "   " if led is None else _lamp(COLOURS[led % len(COLOURS)], on=outside.feedback.leds[led])
    mark = ">" if sign.name == view.selected else " "
    key = next((f"  key {key}" for key, name in scenery.taps.items() if name == f"sign:{sign.name}"), "")
    taught = view.samples.get(sign.name, 0)
    return f"{mark} {lamp} {sign.name[:16]:<16} {taught:>5} sample{'s' * (taught != 1)}{key}"


def _decision(outside: Outside) -> str:
    similarity = outside.view.similarity
    near = "" if similarity is None else f"  (similarity {similarity:.2f})"
    return f"{(outside.view.decision or 'nothing')[:16]}{near}"


def _below(outside: Outside, scenery: Scenery) -> list[str]:
    if scenery.help:
        return [*HELP]
    return [
        "",
        outside.view.message[:COLUMNS],
        "",
        "before the camera:",
        _menu(["none", *scenery.choices], outside.shown or "none"),
        "space teach  T hold  n next  N hold  v picture  b bell  ? help  q quit",
    ]


def _menu(names: Sequence[str], shown: str) -> str:
    """As many of the names as fit, what is shown among them; nine have a digit, the arrows reach the rest."""
    here = names.index(shown)
    items = [f"{number if number < 10 else '*'} {name[:24]}" for number, name in enumerate(names)]
    first = 0
    while sum(len(item) + 2 for item in items[first : here + 1]) > COLUMNS + 2:
        first += 1
    room = accumulate(len(item) + 2 for item in items[first:])
    fitting = sum(end <= COLUMNS + 2 for end in room)
    items[here] = f"\x1b[7m{items[here]}\x1b[0m"
    return "  ".join(items[first : first + fitting])


def _lamp(colour: int, *, on: bool) -> str:
    return f"\x1b[1;{colour}m(*)\x1b[0m" if on else "\x1b[2m( )\x1b[0m"


def _bold(text: str) -> str:
    return f"\x1b[1m{text}\x1b[0m"


def _pad(text: str, width: int) -> str:
    return text + " " * max(0, width - len(plain(text)))


def plain(text: str) -> str:
    """The text without its colours."""
    parts = text.split("\x1b[")
    return parts[0] + "".join(part.partition("m")[2] for part in parts[1:])
