"""Notes as musicians write them become tones: scientific pitch, A4 = 440 Hz, twelve equal steps to the octave."""

import re

from edge_handsign.core.box import Tune

NOTE = re.compile(r"(?:(?P<step>[A-G])(?P<sharp>#?)(?P<octave>[3-8])|-)(?::(?P<ms>[0-9]{2,4}))?", re.ASCII)
STEPS = {"C": 0, "D": 2, "E": 4, "F": 5, "G": 7, "A": 9, "B": 11}  # semitones above C
LASTS_MS = 150  # a note that does not say
SHORTEST_MS, LONGEST_MS = 20, 2000
MOST_NOTES = 32


def wrong_notes(text: str) -> list[str]:
    """One sentence for each note that cannot be played; empty when all can."""
    notes = text.split()
    if not 1 <= len(notes) <= MOST_NOTES:
        return [f"a tune has 1 to {MOST_NOTES} notes, not {len(notes)}; null is silence"]
    return [f"there is no note '{note[:20]}'; {_allowed(note)}" for note in notes if _tone(note) is None]


def tune_of(text: str) -> Tune:
    """The tones of a tune without wrong notes: (hertz, seconds) after one another."""
    return tuple(tone for tone in map(_tone, text.split()) if tone is not None)


def _tone(note: str) -> tuple[int, float] | None:
    found = NOTE.fullmatch(note)
    if not found:
        return None
    lasts_ms = int(found["ms"] or LASTS_MS)
    if not SHORTEST_MS <= lasts_ms <= LONGEST_MS:
        return None
    if found["step"] is None:
        return 0, lasts_ms / 1000
    above_a4 = 12 * (int(found["octave"]) - 4) + STEPS[found["step"]] + bool(found["sharp"]) - STEPS["A"]
    return (round(440 * 2 ** (above_a4 / 12)), lasts_ms / 1000) if above_a4 <= 39 else None  # 39: C8


def _allowed(note: str) -> str:
    if _tone(note.upper()) is not None:
        return f"did you mean '{note.upper()}'?"
    return f"notes go from C3 to C8, as in C5 or F#5:300 ({SHORTEST_MS} to {LONGEST_MS} milliseconds), - is a rest"
