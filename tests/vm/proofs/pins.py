"""Buttons, LEDs and buzzer on the kernel's gpio-sim, through rpi-lgpio: taught by pressing, seen and heard."""

import time
from functools import partial

from tests.vm.bench import HANDS, LEDS, NEXT, TEACH, acknowledged, high, photographs, press, until
from tests.vm.daemon import asked, knows, show

STEADY_S = 1.5  # in which an LED that only blinks would be dark
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
    """Another person's hand lights the sign's LED, and no other."""
    took = []
    for sign in (*HANDS, *reversed(HANDS)):
        show(photographs(sign)[LESSONS])
        took.append(until(partial(_decided, sign), f"{sign} is recognised"))
        until(partial(_steady, sign), f"the LED of {sign} alone is lit, and does not blink")
    return f"{len(took)} photographs of somebody who taught nothing: each lit its LED alone, within {max(took):.1f} s"


def _left(sign: str) -> bool:
    return bool(asked("status")["selected"] != sign)


def _steady(sign: str) -> bool:
    ends = time.monotonic() + STEADY_S
    alone = True
    while alone and time.monotonic() < ends:
        alone = _lit() == {sign}
    return alone


def _decided(sign: str) -> bool:
    return bool(asked("status")["decision"] == sign)


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
