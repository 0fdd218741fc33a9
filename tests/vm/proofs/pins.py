"""Buttons, LEDs and buzzer on the kernel's gpio-sim, through rpi-lgpio: taught by pressing, seen and heard."""

import time
from functools import partial

from tests.vm.bench import HANDS, LEDS, NEXT, TEACH, acknowledged, high, photographs, press, until
from tests.vm.daemon import asked, knows, show
from tests.vm.wires import Wires

LOOK_S = 6.0  # at each photograph, once its LED is lit
LESSONS = 4  # people who teach each sign; the next one asks


def _selected(sign: str) -> None:
    for _ in range(6):
        if asked("status")["selected"] == sign:
            return
        before = asked("status")["selected"]
        press(NEXT)
        until(partial(_left, before), "the next sign is selected")
    raise AssertionError(f"{sign} cannot be selected")


def _taught(sign: str, photograph: int) -> int:
    before = knows().get(sign, 0)
    show(photographs(sign)[photograph])
    swings = acknowledged(partial(press, TEACH))
    assert knows().get(sign, 0) == before + 1, f"one press, and instead of {before} samples {knows()}"
    return swings


def taught() -> str:
    """Three signs, each by presses that bounce; every press is one lesson, heard and seen."""
    swings = []
    for sign in HANDS:
        _selected(sign)
        swings += [_taught(sign, person) for person in range(LESSONS)]
    assert knows() == dict.fromkeys(HANDS, LESSONS), knows()
    heard = f"status LED and {min(swings)} to {max(swings)} swings of the buzzer"
    return f"{len(HANDS)} signs by {LESSONS} bouncing presses each, every one acknowledged by {heard}"


def recognised() -> str:
    """Another person's hand lights the sign's LED, and no other, for as long as it is held up."""
    took = []
    for sign in (*HANDS, *reversed(HANDS)):
        held_at = time.monotonic()
        show(photographs(sign)[LESSONS])
        until(partial(_alone, sign), f"the LED of {sign} alone is lit")
        took.append(time.monotonic() - held_at)
        _stays(sign)
    return (
        f"{len(took)} photographs of somebody who taught nothing: each lit its LED alone, after at most "
        f"{max(took):.1f} s, and for the {LOOK_S:g} s after that; {asked('status')['fps']:.1f} pictures a second"
    )


def _stays(sign: str) -> None:
    """AssertionError when its LED goes out, or another is lit, however shortly."""
    wires = Wires()
    time.sleep(LOOK_S)
    changed = [other for other, pin in LEDS.items() if wires.was(pin, high=other != sign)]
    assert not changed, f"while {sign} was held up, the LEDs of {', '.join(changed)} changed"
    assert _lit() == {sign}, f"{sign} was held up, and in the end lit were {_lit()}"


def _left(sign: str) -> bool:
    return bool(asked("status")["selected"] != sign)


def _alone(sign: str) -> bool:
    return _lit() == {sign}


def _lit() -> set[str]:
    return {sign for sign, pin in LEDS.items() if high(pin)}


def undone() -> str:
    """Hold next for a second: the last lesson is taken back."""
    _selected("peace")
    _taught("peace", LESSONS + 1)
    press(NEXT, held_s=1.8)
    until(lambda: knows()["peace"] == LESSONS, "the last lesson is taken back")
    return "next held: the last lesson taken back"


def forgotten() -> str:
    """Hold next for five seconds: the selected sign is forgotten, and only that."""
    _selected("peace")
    press(NEXT, held_s=7)
    until(lambda: knows() == dict.fromkeys(("fist", "palm"), LESSONS), "peace is forgotten")
    show(photographs("peace")[0])
    until(lambda: not high(LEDS["peace"]), "its LED is dark")
    return "next held for 5 s: peace forgotten, fist and palm kept"
