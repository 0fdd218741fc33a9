"""The rows of the signals table in docs/using-it.md, in words from patterns and tunes: `python -m scripts.signals`."""

import sys
from collections.abc import Sequence
from itertools import groupby

from edge_handsign.core.box import Tune
from edge_handsign.core.feedback import LASTING, SIGNALS, Pattern, Signal

NUMBERS = {2: "two", 3: "three", 4: "four", 5: "five", 6: "six"}
SHORT_S = 0.05  # a sound no longer than this is a tick


def table() -> str:
    """The rows, as Markdown, without a heading."""
    return "\n".join(f"| {described(signal)} | {form.meaning} |" for signal, form in SIGNALS.items())


def described(signal: Signal) -> str:
    """How it looks and sounds: "status LED: 0.6 s on + two rising notes"."""
    form = SIGNALS[signal]
    if form.led:
        return f"the sign's LED: {passing(form.led)}"
    look = lasting(form.status) if signal in LASTING else passing(form.status)
    return " + ".join(filter(None, [f"status LED: {look}", sound(form.tune)]))


def lasting(pattern: Pattern) -> str:
    """A pattern that goes on until another one begins."""
    period_s, lit = sum(seconds for _, seconds in pattern), _lit(pattern)
    if len(lit) == 1:
        return f"flashes {1 / period_s:g} times a second" if period_s < 1 else f"flashes every {period_s:g} s"
    if max(lit) > 2 * min(lit):
        return ", ".join("long" if seconds > 2 * min(lit) else "short" for seconds in lit)
    return f"flashes {len(lit)} times, pause"


def passing(pattern: Pattern) -> str:
    """A pattern that is shown once."""
    lit = _lit(pattern)
    if len(lit) > 1:
        return f"{len(lit)} {'slow' if lit[0] >= 0.5 else 'quick'} flashes"
    return f"{lit[0]:g} s on" if lit[0] >= 0.5 else "a flash"


def sound(tune: Tune) -> str:
    """A tune, by the way it goes."""
    played = [(hertz, seconds) for hertz, seconds in tune if hertz]
    notes = [hertz for hertz, _ in played]
    if len(notes) < 2:
        return "" if not notes else "a tick" if played[0][1] <= SHORT_S else "a beep"
    if len(list(groupby(notes))) == 1:
        return f"{NUMBERS.get(len(notes), len(notes))} equal notes"
    way = "rising " if notes == sorted(notes) else "falling " if notes == sorted(notes, reverse=True) else ""
    return f"{NUMBERS.get(len(notes), len(notes))} {way}notes"


def _lit(pattern: Pattern) -> Sequence[float]:
    return [seconds for on, seconds in pattern if on]


if __name__ == "__main__":
    sys.stdout.write(table() + "\n")
