"""What is wrong with buttons, from what was read: nobody presses, then each of them is pressed."""

from collections.abc import Sequence
from dataclasses import dataclass

from edge_handsign.config.wiring import HEADER
from edge_handsign.doctor.finding import fault, ok
from edge_handsign.wiring.lamps import AGAIN, SETTINGS
from edge_handsign.wiring.parts import Ailment, Diagnosis, Part

OPPOSITE = {"up": "down", "down": "up", "none": "down"}  # of pins.buttons_pull
CHATTER = 2  # edges at rest that a touched wire may make


@dataclass(frozen=True, slots=True)
class Felt:
    """One button. Numbers are those of the buttons that changed while it was pressed."""

    down: bool  # at rest
    edges: int  # at rest, in a second
    answered: frozenset[int]
    turned: frozenset[int] = frozenset()  # with the opposite pull, where nothing answered before


def judge(parts: Sequence[Part], felt: Sequence[Felt], pull: str) -> list[Diagnosis]:
    """A diagnosis for each; `pull` is `pins.buttons_pull`."""
    return [_one(parts, number, one, pull) for number, one in enumerate(felt)]


def _one(parts: Sequence[Part], number: int, felt: Felt, pull: str) -> Diagnosis:
    part = parts[number]
    other_pull = f"{SETTINGS} pins: {{buttons_pull: {OPPOSITE[pull]}}}"
    if felt.edges > CHATTER:
        resistor = f"{SETTINGS} pins: {{buttons_pull: up}}" if pull == "none" else f"{AGAIN} looking for a loose wire"
        return Diagnosis(part, Ailment.FLOATING, fault(f"{part} changes while nobody presses it", resistor))
    if felt.down and number in felt.answered:
        return Diagnosis(part, Ailment.INVERTED, fault(f"{part} is pressed until somebody presses it", other_pull))
    if felt.down:
        rail = "3.3 V" if pull == "down" else "ground"
        wire = f"{AGAIN} taking its wire off {rail}, or turning the button by 90 degrees"
        return Diagnosis(part, Ailment.STUCK, fault(f"{part} is pressed, whatever is done", wire))
    if felt.answered == {number}:
        return Diagnosis(part, Ailment.NONE, ok(f"{part} answers"))
    if not felt.answered and number in felt.turned:
        rail = "ground" if pull == "down" else "3.3 V"
        return Diagnosis(part, Ailment.INVERTED, fault(f"{part} connects to {rail}", other_pull))
    return _mixed(parts, number, felt.answered or felt.turned)


def _mixed(parts: Sequence[Part], number: int, answered: frozenset[int]) -> Diagnosis:
    part, others = parts[number], [parts[other] for other in sorted(answered - {number})]
    names = " and ".join(map(str, others))
    if not others:
        wire = f"{AGAIN} looking at its wires, or turning the button by 90 degrees"
        return Diagnosis(part, Ailment.DEAD, fault(f"{part} does not answer", wire))
    if number in answered or len(others) > 1:
        apart = f"{AGAIN} looking where their wires touch"
        return Diagnosis(part, Ailment.BRIDGED, fault(f"with {part} answers {names}", apart))
    exchange = f"{AGAIN} exchanging the wires at header pins {HEADER[part.pin]} and {HEADER[others[0].pin]}"
    return Diagnosis(part, Ailment.SWAPPED, fault(f"instead of {part} answers {names}", exchange))
