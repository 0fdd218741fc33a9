"""What the box says: on its face, in a line of words, and to whoever asks from elsewhere."""

from edge_handsign.core.feedback import Face, Signal
from edge_handsign.core.news import News

WAITING = "waiting for the first picture"
KEPT = 64  # news, until somebody asks


class Voice:
    """The last line and the news. Whatever lasts or is shown of a sign is the face's own."""

    def __init__(self, face: Face) -> None:
        self.message = WAITING
        self._face = face
        self._news: list[News] = []

    def wake(self, selected: str) -> None:
        """Pictures come: nobody waits for them any more."""
        if self.message is WAITING:
            self.message = f"{selected}: selected"

    def say(self, signal: Signal, message: str, now: float, lesson: int | None = None) -> None:
        """To those who stand before the box as well; `lesson` is the press that it is about."""
        self.note(signal, message, lesson)
        self._face.say(signal, now)

    def note(self, signal: Signal, message: str, lesson: int | None = None) -> None:
        """In words only."""
        self.message = message
        self._news = [*self._news[1 - KEPT :], News(signal, message, lesson)]

    def news(self) -> list[News]:
        """What was said since this was last asked; only the newest where nobody asks."""
        news, self._news = self._news, []
        return news
