"""What the store answers when it is asked what it has."""

from dataclasses import dataclass

from edge_handsign.core.messages import NonSigns, Sample


@dataclass(frozen=True, slots=True, eq=False)
class Loaded:
    """What was there at the start."""

    samples: tuple[Sample, ...]  # of this backbone, oldest first
    asleep: int  # of other backbones: kept, never compared
    damaged: int  # samples, and the room, that are left where they are and not served
    last_lesson: int  # the highest number in use, 0 when nothing is taught
    room: NonSigns | None  # what this backbone saw in the last quiet minute


@dataclass(frozen=True, slots=True, eq=False)
class Dated:
    """A sample and when it was taught."""

    sample: Sample
    wall_ns: int  # wall clock, ns since 1970


@dataclass(frozen=True, slots=True)
class SignCount:
    """One sign, as a person asks about it."""

    sign: str
    awake: int
    asleep: int
    first_ns: int  # wall clock, ns since 1970
    last_ns: int


@dataclass(frozen=True, slots=True)
class Census:
    """All signs, in the order in which they were first taught."""

    signs: tuple[SignCount, ...]
    damaged: int
