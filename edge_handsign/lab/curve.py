"""All trials in the order in which they say most, and what they come to: accuracy against samples, for each learner.

What trains no network is asked first, all draws of it; then the networks, draw by draw and from few samples to many,
so that whenever time is up or somebody stops it, there is a curve.
"""

from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass, field
from time import monotonic

import numpy as np

from edge_handsign.lab.bundle import Bundle
from edge_handsign.lab.kinds import KINDS
from edge_handsign.lab.material import Material
from edge_handsign.lab.split import draw
from edge_handsign.lab.trial import Outcome, OutOfTime, Trial, TrialFailed, run


@dataclass(frozen=True, slots=True)
class Figure:
    """One learner with so many samples of each sign, over its draws."""

    learner: str
    shots: int
    draws: int
    accuracy: float  # 0..1
    spread: float | None  # standard deviation over the draws; None of one draw
    learn_s: float
    growth_mb: float | None
    parameters: int
    answer_ms: float
    settled: bool  # in every draw

    def __str__(self) -> str:
        """Right answers in per cent."""
        spread = "" if self.spread is None else f" ± {100 * self.spread:.1f}"
        return f"{100 * self.accuracy:.1f}{spread}"


@dataclass(slots=True)
class Record:
    """What is known so far; grows while the trials run."""

    outcomes: dict[tuple[str, int], list[Outcome]] = field(default_factory=dict)
    ended: dict[str, str] = field(default_factory=dict)  # learner -> why there is no more of it

    def figures(self) -> dict[tuple[str, int], Figure]:
        """By learner and samples of each sign, in the order of the table."""
        keys = sorted(self.outcomes, key=lambda key: (list(KINDS).index(key[0]), key[1]))
        return {key: figure(*key, self.outcomes[key]) for key in keys}


def figure(learner: str, shots: int, outcomes: Sequence[Outcome]) -> Figure:
    """The draws together."""
    right = [outcome.accuracy for outcome in outcomes]
    grown = [outcome.growth_mb for outcome in outcomes if outcome.growth_mb is not None]
    return Figure(
        learner=learner,
        shots=shots,
        draws=len(outcomes),
        accuracy=float(np.mean(right)),
        spread=float(np.std(right, ddof=1)) if len(right) > 1 else None,
        learn_s=float(np.mean([outcome.learn_s for outcome in outcomes])),
        growth_mb=max(grown, default=None),
        parameters=outcomes[0].parameters,
        answer_ms=float(np.median([outcome.answer_ms for outcome in outcomes])),
        settled=all(outcome.settled for outcome in outcomes),
    )


def plan(material: Material, learners: Iterable[str], shots: Sequence[int], draws: int, seed: int) -> Iterator[Trial]:
    """The trials, most telling first; a draw that has too few pictures for a number of shots goes without it."""
    chosen = list(learners)
    for costly in (False, True):
        names = [name for name in chosen if KINDS[name].trains_a_network is costly]
        for number in range(draws):
            split = draw(material, seed, number)
            for count in (count for count in sorted(shots) if count <= split.most):
                for name in names:
                    begin = seed * 1000 + number
                    yield Trial(name, count, number, begin, split.shots(count), split.asked, material.sign)


def trace(trials: Sequence[Trial], bundle: Bundle, minutes: float, record: Record, tell: Callable[[str], None]) -> None:
    """Run them into `record` until the time is up. `tell` hears a line after each."""
    ends = monotonic() + 60 * minutes
    for number, trial in enumerate(trials, 1):
        if trial.learner in record.ended:
            continue
        try:
            outcome = run(trial, bundle, ends - monotonic())
        except TrialFailed as error:
            record.ended[trial.learner] = str(error)
            continue
        except OutOfTime:
            unasked = {later.learner for later in trials[number - 1 :]}
            record.ended |= dict.fromkeys(unasked - record.ended.keys(), f"stopped after {minutes:g} minutes")
            return
        record.outcomes.setdefault((trial.learner, trial.shots), []).append(outcome)
        tell(f"{number} of {len(trials)}: {_line(trial, outcome)}")


def _line(trial: Trial, outcome: Outcome) -> str:
    title = KINDS[trial.learner].title
    return (
        f"{title}, {trial.shots} of each sign, draw {trial.draw + 1}: {outcome.accuracy:.1%} in {outcome.learn_s:.3g} s"
    )
