"""What a figure is worth: whether the network was trained on the photographs, people or sets that it is asked about."""

from collections.abc import Sequence
from enum import Enum

from scripts.training.photographs import Photograph, hands_to_train, rooms_to_train

from .shots import Shot


class Evidence(Enum):
    """Best first."""

    UNSEEN_SET = "unseen set"  # nothing of these sets was trained on
    UNSEEN_PEOPLE = "unseen people"  # the sets were, these persons or recordings were not
    SEEN = "seen in training"  # these very photographs were: the row only shows that nothing broke


def evidence(photographs: list[Photograph], shots: Sequence[Shot], left_out: frozenset[str]) -> Evidence:
    """The worst that holds for any of them, for a network trained by this project without the sets `left_out`."""
    trained = [p for p in [*hands_to_train(photographs), *rooms_to_train(photographs)] if p.set not in left_out]
    if {p.path for p in trained} & {shot.photograph.path for shot in shots}:
        return Evidence.SEEN
    if {p.set for p in trained} & {shot.photograph.set for shot in shots}:
        return Evidence.UNSEEN_PEOPLE
    return Evidence.UNSEEN_SET
