"""Who teaches and who is asked: by person, by session, by set, never by random frame. Labels alone, no vectors.

Neighbouring frames are near-copies, so nothing is ever taught and asked from the same person or recording; where that
is the very question (`same_session`), frames are cut in time order with a gap between what is taught and what is asked.
Draws are decided by a seed and nothing else, so all columns of a table are taught and asked the same photographs.
"""

from collections.abc import Callable, Iterator
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from edge_handsign.evaluation import NONE

Rows = NDArray[np.intp]
GAP = 0.1  # of a sign's frames in a session are neither taught nor asked


@dataclass(frozen=True, slots=True, eq=False)
class Labels:
    """What n photographs show."""

    sign: NDArray[np.str_]  # (n,); NONE where there is no hand
    group: NDArray[np.str_]  # (n,) the person, recording or set that must not be on both sides
    taken: NDArray[np.int_]  # (n,) order in time within a group's sign

    @property
    def hands(self) -> NDArray[np.bool_]:
        """(n,) where a sign is shown."""
        return np.asarray(self.sign != NONE)

    def signs_of(self, group: str) -> NDArray[np.str_]:
        """The signs of which the group has photographs."""
        return np.unique(self.sign[self.group == group])

    def some(self, rows: Rows) -> "Labels":
        """The labels of these rows."""
        return Labels(self.sign[rows], self.group[rows], self.taken[rows])


@dataclass(frozen=True, slots=True, eq=False)
class Trial:
    """One lesson and the questions after it: row numbers into the labels."""

    taught: Rows
    asked: Rows


Protocol = Callable[[Labels, np.random.Generator], list[Trial]]


def across_groups(shots: int, signs: int = 2, asked: str = "") -> Protocol:
    """Every group that shows at least `signs` signs teaches `shots` of each; all others, or `asked`, are asked."""

    def trials(labels: Labels, rng: np.random.Generator) -> list[Trial]:
        free = labels.group == asked if asked else np.ones(len(labels.group), bool)
        return [
            Trial(taught, np.flatnonzero((labels.group != group) & free & np.isin(labels.sign, labels.sign[taught])))
            for group, taught in _lessons(labels, shots, signs, rng)
            if group != asked
        ]

    return trials


def across_people(people: int) -> Protocol:
    """All photographs of `people` groups, drawn by chance, are taught; everybody else is asked."""

    def trials(labels: Labels, rng: np.random.Generator) -> list[Trial]:
        teachers = np.isin(labels.group, rng.choice(np.unique(labels.group), people, replace=False))
        known = np.isin(labels.sign, labels.sign[teachers])
        return [Trial(np.flatnonzero(teachers), np.flatnonzero(~teachers & known))]

    return trials


def same_session(shots: int, signs: int = 6) -> Protocol:
    """In every group up to `signs` signs, drawn by chance: `shots` from one end of its time, asked about the other."""

    def trials(labels: Labels, rng: np.random.Generator) -> list[Trial]:
        return [_within(labels, group, shots, signs, rng) for group in np.unique(labels.group)]

    return trials


def across_time(shots: int) -> Protocol:
    """In every group, whose time all signs share: `shots` a sign before a moment, asked about what comes after."""

    def trials(labels: Labels, rng: np.random.Generator) -> list[Trial]:
        found = []
        for group in np.unique(labels.group):
            early, late = _ends(labels, np.flatnonzero(labels.group == group), rng)
            mine = [early[labels.sign[early] == sign] for sign in labels.signs_of(group)]
            taught = np.concatenate([_some(rows, shots, rng) for rows in mine])
            found.append(Trial(taught, late[np.isin(labels.sign[late], labels.sign[taught])]))
        return found

    return trials


def and_none(protocol: Protocol) -> Protocol:
    """`protocol`, asked about the photographs without a hand too."""

    def trials(labels: Labels, rng: np.random.Generator) -> list[Trial]:
        hands, none = np.flatnonzero(labels.hands), np.flatnonzero(~labels.hands)
        found = protocol(labels.some(hands), rng)
        return [Trial(hands[trial.taught], np.concatenate([hands[trial.asked], none])) for trial in found]

    return trials


def draws(labels: Labels, protocol: Protocol, count: int, seed: int) -> list[list[Trial]]:
    """`count` draws of the protocol's trials."""
    return [protocol(labels, np.random.default_rng((seed, draw))) for draw in range(count)]


def _lessons(labels: Labels, shots: int, signs: int, rng: np.random.Generator) -> Iterator[tuple[str, Rows]]:
    for group in np.unique(labels.group):
        shown = labels.signs_of(group)
        if len(shown) >= signs:
            mine = [np.flatnonzero((labels.group == group) & (labels.sign == sign)) for sign in shown]
            yield str(group), np.concatenate([_some(rows, shots, rng) for rows in mine])


def _some(rows: Rows, shots: int, rng: np.random.Generator) -> Rows:
    return rng.permutation(rows)[:shots]


def _within(labels: Labels, group: str, shots: int, signs: int, rng: np.random.Generator) -> Trial:
    shown = rng.permutation(labels.signs_of(group))[:signs]
    ends = [_ends(labels, np.flatnonzero((labels.group == group) & (labels.sign == sign)), rng) for sign in shown]
    taught = [_some(early, shots, rng) for early, _ in ends]
    return Trial(np.concatenate(taught), np.concatenate([late for _, late in ends]))


def _ends(labels: Labels, rows: Rows, rng: np.random.Generator) -> tuple[Rows, Rows]:
    """One end in time and the other, with a gap between them; chance says which and how long."""
    ordered = rows[np.argsort(labels.taken[rows], kind="stable")]
    if rng.random() < 0.5:
        ordered = ordered[::-1]
    gap = max(1, round(GAP * len(rows)))
    cut = round(rng.uniform(0.4, 0.6) * (len(rows) - gap))
    return ordered[:cut], ordered[cut + gap :]
