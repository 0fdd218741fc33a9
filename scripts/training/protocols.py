"""How good embeddings are: teach a cosine KNN some photographs, ask it about others. Numpy alone.

Every figure is a mean over draws of what is taught, with its standard deviation. Neighbouring frames are
near-copies, so nothing is ever taught and asked from the same person or recording.
"""

# mypy: disable-error-code="no-any-return"
from collections import Counter
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

K = 3
DRAWS = 5


@dataclass(frozen=True, slots=True)
class Figure:
    """One measure: per cent, mean and standard deviation over `draws`."""

    mean: float
    spread: float
    draws: int

    def __str__(self) -> str:
        return f"{self.mean:.1f} ± {self.spread:.1f}"


@dataclass(frozen=True, slots=True)
class Album:
    """n described photographs of one set."""

    vectors: NDArray[np.float32]  # (n, d), as the network gave them, dequantised
    sign: NDArray[np.str_]  # (n,)
    group: NDArray[np.str_]  # (n,) the person or recording that must not be on both sides


def unit(vectors: NDArray[np.float32]) -> NDArray[np.float32]:
    """(n, d) at length one."""
    return vectors / np.maximum(np.linalg.norm(vectors, axis=1, keepdims=True), 1e-9)


def nearest(taught: NDArray[np.float32], asked: NDArray[np.float32]) -> NDArray[np.float32]:
    """(asked,) highest cosine to anything taught."""
    return (unit(asked) @ unit(taught).T).max(axis=1)


def answers(taught: NDArray[np.float32], sign: NDArray[np.str_], asked: NDArray[np.float32]) -> NDArray[np.str_]:
    """(asked,) the sign with the largest sum of cosines among the K nearest."""
    cosines = unit(asked) @ unit(taught).T
    best = np.argsort(-cosines, axis=1)[:, :K]
    names = np.unique(sign)
    weight = np.take_along_axis(cosines, best, axis=1) + 1.0
    votes = np.stack([(weight * (sign[best] == name)).sum(axis=1) for name in names], axis=1)
    return names[votes.argmax(axis=1)]


def right(taught: Album, asked: Album) -> float:
    """Per cent of `asked` answered right, among the signs both have."""
    both = np.intersect1d(taught.sign, asked.sign)
    known, test = np.isin(taught.sign, both), np.isin(asked.sign, both)
    said = answers(taught.vectors[known], taught.sign[known], asked.vectors[test])
    return 100.0 * float(np.mean(said == asked.sign[test]))


def some(album: Album, rows: NDArray[np.intp] | NDArray[np.bool_]) -> Album:
    """The chosen photographs of an album."""
    return Album(album.vectors[rows], album.sign[rows], album.group[rows])


def across_people(album: Album, people: int, seed: int = 0) -> Figure:
    """Teach all signs of `people` persons, ask about everybody else."""
    found = []
    for draw in range(DRAWS):
        rng = np.random.default_rng((seed, draw))
        teachers = np.isin(album.group, rng.choice(np.unique(album.group), people, replace=False))
        found.append(right(some(album, teachers), some(album, ~teachers)))
    return _figure(found)


def across_albums(first: Album, second: Album, shots: int, seed: int = 0) -> Figure:
    """Teach `shots` photographs a sign of one album, ask about all of the other; both ways, each with its draws."""
    found = []
    for draw in range(DRAWS):
        rng = np.random.default_rng((seed, draw))
        found += [right(some(first, _shots(first, shots, rng)), second)]
        found += [right(some(second, _shots(second, shots, rng)), first)]
    return _figure(found)


def across_groups(album: Album, shots: int, seed: int = 0) -> Figure:
    """`across_albums` for an album of two groups."""
    one, two = np.unique(album.group)
    return across_albums(some(album, album.group == one), some(album, album.group == two), shots, seed)


def hand_or_none(album: Album, none: NDArray[np.float32], shots: int, seed: int = 0) -> Figure:
    """AUROC, per cent, of the nearest cosine: hands of the other group against pictures without a hand."""
    found = []
    for draw in range(DRAWS):
        rng = np.random.default_rng((seed, draw))
        for group in np.unique(album.group):
            own = some(album, album.group == group)
            taught = own.vectors[_shots(own, shots, rng)]
            hands = nearest(taught, album.vectors[album.group != group])
            found.append(auroc(hands, nearest(taught, none)))
    return _figure(found)


def mistakes(album: Album, shots: int, seed: int = 0) -> list[tuple[str, str, float]]:
    """(meant, said, per cent of the meant sign's pictures), commonest first; taught and asked as in `across_groups`."""
    rng = np.random.default_rng(seed)
    meant, said = [], []
    for group in np.unique(album.group):
        own, other = some(album, album.group == group), some(album, album.group != group)
        taught = some(own, _shots(own, shots, rng))
        said.append(answers(taught.vectors, taught.sign, other.vectors))
        meant.append(other.sign)
    wrong = Counter(zip(np.concatenate(meant).tolist(), np.concatenate(said).tolist(), strict=True))
    counts = Counter(album.sign.tolist())
    shares = [(true, given, 100.0 * n / counts[true]) for (true, given), n in wrong.items() if true != given]
    return sorted(shares, key=lambda each: -each[2])


def auroc(high: NDArray[np.float32], low: NDArray[np.float32]) -> float:
    """Per cent of pairs in which the one of `high` is above the one of `low`; ties count half."""
    above = (high[:, None] > low[None]).mean() + 0.5 * (high[:, None] == low[None]).mean()
    return 100.0 * float(above)


def _shots(album: Album, shots: int, rng: np.random.Generator) -> NDArray[np.intp]:
    rows = [np.flatnonzero(album.sign == name) for name in np.unique(album.sign)]
    return np.concatenate([rng.permutation(each)[:shots] for each in rows])


def _figure(found: list[float]) -> Figure:
    return Figure(float(np.mean(found)), float(np.std(found)), len(found))
