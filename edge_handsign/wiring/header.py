"""The header as text: 40 places, the names that the settings give them, and what is wrong there."""

from collections.abc import Mapping

from edge_handsign.config import Config
from edge_handsign.config.wiring import GROUNDS, HEADER, POWER
from edge_handsign.wiring.parts import Ailment, Part, buttons, buzzer, lamps

FREE = {place: bcm for bcm, place in HEADER.items()}
TITLE = "the 40-pin header, seen from above, SD card end at the top"


def header(config: Config, ailments: Mapping[int, Ailment] | None = None) -> list[str]:
    """A line for each row of the header; `ailments` are by BCM number."""
    parts = {HEADER[part.pin]: part for part in (*lamps(config), *buttons(config), buzzer(config)) if part}
    said = {place: _said(place, parts.get(place), ailments or {}) for place in range(1, 41)}
    wide = max(len(said[place]) for place in range(1, 41, 2))
    rows = [f"{said[place]:>{wide}} ({place:>2}) ({place + 1:>2}) {said[place + 1]}" for place in range(1, 41, 2)]
    return [TITLE, "", *(row.rstrip() for row in rows)]


def _said(place: int, part: Part | None, ailments: Mapping[int, Ailment]) -> str:
    if part is None:
        return "GND" if place in GROUNDS else POWER.get(place) or f"BCM {FREE[place]}"
    ailment = ailments.get(part.pin, Ailment.NONE)
    wrong = "" if ailment is Ailment.NONE else f" !! {ailment.value}"
    return f"{part.name} [BCM {part.pin}]{wrong}"
