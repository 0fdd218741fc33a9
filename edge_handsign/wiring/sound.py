"""What is wrong with the buzzer, from what a person heard: silence, then two notes, the second higher."""

from enum import Enum

from edge_handsign.doctor.finding import fault, ok
from edge_handsign.wiring.lamps import AGAIN, SETTINGS
from edge_handsign.wiring.parts import Ailment, Diagnosis, Part


class Heard(Enum):
    """Each by the letter that a person types."""

    RISING = "r"
    SAME = "s"
    CLICKS = "c"
    NOTHING = "n"
    ALWAYS = "a"


OTHER_KIND = {"passive": "active", "active": "passive"}
OTHER_LEVEL = {"high": "low", "low": "high"}
WELL = {"passive": (Heard.RISING,), "active": (Heard.SAME,)}


def judge(part: Part, heard: Heard, kind: str, active: str) -> Diagnosis:
    """`kind` and `active` are `pins.buzzer_kind` and `pins.buzzer_active`."""
    if heard in WELL[kind]:
        return Diagnosis(part, Ailment.NONE, ok(f"{part} sounds"))
    if heard is Heard.ALWAYS:
        level = f"buzzer_kind: active, buzzer_active: {OTHER_LEVEL[active] if kind == 'active' else 'low'}"
        mend = f"{SETTINGS} pins: {{{level}}}"
        return Diagnosis(part, Ailment.INVERTED, fault(f"{part} sounds when it should be silent", mend))
    if heard is Heard.NOTHING:
        return Diagnosis(part, Ailment.DEAD, fault(f"{part} is silent", f"{AGAIN} looking at its wires and its plus"))
    other, how = OTHER_KIND[kind], "only clicks" if heard is Heard.CLICKS else "has one tone of its own"
    mend = f"{SETTINGS} pins: {{buzzer_kind: {other}}}"
    return Diagnosis(part, Ailment.SWAPPED, fault(f"{part} {how}: it is {other}, not {kind}", mend))
