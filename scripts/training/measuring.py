"""The table by which a run is chosen: sets that no run trains on come first, and say so.

Labels: "unseen set" means no picture, person, room or sign source of the row was trained on; "unseen people" means the
set was, but not these persons or recordings; "seen" means the pictures themselves were trained on: read nothing
into it.
"""

from pathlib import Path

import numpy as np

from . import protocols
from .describing import Describer
from .photographs import Photograph, to_measure
from .protocols import Album, Figure


def measure(
    describer: Describer, folder: Path, photographs: list[Photograph], left_out: frozenset[str]
) -> dict[str, Figure]:
    """Every measure by its name, best evidence first."""

    def album(name: str, by: str = "session", crop: float = 0.0) -> Album:
        return _album(describer, folder, photographs, name, by, crop)

    rps, words = album("rps_laya_webcam"), album("words_handy4tsuki4")
    digits = album("ardamavi_digits", "person")
    fingers, crops = album("subhi_hands"), album("subhi_hands", crop=1.8)
    faces, things = album("neg_faces_office").vectors, album("neg_google_testdata").vectors
    hawk, rahman = album("asl_hawkcodesz"), album("asl_t32rahman")
    unseen = "unseen set" if {"asl_hawkcodesz", "asl_t32rahman"} & left_out else "seen"
    across = protocols.across_groups
    return {
        "3 signs, other people and rooms, 5 shots (unseen set)": across(rps, 5),
        "3 signs, other people and rooms, 20 shots (unseen set)": across(rps, 20),
        "10 signs, other video and light, 5 shots (unseen set)": across(words, 5),
        "10 signs, other video and light, 20 shots (unseen set)": across(words, 20),
        "hand or face, AUROC, 3 signs, 5 shots (unseen set)": protocols.hand_or_none(rps, faces, 5),
        "hand or face, AUROC, 10 signs, 5 shots (unseen set)": protocols.hand_or_none(words, faces, 5),
        "hand or thing, AUROC, 3 signs, 5 shots (unseen set)": protocols.hand_or_none(rps, things, 5),
        "digits, 1 person teaches (unseen people)": protocols.across_people(digits, 1),
        "digits, 5 people teach (unseen people)": protocols.across_people(digits, 5),
        "digits, 20 people teach (unseen people)": protocols.across_people(digits, 20),
        "fingers, other recording, hand crop, 5 shots (unseen people)": across(crops, 5),
        "fingers, other recording, centre square, 5 shots (unseen people)": across(fingers, 5),
        f"letters, other person and room, 10 shots ({unseen})": protocols.across_albums(hawk, rahman, 10),
    }


def mistakes(describer: Describer, folder: Path, photographs: list[Photograph]) -> list[str]:
    """The three commonest wrong answers among the ten words, in a sentence each."""
    words = _album(describer, folder, photographs, "words_handy4tsuki4", "session", 0.0)
    found = protocols.mistakes(words, 20)[:3]
    return [f"{meant!r} is taken for {said!r} in {share:.0f} % of its pictures" for meant, said, share in found]


def _album(describer: Describer, folder: Path, photographs: list[Photograph], name: str, by: str, crop: float) -> Album:
    chosen = to_measure(photographs, name) or [p for p in photographs if p.set == name]
    vectors = describer.describe(folder, chosen, crop)
    return Album(vectors, np.array([p.sign for p in chosen]), np.array([getattr(p, by) for p in chosen]))
