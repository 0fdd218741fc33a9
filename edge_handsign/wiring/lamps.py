"""What is wrong with LEDs, from what a person saw: all off, then each of them on alone."""

from collections.abc import Sequence
from dataclasses import dataclass

from edge_handsign.config.wiring import HEADER
from edge_handsign.doctor.finding import fault, ok
from edge_handsign.wiring.parts import Ailment, Diagnosis, Part

SETTINGS = "sudoedit /etc/edge-handsign/config.yaml  #"
AGAIN = "edge-handsign doctor --wiring  # after"


@dataclass(frozen=True, slots=True)
class Seen:
    """Numbers of the LEDs that shone: when none should, and when only the first, the second... should."""

    dark: frozenset[int]
    alone: tuple[frozenset[int], ...]


def judge(parts: Sequence[Part], seen: Seen, active: str) -> list[Diagnosis]:
    """A diagnosis for each; `active` is `pins.leds_active`."""
    inverted = {number for number in seen.dark if number not in seen.alone[number]}
    mend = f"{SETTINGS} pins: {{leds_active: {'low' if active == 'high' else 'high'}}}"
    if len(inverted) < len(parts):
        mend = f"{AGAIN} turning it round: from its pin through the resistor to ground, like the others"
    return [_one(parts, number, seen, mend) for number in range(len(parts))]


def _one(parts: Sequence[Part], number: int, seen: Seen, turn: str) -> Diagnosis:
    part, lit = parts[number], number in seen.alone[number]
    others = seen.alone[number] - {number} - seen.dark
    if number in seen.dark and not lit:
        return Diagnosis(part, Ailment.INVERTED, fault(f"{part} shines when it should not, and the reverse", turn))
    if number in seen.dark:
        wire = f"{AGAIN} taking its wire off 3.3 V or 5 V"
        return Diagnosis(part, Ailment.STUCK, fault(f"{part} shines whatever is done", wire))
    if not lit and not others:
        way = f"{AGAIN} turning it round: its long leg goes to the pin"
        return Diagnosis(part, Ailment.DEAD, fault(f"{part} stays dark", way))
    if others:
        return _mixed(part, [parts[other] for other in sorted(others)], lit=lit)
    return Diagnosis(part, Ailment.NONE, ok(f"{part} shines"))


def _mixed(part: Part, others: Sequence[Part], *, lit: bool) -> Diagnosis:
    names = " and ".join(map(str, others))
    if lit or len(others) > 1:
        apart = f"{AGAIN} looking where their wires touch"
        return Diagnosis(part, Ailment.BRIDGED, fault(f"with {part} shines {names}", apart))
    exchange = f"{AGAIN} exchanging the wires at header pins {HEADER[part.pin]} and {HEADER[others[0].pin]}"
    return Diagnosis(part, Ailment.SWAPPED, fault(f"instead of {part} shines {names}", exchange))
