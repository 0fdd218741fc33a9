"""What the store answers when it is asked what it has."""

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from difflib import get_close_matches
from typing import Self

from edge_handsign.core.messages import NonSigns, Sample
from edge_handsign.store.rescue import Rescue
from edge_handsign.store.row import Row


@dataclass(frozen=True, slots=True, eq=False)
class Loaded:
    """What was there at the start."""

    samples: tuple[Sample, ...]  # of this backbone, oldest first
    asleep: int  # of other backbones: kept, never compared
    damaged: int  # samples, and the room, that are not served: they could not be brought back
    last_lesson: int  # the highest number in use, 0 when nothing is taught
    room: NonSigns | None  # what this backbone saw in the last quiet minute
    rescued: Rescue | None = None  # what had to be done to the file


@dataclass(frozen=True, slots=True, eq=False)
class Dated:
    """A sample and when it was taught."""

    sample: Sample
    wall_ns: int  # wall clock, ns since 1970


@dataclass(frozen=True, slots=True)
class LessonCount:
    """One press or burst."""

    lesson: int
    samples: int
    asleep: int  # of another backbone
    wall_ns: int  # of its first sample


@dataclass(frozen=True, slots=True)
class SignCount:
    """One sign, as a person asks about it."""

    sign: str
    awake: int
    asleep: int
    first_ns: int  # wall clock, ns since 1970
    last_ns: int
    lessons: tuple[LessonCount, ...] = ()  # in the order in which they were given


@dataclass(frozen=True, slots=True)
class Reembedded:
    """What became of the samples of other backbones."""

    moved: int
    asleep: int  # no picture of them was kept


@dataclass(frozen=True, slots=True)
class Census:
    """All signs, in the order in which they were first taught."""

    signs: tuple[SignCount, ...]
    damaged: int

    def missing(self, name: str) -> str:
        """For a person who asked for a sign that is not here: the nearest that is, or all."""
        names = [counted.sign for counted in self.signs]
        if not names:
            return f"no sample of {name}: nothing is taught"
        nearest = get_close_matches(name, names, 1)
        hint = f"did you mean {nearest[0]}?" if nearest else f"taught are: {', '.join(names)}"
        return f"no sample of {name}; {hint}"

    @classmethod
    def of(cls, rows: Iterable[Row], damaged: int, is_awake: Callable[[Row], bool]) -> Self:
        """`rows` are in the order in which they were taught."""
        by_sign: dict[str, list[Row]] = {}
        for row in rows:
            by_sign.setdefault(row.sign, []).append(row)
        return cls(tuple(_counted(sign, of_sign, is_awake) for sign, of_sign in by_sign.items()), damaged)


def _counted(sign: str, rows: list[Row], is_awake: Callable[[Row], bool]) -> SignCount:
    by_lesson: dict[int, list[Row]] = {}
    for row in rows:
        by_lesson.setdefault(row.lesson, []).append(row)
    lessons = tuple(
        LessonCount(lesson, len(taken), len(taken) - sum(map(is_awake, taken)), taken[0].wall_ns)
        for lesson, taken in by_lesson.items()
    )
    awake = sum(map(is_awake, rows))
    return SignCount(sign, awake, len(rows) - awake, rows[0].wall_ns, rows[-1].wall_ns, lessons)
