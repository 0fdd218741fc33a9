"""The chapter's two sentences, held against the figures; what counts as what is decided here, before anything runs."""

from collections.abc import Mapping
from dataclasses import dataclass

from edge_handsign.lab.curve import Figure
from edge_handsign.lab.kinds import KINDS

FEW = (50, 300)  # pictures in all: "50 to a few hundred"
FANTASTIC = 0.9  # right answers, at least
FAILING = 0.2  # this far behind the fresh head, at least
INSTANT_S = 0.1  # a person takes a shorter wait for none (Miller, 1968, doi:10.1145/1476589.1476628)
FRESH = (
    "A fresh model on top of a trained network that lost its classifier needs 50 to a few hundred pictures, "
    "where training a network from scratch fails on so few"
)
INSTANT = "A KNN on the embedding needs no training run: teaching is instant"

Figures = Mapping[tuple[str, int], Figure]


@dataclass(frozen=True, slots=True)
class Claim:
    """A sentence of the chapter and what the figures say to it."""

    claim: str
    verdict: str
    because: str

    def __str__(self) -> str:
        return f"{self.claim}: {self.verdict}. {self.because}"


def judged(figures: Figures, signs: int) -> tuple[Claim, Claim]:
    """Both, at the largest number of samples within FEW that all who learned have in common."""
    return _fresh(figures, signs), _instant(figures, signs)


def _fresh(figures: Figures, signs: int) -> Claim:
    shots = _common(figures, ("head", "scratch"), signs)
    if not shots:
        return Claim(FRESH, "not answered", f"It takes a head and a network from scratch taught with {_few()} in all.")
    head, scratch = figures["head", shots], figures["scratch", shots]
    great, behind = head.accuracy >= FANTASTIC, head.accuracy - scratch.accuracy >= FAILING
    verdict = {
        (True, True): "supported here",
        (False, True): f"half supported here, from scratch does fail, but the head stays below {FANTASTIC:.0%}",
        (True, False): "not supported here, from scratch keeps up",
        (False, False): "not supported here",
    }[great, behind]
    others = [figures[name, shots] for name in ("tuned", "knn") if (name, shots) in figures]
    rights = ", ".join(_right(each) for each in (head, scratch, *others))
    return Claim(
        FRESH, verdict, f"Of {shots * signs} pictures, {shots} of each sign, {rights}; chance {1 / signs:.1%}."
    )


def _instant(figures: Figures, signs: int) -> Claim:
    shots = _common(figures, ("knn",), signs) or max((count for name, count in figures if name == "knn"), default=0)
    if not shots:
        return Claim(INSTANT, "not answered", "No KNN was asked.")
    knn, pictures = figures["knn", shots], shots * signs
    verdict = "supported here" if knn.learn_s / pictures < INSTANT_S else "not supported here"
    others = [figures[name, shots] for name in KINDS if name != "knn" and (name, shots) in figures]
    times = "".join(f", the {_short(each)} {each.learn_s:.3g} s" for each in others)
    each = f"{1000 * knn.learn_s / pictures:.2g} ms a picture"
    return Claim(INSTANT, verdict + _price(figures, shots), f"{pictures} pictures take it {each}{times}.")


def _price(figures: Figures, shots: int) -> str:
    """What is paid for it in right answers, where the KNN is behind by more than the draws differ."""
    knn, head = figures["knn", shots], figures.get(("head", shots))
    if head is None or knn.spread is None or head.spread is None:
        return ""
    if head.accuracy - knn.accuracy <= max(head.spread, knn.spread):
        return ""
    return f", at a price: {100 * (head.accuracy - knn.accuracy):.1f} points less than the fresh head"


def _common(figures: Figures, names: tuple[str, ...], signs: int) -> int:
    """The largest number of shots within FEW of which all these have figures; 0 if there is none."""
    counts = [count for name, count in figures if name == names[0] and FEW[0] <= count * signs <= FEW[1]]
    return max((count for count in counts if all((name, count) in figures for name in names)), default=0)


def _few() -> str:
    return f"{FEW[0]} to {FEW[1]} pictures"


def _right(figure: Figure) -> str:
    return f"the {_short(figure)} is right in {figure} %"


def _short(figure: Figure) -> str:
    return KINDS[figure.learner].title
