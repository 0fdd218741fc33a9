"""The figures by which the box is judged, on streams short enough to count by hand."""

import numpy as np
import pytest

from edge_handsign.core.decider import DeciderSettings
from edge_handsign.core.messages import Match
from scripts.streams.photographs import Photograph, View, jittered, without_hands
from scripts.streams.play import Stretch
from scripts.streams.verdict import judged

TWO = DeciderSettings(window_s=0.3, on_share=0.5, off_share=0.3)  # of four pictures, two switch on and one keeps on


def stretch(said: str, *, sign: str | None = None, untaught: bool = False) -> Stretch:
    """A letter a picture: f is answered fist, p palm, . unknown."""
    names = {"f": "fist", "p": "palm", ".": None}
    return Stretch(sign, untaught, tuple(Match(names[one], "fist", 0.0, 0.0, 0.0, ()) for one in said))


def test_latencies_count_from_the_last_picture_before() -> None:
    found = judged([stretch("....."), stretch(".fffff", sign="fist"), stretch("......")], TWO)
    assert (found.on_s, found.off_s, found.missed, found.spurious_per_minute) == (0.3, 0.3, 0, 0)
    assert found.false_per_hour == 0


def test_what_goes_on_without_a_taught_sign_is_counted_apart() -> None:
    found = judged([stretch("....ff......ff......"), stretch("ff........", untaught=True)], TWO)
    assert found.false_per_hour == 2 * 3600 / 2
    assert found.untaught_per_hour == 1 * 3600 / 1


def test_a_wrong_led_is_spurious_and_the_right_one_that_never_comes_is_missed() -> None:
    found = judged([stretch("pppp......", sign="fist"), stretch("....."), stretch("ffffffffff", sign="fist")], TWO)
    assert found.missed == 50
    assert found.spurious_per_minute == pytest.approx(2 * 60 / 2)  # palm on, palm off


def test_a_square_beside_the_hand_has_no_hand_in_it() -> None:
    hand = (0.1, 0.3, 0.4, 0.9)
    (view,) = without_hands([Photograph("a.jpg", "set", "fist", "train", "s", 0, (320, 240), (hand,))])
    left, top, right, bottom = view.region
    assert left >= hand[2]
    assert (right - left) * 320 == pytest.approx((bottom - top) * 240)
    assert 0 <= left < right <= 1
    assert 0 <= top < bottom <= 1


def test_jitter_stays_inside() -> None:
    rng = np.random.default_rng(0)
    whole = View(Photograph("a.jpg", "set", "fist", "train", "s", 0, (320, 240), ()))
    for _ in range(100):
        left, top, right, bottom = jittered(whole, rng).region
        assert 0 <= left < right <= 1 + 1e-9
        assert 0 <= top < bottom <= 1 + 1e-9
