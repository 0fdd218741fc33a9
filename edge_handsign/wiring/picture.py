"""The wiring as a picture, drawn from settings, so that it cannot say anything else than they do: the README's too.

Seen from above with the SD card at the top: odd pins on the left, even pins on the right. Each part sits beside its
pin's column, in the order of the pins, so no wires cross.
"""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from html import escape
from itertools import cycle

from edge_handsign.config import Config
from edge_handsign.config.wiring import GROUNDS, HEADER, POWER, wires
from edge_handsign.wiring.parts import Ailment

WIDTH, TOP, ROW, SLOT = 960, 112, 27, 84
HEIGHT = TOP + 20 * ROW + 96
MIDDLE, GAP = WIDTH // 2, 28  # between the two columns of pins
PARTS = 268  # from the middle to where parts begin
RAIL = 430  # from the middle to the ground rail
OHM = "330 Ω"
FOOT = "Raspberry Pi, 40-pin header, seen from above. Numbers in the pads are places on it; settings use BCM numbers."
WIRES = ("#2f6fb7", "#8a4fb0", "#c2571a", "#2a8a57", "#b03a5b", "#22808f", "#8a6d1a", "#5b5fc7")
GLOWS = ("#ff5d4d", "#3fcf6f", "#ffd23f", "#4aa8ff", "#ff8ad1", "#f5f7ff")
CARD, BOARD, DARK, BLACK, INK, FAINT = "#fbfaf6", "#2f6b4f", "#23282d", "#0c0d0e", "#23282d", "#6a727a"
WRONG = "#c8102e"


@dataclass(frozen=True, slots=True)
class Part:
    """Something to solder: what it is called, its numbers, how it is drawn."""

    kind: str  # button, led or buzzer
    name: str
    bcm: int
    wire: str
    glow: str
    ailment: Ailment

    @property
    def place(self) -> int:
        """Its pin's place on the header, 1 to 40."""
        return HEADER[self.bcm]


def svg(config: Config, ailments: Mapping[int, Ailment] | None = None) -> str:
    """The picture of these settings' wiring; `ailments`, by BCM number, are drawn in red."""
    parts = sorted(_parts(config, ailments or {}), key=lambda part: part.place)
    title = "default wiring" if config == Config() else "your wiring"
    drawn = [*_card(f"edge-handsign: {title}"), *_board(), *_pads(parts)]
    for odd in (True, False):
        drawn += _side([part for part in parts if part.place % 2 == odd], -1 if odd else 1)
    return "\n".join([*drawn, "</svg>", ""])


def _parts(config: Config, ailments: Mapping[int, Ailment]) -> Iterator[Part]:
    colours, glows = cycle(WIRES), cycle(GLOWS)
    for wire in wires(config.pins, config.signs):
        kind = next(kind for kind in ("button", "buzzer", "led") if kind in wire.role.lower())
        glow = "#ffb02e" if wire.path == "pins.status" else next(glows) if kind == "led" else ""
        yield Part(kind, wire.role, wire.pin, next(colours), glow, ailments.get(wire.pin, Ailment.NONE))


def _card(title: str) -> list[str]:
    """A background of its own: the same picture on a white and on a dark page."""
    opening = (
        f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {WIDTH} {HEIGHT}" width="{WIDTH}" height="{HEIGHT}" '
        'font-family="DejaVu Sans, Verdana, sans-serif" role="img" aria-labelledby="title">'
    )
    return [
        opening,
        '<title id="title">Wiring of buttons, LEDs and buzzer to the 40-pin header</title>',
        f'<rect x="1" y="1" width="{WIDTH - 2}" height="{HEIGHT - 2}" rx="18" fill="{CARD}" stroke="#d9d5c8"/>',
        _text(MIDDLE, 38, title, size=21, weight="bold"),
        _text(MIDDLE, HEIGHT - 22, FOOT, size=12.5, colour=FAINT),
    ]


def _board() -> list[str]:
    top, bottom = TOP - 34, TOP + 20 * ROW + 14
    return [
        f'<rect x="{MIDDLE - 66}" y="{top}" width="132" height="{bottom - top}" rx="12" fill="{BOARD}"/>',
        f'<rect x="{MIDDLE - 32}" y="{TOP - 10}" width="64" height="{20 * ROW + 6}" rx="5" fill="{DARK}"/>',
        _text(MIDDLE, top + 17, "SD card end", size=11.5, colour="#e8f3ec"),
        *(_text(_pin_x(place) + (-30 if place % 2 else 30), _pin_y(place) + 4, volts, size=10.5, colour="#e8f3ec")
          for place, volts in POWER.items()),
    ]  # fmt: skip


def _pads(parts: Sequence[Part]) -> list[str]:
    """Pin 1 is square, as on the board."""
    used = {part.place: part.wire for part in parts}
    drawn = []
    for place in range(1, 41):
        ground = place in GROUNDS
        fill = used.get(place, BLACK if ground else "#c9ccd0")
        ink = "#ffffff" if place in used or ground else "#3b4046"
        x, y, round_ = _pin_x(place), _pin_y(place), 2 if place == 1 else 11
        drawn.append(
            f'<rect x="{x - 11}" y="{y - 11}" width="22" height="22" rx="{round_}" fill="{fill}" stroke="#e9d9a0"/>'
        )
        drawn.append(_text(x, y + 4, str(place), size=11, colour=ink))
    return drawn


