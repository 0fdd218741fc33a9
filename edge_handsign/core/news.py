"""What the box has said, for whoever does not stand before it."""

from dataclasses import dataclass

from edge_handsign.core.feedback import Signal


@dataclass(frozen=True, slots=True)
class News:
    """Said once; what lasts is the session's condition."""

    signal: Signal
    text: str
    lesson: int | None = None  # the press that it is about
