"""Electricity: what transcripts cannot say about thousands of contacts."""

import random

import pytest

from edge_handsign.core.buttons import Buttons, ButtonSettings
from edge_handsign.core.messages import Gesture


def played(levels: list[tuple[float, bool]], until: float, tick_s: float, jitter: random.Random) -> list[Gesture]:
    """The gestures heard when one contact goes through (time, level) and is read about every `tick_s`."""
    buttons = Buttons(1, ButtonSettings())
    now, heard = 0.0, []
    while now < until:
        level = [down for at, down in levels if at <= now][-1]
        heard += [event.gesture for event in buttons.update([level], now)]
        now += tick_s * jitter.uniform(0.8, 1.2)
    return heard


@pytest.mark.parametrize("tick_s", [0.001, 0.005, 0.01])
def test_presses_are_counted_exactly_however_they_bounce(tick_s: float) -> None:
    chance = random.Random(4)
    for _ in range(200):
        levels, now, presses = [(0.0, False)], 0.5, chance.randint(1, 4)
        for _ in range(presses):
            for down in (True, False):
                edge = now
                for _ in range(chance.randint(0, 6)):
                    edge += chance.uniform(0, 0.003)
                    levels.append((edge, chance.random() < 0.5))
                levels.append((edge, down))
                now = edge + chance.uniform(0.08, 0.4)
        heard = played(levels, now + 0.2, tick_s, chance)
        assert heard == [Gesture.PRESS, Gesture.RELEASE] * presses


def test_a_press_is_as_old_as_the_finger() -> None:
    buttons = Buttons(1, ButtonSettings(debounce_s=0.03))
    buttons.update([False], 0.0)
    buttons.update([True], 1.0)
    (event,) = buttons.update([True], 1.05)
    assert event.at == 1.0


def test_a_loop_that_stood_still_still_sees_the_press() -> None:
    buttons = Buttons(1, ButtonSettings())
    buttons.update([False], 0.0)
    buttons.update([True], 0.01)
    assert [event.gesture for event in buttons.update([True], 5.0)] == [Gesture.PRESS]


def test_held_time_is_told_at_release() -> None:
    buttons = Buttons(1, ButtonSettings())
    events = [e for now in range(400) for e in buttons.update([100 <= now < 250], now / 100)]
    assert events[-1].held_s == pytest.approx(1.5)
