"""How the target is met: streams with a known law, through the threshold and the decider that ships."""

import numpy as np
import pytest

from edge_handsign.core.decider import Decider, DeciderSettings
from edge_handsign.core.threshold import MISSED, PASSED, derived, tail_of

NONE = np.empty(0)
SURE = np.full(100, 1e3)  # right answers beyond all doubt
HOURS, FPS = 30, 10


@pytest.mark.parametrize("per_hour", [1, 10, 60])
def test_the_target_is_met_after_the_decider_when_scenes_last_a_second(per_hour: float) -> None:
    """Scenes of nothing whose evidence has an exponential tail, some of it a whole scene's, some each picture's own."""
    rng = np.random.default_rng(7)
    alarms = []
    for _ in range(8):
        level = derived(per_hour, 0.0, rng.gumbel(size=256), NONE, SURE).level
        scenes = np.repeat(rng.gumbel(size=HOURS * 3600), FPS)
        pictures = np.maximum(scenes - rng.exponential(0.3, scenes.size), -5)
        alarms.append(activations(pictures >= level))
    assert np.median(alarms) / HOURS < per_hour
    assert max(alarms) / HOURS < 10 * per_hour, "256 pictures say what happens once an hour, but not exactly"
    assert np.median(alarms) / HOURS > per_hour / 20, "so strict that signs are lost for nothing"


def activations(accepted: np.ndarray) -> int:
    decider, count, lit = Decider(DeciderSettings()), 0, False
    at = np.flatnonzero(accepted)
    near = np.unique(np.concatenate([at + offset for offset in range(-1, 12)]))  # elsewhere nothing can happen
    last = -100
    for place in near[(near >= 0) & (near < accepted.size)]:
        if place != last + 1:
            decider, lit = Decider(DeciderSettings()), False
        last, now = place, place / FPS
        shown = decider.update("fist" if accepted[place] else None, now, now).sign is not None
        count += shown and not lit
        lit = shown
    return count


def test_the_tail_is_continued_as_it_falls() -> None:
    rng = np.random.default_rng(3)
    levels = [tail_of(rng.exponential(2.0, 256)).level(1 / 3600) for _ in range(200)]
    assert np.mean(levels) == pytest.approx(2.0 * np.log(3600), rel=0.2)
    assert np.mean(np.array(levels) > 2.0 * np.log(3600)) > 0.75, "not on the safe side"


def test_untaught_signs_raise_the_level_and_right_answers_bound_it() -> None:
    nothing, untaught = np.linspace(-20, -10, 100), np.linspace(0, 10, 100)
    assert derived(1, 0.0, nothing, NONE, SURE).level == 0.0
    assert derived(1, 0.0, nothing, untaught, SURE).level == pytest.approx(np.quantile(untaught, 1 - PASSED))
    right = np.linspace(4, 24, 100)
    assert derived(1, 0.0, nothing, untaught, right).level == pytest.approx(np.quantile(right, MISSED))


def test_what_cannot_be_told_apart_is_cut_where_both_lose_the_same_and_the_price_is_told() -> None:
    rng = np.random.default_rng(5)
    nothing, right = rng.normal(0, 1, 4000), rng.normal(2, 1, 4000)
    found = derived(1, 0.0, nothing, NONE, right)
    assert found.level == pytest.approx(1.0, abs=0.1)  # the two normal laws cross there
    assert found.per_hour == pytest.approx(3600 * (nothing > found.level).mean(), rel=0.1)


def test_before_there_is_a_right_answer_nothing_is_asked_but_the_floor() -> None:
    assert derived(1, 2.5, np.linspace(0, 10, 100), np.linspace(0, 10, 9), NONE).level == 2.5
    assert derived(1, 2.5, NONE, NONE, NONE).per_hour is None
