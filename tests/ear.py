"""Tells by their sound what a box has said."""

from edge_handsign.core.box import Tune
from edge_handsign.core.feedback import SIGNALS, TURN_TUNE

REST_S = 0.05  # s of silence that end a tune
OWN_TUNE: Tune = ((2000, 0.1), (2500, 0.1))


def tones(tune: Tune) -> tuple[int, ...]:
    """The audible frequencies of a tune, in order."""
    return tuple(hertz for hertz, _ in tune if hertz)


NAMES = {tones(form.tune): signal.value.replace(" ", "-") for signal, form in SIGNALS.items() if form.tune}
NAMES |= {tones(TURN_TUNE): "click", tones(OWN_TUNE): "tune"}


class Ear:
    """Remembers tones and when they changed."""

    def __init__(self) -> None:
        self._changes: list[tuple[float, int]] = []

    def hear(self, tone_hz: int, now: float) -> None:
        if not self._changes or tone_hz != self._changes[-1][1]:
            self._changes.append((now, tone_hz))

    def since_last_time(self) -> list[str]:
        """What was said, in order; a run of the same as tick*12."""
        tunes: list[list[int]] = []
        silent_since = 0.0
        for at, hertz in self._changes:
            if hertz and (not tunes or at - silent_since >= REST_S):
                tunes.append([])
            if hertz:
                tunes[-1].append(hertz)
            silent_since = at if not hertz else at + 1e9
        self._changes = [change for change in self._changes[-1:] if change[1] == 0]
        return counted([name for tune in tunes for name in named(tune)])


def named(tune: list[int]) -> list[str]:
    """What was heard without a rest: one signal, or ticks in quick succession."""
    if NAMES.get((tune[0],)) == "tick" and len(set(tune)) == 1:
        return ["tick"] * len(tune)
    return [NAMES.get(tuple(tune), f"garbled{tune}")]


def counted(names: list[str]) -> list[str]:
    """Runs of the same name as name*N."""
    runs: list[tuple[str, int]] = []
    for name in names:
        runs = [*runs[:-1], (name, runs[-1][1] + 1)] if runs and runs[-1][0] == name else [*runs, (name, 1)]
    return [name if count == 1 else f"{name}*{count}" for name, count in runs]
