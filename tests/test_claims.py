"""The chapter's two claims: what is said of them follows from the figures."""

import pytest

from edge_handsign.lab import claims
from edge_handsign.lab.curve import Figure


def figure(learner: str, accuracy: float, learn_s: float = 1.0, spread: float | None = 0.01) -> Figure:
    return Figure(learner, 50, 5, accuracy, spread, learn_s, 20.0, 0, 1.0, settled=True)


FRESH = {
    "great, and from scratch fails": (0.95, 0.50, "supported here"),
    "from scratch fails, but so-so": (0.80, 0.50, "half supported here"),
    "great, but so is from scratch": (0.95, 0.93, "not supported here, from scratch keeps up"),
    "neither": (0.60, 0.55, "not supported here"),
}


@pytest.mark.parametrize("case", FRESH)
def test_the_first_claim_is_held_against_the_figures(case: str) -> None:
    fresh, scratch, verdict = FRESH[case]
    figures = {(name, 50): figure(name, right) for name, right in {"head": fresh, "scratch": scratch}.items()}
    claim = claims.judged(figures, 3)[0]
    assert claim.verdict.startswith(verdict)
    assert f"is right in {100 * fresh:.1f} ± 1.0 %" in claim.because
    assert "chance 33.3%" in claim.because


INSTANT = {
    "at once, and as good": (0.95, 0.3, "supported here"),
    "at once, but worse": (0.80, 0.3, "supported here, at a price: 15.0 points less than the fresh head"),
    "slow": (0.95, 60.0, "not supported here"),
}


@pytest.mark.parametrize("case", INSTANT)
def test_the_second_claim_is_held_against_the_figures(case: str) -> None:
    right, learn_s, verdict = INSTANT[case]
    figures = {("knn", 50): figure("knn", right, learn_s), ("head", 50): figure("head", 0.95)}
    claim = claims.judged(figures, 3)[1]
    assert claim.verdict == verdict
    assert f"{1000 * learn_s / 150:.2g} ms a picture" in claim.because


def test_claims_are_not_answered_from_too_many_or_too_few_pictures() -> None:
    figures = {(name, 50): figure(name, 0.9) for name in ("head", "scratch")}
    assert claims.judged(figures, 26)[0].verdict == "not answered"
