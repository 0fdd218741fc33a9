"""What an examination comes to: how well a sign is taught, and one sentence for the person who teaches."""

from collections.abc import Mapping
from dataclasses import dataclass
from enum import Enum

# By scripts/well_taught, the share of signs of which fewer than four in five later pictures came out right:
ENOUGH_RECALL = 0.9  # more than half below 0.7, a third below 0.9, one in twenty from there on
ENOUGH_LESSONS = 3  # of those, 9 % after two lessons, 2 to 6 % after three to eight, 1 % after twelve


class Verdict(Enum):
    """What an examination comes to, the most urgent first."""

    ALONE = "{sign!r} is the only sign: teach another, or it stays the answer to everything"
    ONCE = "teach {sign!r} once more, {how}: a single lesson cannot be checked"
    CONFUSED = "teach {sign!r} again, {how}: it is confused with {rival!r}"
    ALIKE = "teach {sign!r} again, {how}: its lessons are nearly alike (mean cosine {alike:.2f})"
    FEW = "teach {sign!r} again, {how}: {lessons} lessons are few"
    WELL = "{sign!r} is well taught"


@dataclass(frozen=True, slots=True)
class Finding:
    """What is known of one sign."""

    sign: str
    samples: int
    lessons: int
    answers: Mapping[str, float]  # sign -> share of this one's lessons taken for it; empty: it could not be asked
    alike: float  # mean cosine of samples of different lessons; 0 where there is only one
    verdict: Verdict

    @property
    def recall(self) -> float | None:
        """Share of its lessons that the others recognise."""
        return self.answers.get(self.sign, 0.0) if self.answers else None

    @property
    def rival(self) -> str | None:
        """The sign for which it is most often taken wrongly."""
        return max((sign for sign in self.answers if sign != self.sign), key=self.answers.__getitem__, default=None)

    @property
    def advice(self) -> str:
        """One sentence for the person who teaches."""
        only_presses = self.samples == self.lessons
        how = "in a burst with your hand moving" if only_presses else "from another place or distance"
        return self.verdict.value.format(
            sign=self.sign, how=how, rival=self.rival, alike=self.alike, lessons=self.lessons
        )
