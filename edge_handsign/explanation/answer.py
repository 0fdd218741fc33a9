"""An answer with all that speaks for it: the picture, what was answered, the nearest samples and the occlusion."""

from dataclasses import dataclass
from functools import cached_property

from edge_handsign.core.messages import Match, Neighbour
from edge_handsign.explanation.evidence import LEAST, Evidence
from edge_handsign.explanation.occlusion import Map, Occlusion, Pixels


@dataclass(frozen=True, slots=True, eq=False)
class Reason:
    """One of the nearest samples, and what is known of it."""

    neighbour: Neighbour
    lesson: int | None = None  # of a box
    taught: str | None = None  # when, as people write it
    picture: str | None = None  # where its photograph is
    pixels: Pixels | None = None

    @property
    def origin(self) -> str:
        """Where it comes from."""
        return self.picture or f"sample {self.neighbour.id}, lesson {self.lesson}, taught {self.taught}"


@dataclass(frozen=True, eq=False)
class Explained:
    """One picture's answer, explained."""

    picture: str  # what it is called
    pixels: Pixels  # as the backbone saw them
    match: Match  # of a memory in which something was taught
    signs: int  # how many are taught
    reasons: tuple[Reason, ...]  # most similar first
    occlusion: Occlusion  # of the margin of the nearest sign
    backbone: str

    @cached_property
    def heat(self) -> Map:
        """What covering takes away, pixel by pixel."""
        return self.occlusion.map()

    @cached_property
    def evidence(self) -> Evidence:
        """The map, summed up."""
        return Evidence.of(self.heat)

    @property
    def full(self) -> float:
        """The strength that is painted in the darkest colour, above 0."""
        return max(self.evidence.most, self.evidence.against, LEAST)

    @property
    def title(self) -> str:
        """The answer in a word."""
        return self.match.sign or "unknown"

    @property
    def detail(self) -> str:
        """How sure it is."""
        nearest = "" if self.match.sign else f"nearest is {self.match.closed}, "
        if self.signs < 2:
            return f"{nearest}similarity {self.match.similarity:.3f}, the only sign that is taught"
        return f"{nearest}similarity {self.match.similarity:.3f}, {self.match.margin:.3f} before the next sign"

    @property
    def scale(self) -> tuple[str, str, str]:
        """What the strongest blue, nothing, and the strongest orange stand for."""
        return f"covered, it gains {self.full:.2f}", "no difference", f"covered, it loses {self.full:.2f}"

    @property
    def method(self) -> str:
        """How it was found out."""
        places = self.occlusion.drops.size
        return (
            f"Occlusion: a patch of {self.occlusion.side} px in the mean colour at {places} places, "
            f"scored by the margin of {self.match.closed}"
        )
