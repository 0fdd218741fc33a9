"""How much a picture speaks for its nearest sign, against its showing no sign or the next one: one number, in nats.

The memory compares signs by the k-nearest-neighbour density estimate p(x | sign) ~ k / (n r ** D) (Loftsgaarden and
Quesenberry, 1965), r being the distance to the k nearest of a sign's n samples. "No sign" is estimated in the same way,
from pictures without one, so that the logarithm of how much likelier the sign is than what speaks against it is

    evidence = D * ln(r_against / r_sign) - ln(n / k) + w * ln(min(1, odds(presence) / odds(usual presence)))
    r_against = r_nothing ** 3/4 * min(r_nothing, r_next) ** 1/4

but for a constant. The first term is distance and margin: a next sign that is nearer than nothing speaks against the
nearest. The second (0 while n < k) makes signs with few and with many samples comparable; doubt.py has it. The last is
what the backbone itself says of a hand being there, measured by what it usually says of hands. A backbone that does
not tell says 1, and the term vanishes; w and what is usual come with the backbone's statistics (w is 1 without them:
independent witnesses multiply odds). Where no picture of nothing is known, r_nothing is the distance of unrelated
vectors, sqrt(2).
"""

import numpy as np
from numpy.typing import NDArray

from edge_handsign.core.standings import D

NEXT = 0.25  # the next sign's share in what speaks against one; 0 to 1/2 tell signs from nothing about equally well
UNRELATED = 0.0  # the cosine of vectors that have nothing to do with each other
NEAREST = 1e-3  # 1 - cosine below which int8 cannot tell pictures apart, and the least odds that are believed
SURE = 1e-6  # 1 - presence; 1 itself would be infinite odds
TURN, SIGNS = np.array([1.0, 1.0, 1.0, 0.0]), np.array([-1.0, -1.0, -1.0, 1.0])


def weights(presence_weight: float = 1.0) -> NDArray[np.float64]:
    """(4,) for `evidence`; r ** 2 of unit vectors is 2 - 2 * cosine, so that a distance's logarithm is half of that."""
    return np.array([-D / 2, (1 - NEXT) * D / 2, NEXT * D / 2, presence_weight])


def evidence(parts: NDArray[np.float64], by: NDArray[np.float64]) -> NDArray[np.float64]:
    """(...) nats, but for ln(n / k), of (..., 4) parts: cosines to nearest sign, to nothing, to next sign; odds.

    `by` are the `weights`. A next sign that is farther than nothing, or missing, counts as nothing.
    """
    found: NDArray[np.float64] = np.log(np.maximum(TURN + SIGNS * parts, NEAREST)) @ by
    return found


def odds(presence: NDArray[np.float64], usual: float = 0.5) -> NDArray[np.float64]:
    """(...) for `evidence`: of a hand, 0..1 as often as usual, never more, from (...) presences of 0..1."""
    found = presence / np.maximum(1 - presence, SURE) * ((1 - usual) / usual)
    ratio: NDArray[np.float64] = np.minimum(found, 1.0)
    return ratio
