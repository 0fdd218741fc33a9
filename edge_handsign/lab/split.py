"""Which pictures teach and which are asked: decided by the seed and the number of the draw, and by nothing else."""

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from edge_handsign.lab.material import Material

ASKED = 1 / 3  # share of each sign's pictures that is at least asked, where groups are drawn
HELD_BACK = 5  # of so many taught pictures of a sign one decides when to stop learning

Rows = NDArray[np.intp]  # (n,) places in a Material


@dataclass(frozen=True, slots=True, eq=False)
class Split:
    """One draw."""

    taught: tuple[Rows, ...]  # of each sign, in the order in which more and more of them are taught
    asked: Rows

    @property
    def most(self) -> int:
        """How many of every sign there are to teach."""
        return min(map(len, self.taught))

    def shots(self, count: int) -> Rows:
        """`count` taught pictures of each sign; those of a smaller count are among those of a larger one."""
        return np.concatenate([rows[:count] for rows in self.taught])


def draw(material: Material, seed: int, number: int) -> Split:
    """Draw `number` of a seed."""
    chance = np.random.default_rng((seed, number))
    asked = _drawn_groups(material, chance) if material.asked is None else material.asked
    of_sign = [np.flatnonzero((material.sign == sign) & ~asked) for sign in range(len(material.signs))]
    return Split(tuple(chance.permutation(rows) for rows in of_sign), np.flatnonzero(asked))


def held_back(sign: NDArray[np.intp]) -> NDArray[np.bool_]:
    """(n,) what does not teach but says when to stop: the last fifth of each sign, none of fewer than five.

    `sign` is (n,): of each taught picture what it shows.
    """
    back = np.zeros(len(sign), bool)
    for each in np.unique(sign):
        rows = np.flatnonzero(sign == each)
        back[rows[len(rows) - len(rows) // HELD_BACK :]] = True
    return back


def _drawn_groups(material: Material, chance: np.random.Generator) -> NDArray[np.bool_]:
    """(n,) whole groups, until a third of each sign is asked; some of each sign is always left to teach."""
    count = len(material.signs)
    all_of = np.bincount(material.sign, minlength=count)
    asked, asked_of = np.zeros(len(material.sign), bool), np.zeros(count, np.intp)
    for group in chance.permutation(np.unique(material.group)):
        rows = material.group == group
        more = np.bincount(material.sign[rows], minlength=count)
        lacking = (more > 0) & (asked_of < all_of * ASKED)
        if lacking.any() and not (asked_of + more == all_of).any():
            asked, asked_of = asked | rows, asked_of + more
    return asked
