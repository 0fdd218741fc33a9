"""What is taught and what is then played: who teaches, who shows, what shows no sign. Chosen so that those who choose
settings and those who report figures never see the same pictures.

`choosing`   ten words, one man: taught in one recording, shown in the other, whose untaught words are untaught signs;
             nothing is empty offices, and the squares beside his hands
`reporting`  rock, paper, scissors, other people and rooms: taught by one recording's people, shown by the other's, both
             ways; nothing is faces at webcams, animals, food, and the squares beside the hands

Each also as "same room": taught in the first half of a recording, shown in the second.
"""

from collections.abc import Iterator
from dataclasses import dataclass

import numpy as np

from scripts.streams.photographs import Photograph, View, without_hands

LEFT_OUT = 1 / 3  # of the signs of those who teach are not taught, as long as two are


@dataclass(frozen=True, slots=True)
class Cast:
    """Who teaches and who shows."""

    name: str
    teach: tuple[Photograph, ...]
    show: tuple[Photograph, ...]
    nothing: tuple[View, ...]

    def signs(self, rng: np.random.Generator) -> list[str]:
        """Those that are taught this time."""
        known = sorted({one.sign for one in self.teach})
        out = min(round(LEFT_OUT * len(known)), len(known) - 2)
        return sorted(str(sign) for sign in rng.permutation(known)[out:])

    def lessons(self, signs: list[str], shots: int, rng: np.random.Generator) -> list[View]:
        """So many pictures of each, by chance."""
        drawn = []
        for sign in signs:
            own = [one for one in self.teach if one.sign == sign]
            drawn += [View(own[place]) for place in sorted(rng.permutation(len(own))[:shots])]
        return drawn


def choosing(photographs: list[Photograph]) -> list[Cast]:
    """The streams by which settings are chosen."""
    first, last = _recordings(photographs, "words_handy4tsuki4")
    nothing = _whole(photographs, "neg_epsrc_backgrounds")
    return [_cast("words, other recording", last, first, nothing), *_same_room("words", [first], nothing)]


def reporting(photographs: list[Photograph]) -> list[Cast]:
    """The streams by which they are judged."""
    glu, nasmi = _recordings(photographs, "rps_laya_webcam")
    nothing = _whole(photographs, "neg_faces_office", "neg_google_testdata")
    other = "rock paper scissors, other people and room"
    return [
        _cast(other, glu, nasmi, nothing),
        _cast(other, nasmi, glu, nothing),
        *_same_room("rock paper scissors", [glu, nasmi], nothing),
    ]


def _recordings(photographs: list[Photograph], name: str) -> Iterator[list[Photograph]]:
    own = [one for one in photographs if one.set == name]
    return iter([[one for one in own if one.session == session] for session in sorted({one.session for one in own})])


def _whole(photographs: list[Photograph], *names: str) -> list[View]:
    return [View(one) for one in photographs if one.set in names]


def _cast(name: str, teach: list[Photograph], show: list[Photograph], nothing: list[View]) -> Cast:
    return Cast(name, tuple(teach), tuple(show), (*nothing, *without_hands(show)))


def _same_room(name: str, recordings: list[list[Photograph]], nothing: list[View]) -> list[Cast]:
    casts = []
    for recording in recordings:
        halves: tuple[list[Photograph], list[Photograph]] = [], []
        for sign in sorted({one.sign for one in recording}):
            own = [one for one in recording if one.sign == sign]
            halves[0].extend(own[: len(own) // 2])
            halves[1].extend(own[len(own) // 2 :])
        casts.append(_cast(f"{name}, same room", *halves, nothing))
    return casts
