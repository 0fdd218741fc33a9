"""Everything that can be seen and heard from outside the box, as one value: the screen draws it, scripts read it."""

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from math import log2

from edge_handsign.core.box import Box
from edge_handsign.core.messages import Feedback

NOTES = ("A", "A#", "B", "C", "C#", "D", "D#", "E", "F", "F#", "G", "G#")


@dataclass(frozen=True, slots=True)
class View:
    """What the box thinks, which a person before the real one would not see."""

    decision: str | None = None  # the sign it shows
    similarity: float | None = None  # cosine of the newest picture and the nearest sign, -1..1
    selected: str | None = None  # the sign that the teach button teaches
    samples: Mapping[str, int] = field(default_factory=dict)  # by sign
    message: str = ""  # the last thing it said


@dataclass(frozen=True, slots=True)
class Outside:
    """The box at one moment, and what is held before it."""

    feedback: Feedback
    view: View
    shown: str | None  # None: nothing

    def as_json(self, box: Box, at: float) -> dict[str, object]:
        """The line for scripts; LEDs go by the names of their signs, `at` is in seconds since the start."""
        similarity = self.view.similarity
        return {
            "t": round(at, 3),
            "status": self.feedback.status,
            "leds": dict(zip(led_names(box), self.feedback.leds, strict=True)),
            "tone_hz": self.feedback.tone_hz,
            "shown": self.shown,
            "decision": self.view.decision,
            "similarity": None if similarity is None else round(similarity, 3),
            "selected": self.view.selected,
            "samples": dict(self.view.samples),
            "message": self.view.message,
        }

    def differs(self, other: "Outside") -> bool:
        """Whether a person would call it a change: a similarity that moves with every picture is none."""
        return replace(self, view=replace(self.view, similarity=None)) != replace(
            other, view=replace(other.view, similarity=None)
        )


def led_names(box: Box) -> list[str]:
    """A name for each LED: its signs joined by "+", or "led 2" where no sign uses the third one."""
    users = [[sign.name for sign in box.signs if sign.led == led] for led in range(box.leds)]
    return ["+".join(names) or f"led {led}" for led, names in enumerate(users)]


def note(tone_hz: int) -> str:
    """The nearest note of the equal temperament with A4 = 440 Hz: "C5 523 Hz"; "silent" for 0."""
    if tone_hz <= 0:
        return "silent"
    steps = round(12 * log2(tone_hz / 440))
    return f"{NOTES[steps % 12]}{4 + (steps + 9) // 12} {tone_hz} Hz"