def _side(parts: Sequence[Part], way: int) -> list[str]:
    """One column's parts and the rail that joins them to ground; `way` is -1 for the left, 1 for the right."""
    drawn, rail = [], MIDDLE + way * RAIL
    heights = _heights(parts)
    ground = min((p for p in GROUNDS if p % 2 == (way < 0)), key=lambda p: abs(_pin_y(p) - (heights[-1] + SLOT)))
    end = max(_pin_y(ground), heights[-1] + SLOT * 0.75)
    drawn.append(_line(rail, heights[0], rail, end, BLACK, 4))
    drawn.append(_curve(_pin_x(ground) + way * 12, _pin_y(ground), rail, end, BLACK))
    drawn.append(
        _text(rail - way * 10, end + 20, f"GND, pin {ground}", size=12.5, anchor="start" if way < 0 else "end")
    )
    for part, y in zip(parts, heights, strict=True):
        begin = MIDDLE + way * PARTS
        drawn.append(_curve(_pin_x(part.place) + way * 12, _pin_y(part.place), begin - way * 64, y, part.wire))
        drawn.append(_line(begin - way * 64, y, begin, y, part.wire, 3))
        drawn.append(_line(begin, y, rail, y, BLACK, 3))
        drawn += SHAPES[part.kind](part, begin, y, way)
        drawn.append(_text(begin, y - 21, part.name, size=14, weight="bold"))
        drawn.append(_text(begin, y + 31, f"BCM {part.bcm} · pin {part.place}", size=12, colour=FAINT))
        if part.ailment is not Ailment.NONE:
            drawn.append(f'<circle cx="{begin}" cy="{y}" r="17" fill="none" stroke="{WRONG}" stroke-width="4"/>')
            drawn.append(_text(begin, y + 47, part.ailment.value, size=13, colour=WRONG, weight="bold"))
    return drawn


def _heights(parts: Sequence[Part]) -> list[float]:
    """Parts beside their pins, pushed apart to SLOT, and all of them kept on the card."""
    heights: list[float] = []
    for part in parts:
        wanted = _pin_y(part.place) - (len(parts) - 1) * SLOT / 4
        heights.append(max(wanted, heights[-1] + SLOT if heights else TOP + 8))
    over = max(0.0, heights[-1] - (TOP + 20 * ROW - SLOT))
    return [max(height - over, TOP + 8) for height in heights]


def _button(_part: Part, x: float, y: float, _way: int) -> list[str]:
    return [
        f'<rect x="{x - 15}" y="{y - 15}" width="30" height="30" rx="4" fill="#3d444b"/>',
        f'<circle cx="{x}" cy="{y}" r="9" fill="#e5484d"/>',
    ]


def _buzzer(_part: Part, x: float, y: float, _way: int) -> list[str]:
    return [
        f'<circle cx="{x}" cy="{y}" r="16" fill="#2b2f33"/>',
        f'<circle cx="{x}" cy="{y}" r="4" fill="#8d949b"/>',
    ]


def _led(part: Part, x: float, y: float, way: int) -> list[str]:
    """The pin feeds the LED's long leg; the resistor sits between its short leg and ground."""
    resistor = x + way * 84
    return [
        f'<circle cx="{x}" cy="{y}" r="21" fill="{part.glow}" opacity="0.25"/>',
        f'<circle cx="{x}" cy="{y}" r="14" fill="{part.glow}" stroke="{INK}" stroke-width="1.5"/>',
        f'<rect x="{resistor - 22}" y="{y - 8}" width="44" height="16" rx="6" fill="#e3cfa4" stroke="#9b8658"/>',
        *(f'<rect x="{resistor + dx}" y="{y - 8}" width="4" height="16" fill="{band}"/>'
          for dx, band in ((-14, "#e07b00"), (-6, "#e07b00"), (2, "#7a4a1e"), (11, "#c9a227"))),
        _text(resistor, y + 24, OHM, size=11.5, colour=FAINT),
    ]  # fmt: skip


SHAPES = {"button": _button, "buzzer": _buzzer, "led": _led}


def _pin_x(place: int) -> float:
    return MIDDLE + (-GAP / 2 if place % 2 else GAP / 2)


def _pin_y(place: int) -> float:
    return TOP + (place - 1) // 2 * ROW + 6


def _line(x1: float, y1: float, x2: float, y2: float, colour: str, width: float) -> str:
    return (
        f'<path d="M{x1:g} {y1:g} L{x2:g} {y2:g}" stroke="{colour}" stroke-width="{width:g}" stroke-linecap="round"/>'
    )


def _curve(x1: float, y1: float, x2: float, y2: float, colour: str) -> str:
    half = (x1 + x2) / 2
    return (
        f'<path d="M{x1:g} {y1:g} C{half:g} {y1:g} {half:g} {y2:g} {x2:g} {y2:g}" fill="none" stroke="{colour}" '
        'stroke-width="3" stroke-linecap="round"/>'
    )


def _text(
    x: float, y: float, words: str, *, size: float, colour: str = INK, weight: str = "normal", anchor: str = "middle"
) -> str:
    return (
        f'<text x="{x:g}" y="{y:g}" font-size="{size:g}" font-weight="{weight}" fill="{colour}" '
        f'text-anchor="{anchor}">{escape(words)}</text>'
    )
