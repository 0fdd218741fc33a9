"""Which label a photograph has: signs that mean the same in several sets are one, and labels that lie are left out."""

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from .photographs import LETTERS, Photograph

SAME = {"thank_you": "thanks", "i_love_u": "i_love_you"}
LYING = frozenset({  # catch-alls, signs that a mirror turns into another, and the only sign of its set
    ("count_dwivedi", "five"), ("gest_emrecandir", "no_class"), ("gest_emrecandir", "left"),
    ("gest_emrecandir", "right"), ("openhand_roboflow", "open_hand"), ("subhi_hands", "two_hands"),
})  # fmt: skip


@dataclass(frozen=True, slots=True)
class Signs:
    """Labels of n photographs among m signs; `among` says for each set which signs compete in it."""

    names: list[str]  # m, "letters/A"
    label: NDArray[np.int32]  # (n,), -1 where there is none
    place: NDArray[np.int32]  # (n,) number of the photograph's set
    among: NDArray[np.bool_]  # (sets, m)


def family(photograph: Photograph) -> str:
    """What shares its signs: the three sets of letters do, the two of words do, others are alone."""
    if photograph.set in LETTERS:
        return "letters"
    return "words" if photograph.set.startswith("words_") else photograph.set


def name_of(photograph: Photograph) -> str | None:
    """The name as family/sign, or None where the label would teach something wrong."""
    if (photograph.set, photograph.sign) in LYING:
        return None
    sign = photograph.sign.lower()
    return f"{family(photograph)}/{SAME.get(sign, sign)}"


def read_signs(photographs: list[Photograph]) -> Signs:
    """Labels for the photographs that train."""
    given = [name_of(p) for p in photographs]
    names = sorted({name for name in given if name})
    sets = sorted({p.set for p in photographs})
    label = np.array([names.index(name) if name else -1 for name in given], np.int32)
    place = np.array([sets.index(p.set) for p in photographs], np.int32)
    among = np.zeros((len(sets), len(names)), bool)
    among[place[label >= 0], label[label >= 0]] = True
    return Signs(names, label, place, among)
