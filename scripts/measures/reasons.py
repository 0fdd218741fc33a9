"""Why a row falls short, as far as its trials tell: who taught, what is taken for what, which hands are cut off."""

from collections.abc import Iterator, Sequence

import numpy as np
from numpy.typing import NDArray

from . import scores
from .columns import Column
from .confusion import mistakes
from .pose import Landmarks
from .protocols import Trial
from .sitting import Drawn

MANY = 4  # groups; with more, one by one they say nothing
WORTH_SAYING = 0.1  # of the photographs


def reasons(drawn: Drawn, columns: Sequence[Column]) -> Iterator[str]:
    """Sentences about the first column; about cut hands only where landmarks were a column too."""
    vectors = columns[0].describe(drawn.shots)
    trials = [trial for each in drawn.draws for trial in each]
    if drawn.row.nones:
        yield _nearness(vectors, drawn, trials)
    else:
        yield f"{'; '.join(mistakes(columns[0], drawn, 2))}."
        yield from _teachers(vectors, drawn, trials)
        for pose in [column for column in columns if isinstance(column, Landmarks)][:1]:
            yield from _cut(vectors, drawn, trials, pose)


def _nearness(vectors: scores.Vectors, drawn: Drawn, trials: list[Trial]) -> str:
    """How many of those without a hand look like one."""
    shares = []
    for trial in trials:
        near, hands = scores.nearest(vectors, trial), drawn.labels.hands[trial.asked]
        shares.append(np.mean(near[~hands] > np.median(near[hands])))
    return (
        f"{100 * np.mean(shares):.0f} % of the photographs without a hand are nearer to what was taught than half of "
        "the hands are, by the cosine."
    )


def _teachers(vectors: scores.Vectors, drawn: Drawn, trials: list[Trial]) -> Iterator[str]:
    """Who teaches makes a difference that the spread over draws does not show."""
    found: dict[str, list[float]] = {}
    for trial in trials:
        teacher = str(drawn.labels.group[trial.taught[0]])
        found.setdefault(teacher, []).append(scores.right(vectors, drawn.labels, trial))
    if 1 < len(found) <= MANY:
        yield f"Taught by {', by '.join(f'{name} {np.mean(each):.0f} %' for name, each in found.items())}."


def _cut(vectors: scores.Vectors, drawn: Drawn, trials: list[Trial], pose: Landmarks) -> Iterator[str]:
    look = pose.look(drawn.shots)
    share = look.cut[look.found].mean()
    if share >= WORTH_SAYING:
        asked = np.concatenate([trial.asked for trial in trials])
        good = np.concatenate([_good(vectors, drawn, trial) for trial in trials])
        cut, whole = (100 * good[mask[asked]].mean() for mask in (look.cut, look.found & ~look.cut))
        yield (
            f"{100 * share:.0f} % of the hands reach out of what is seen; "
            f"{cut:.0f} % of those are answered right, {whole:.0f} % of the others."
        )


def _good(vectors: scores.Vectors, drawn: Drawn, trial: Trial) -> NDArray[np.bool_]:
    right: NDArray[np.bool_] = scores.voted(vectors, drawn.labels, trial) == drawn.labels.sign[trial.asked]
    return right
