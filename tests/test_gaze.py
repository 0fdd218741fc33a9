"""Where the second look goes: always inside the frame, to the hand, and only where there is one."""

from dataclasses import astuple
from math import inf, isfinite, log, log2, nan

import pytest
from hypothesis import given
from hypothesis import strategies as st

from edge_handsign.core import gaze
from edge_handsign.core.gaze import Hand, HandMap, Place

SHARES = st.floats(0, 1)
CELLS = st.lists(st.tuples(st.floats(-12, 12), st.floats(-6, 1)), min_size=20, max_size=20)
READING = HandMap(4, 5)


def flat(cells: list[tuple[float, float]]) -> list[float]:
    return [number for cell in cells for number in cell]


def pointing(row: int, column: int, length: float, presence: float = 0.99) -> list[float]:
    """A map of 4 x 5 cells of which one sees a hand."""
    sees = (log(presence / (1 - presence)), log2(length))
    return flat([sees if (row, column) == divmod(place, 5) else (-20.0, 0.0) for place in range(20)])


@given(place=st.builds(Place, SHARES, SHARES, SHARES), length=st.floats(2**-6, 2), squeeze=st.floats(0.5, 2))
def test_the_second_look_is_inside_the_frame_and_as_near_the_hand_as_it_can_be(
    place: Place, length: float, squeeze: float
) -> None:
    left, top, right, bottom = gaze.part(Hand(0.9, length), place, squeeze)
    for start, end, middle in ((left, right, place.x), (top, bottom, place.y)):
        assert 0 <= start < end <= 1 + 1e-12
        assert (start + end) / 2 == pytest.approx(min(max(middle, (end - start) / 2), 1 - (end - start) / 2))


@given(length=st.floats(0.1, 0.6), squeeze=st.floats(0.75, 4 / 3))
def test_a_hand_fills_the_second_look_alike_and_unsqueezed(length: float, squeeze: float) -> None:
    left, top, right, bottom = gaze.part(Hand(0.9, length), Place(0.5, 0.5, 0.0), squeeze)
    wide, high = (right - left) * squeeze, bottom - top
    assert wide == pytest.approx(high)
    assert max(right - left, bottom - top) == pytest.approx(max(gaze.REACH * length, gaze.NEAREST))


@given(CELLS)
def test_a_hand_is_somewhere_in_the_picture_and_its_presence_a_probability(cells: list[tuple[float, float]]) -> None:
    hand, place = READING.hand(flat(cells)), READING.place(flat(cells))
    assert 0 < hand.presence < 1
    assert 2**-6 - 1e-9 <= hand.length <= 2 + 1e-9
    assert 0.1 - 1e-9 <= place.x <= 0.9 + 1e-9, "no cell's middle lies further out"
    assert 0.125 - 1e-9 <= place.y <= 0.875 + 1e-9
    assert 0 <= place.spread <= 0.55, "from one corner's middle to the other's it is twice that"


@given(CELLS, st.integers(0, 19), st.floats(0, 5))
def test_a_surer_cell_never_makes_a_hand_less_likely(
    cells: list[tuple[float, float]], place: int, surer: float
) -> None:
    raised = [(logit + surer * (place == at), size) for at, (logit, size) in enumerate(cells)]
    assert READING.hand(flat(raised)).presence >= READING.hand(flat(cells)).presence


@pytest.mark.parametrize(("row", "column"), [(0, 0), (1, 3), (3, 4)])
def test_the_hand_is_where_the_cell_is_that_sees_it(row: int, column: int) -> None:
    hand, place = READING.hand(pointing(row, column, 0.25, 0.9)), READING.place(pointing(row, column, 0.25, 0.9))
    assert (place.x, place.y) == pytest.approx(((column + 0.5) / 5, (row + 0.5) / 4), abs=1e-6)
    assert (hand.presence, hand.length) == pytest.approx((0.9, 0.25), abs=1e-6)


def test_a_hand_between_two_cells_is_between_them() -> None:
    both = [max(a, b) for a, b in zip(pointing(1, 1, 0.3), pointing(1, 2, 0.3), strict=True)]
    assert READING.place(both).x == pytest.approx(0.4, abs=1e-6)


def test_stored_numbers_mean_what_their_scale_and_zero_say() -> None:
    stored = [-3, 40, 7, 30, 5, 30, -20, 25]
    real = [(number - 10) * 0.1 for number in stored]
    told, meant = HandMap(2, 2, 0.1, 10), HandMap(2, 2)
    assert astuple(told.hand(stored)) == pytest.approx(astuple(meant.hand(real)))
    assert astuple(told.place(stored)) == pytest.approx(astuple(meant.place(real)))


def test_numbers_beyond_all_bounds_stay_numbers_or_are_told() -> None:
    assert READING.hand([1e30, 1e30] * 20).length == 2
    assert READING.hand([-1e30, -1e30] * 20).presence == 0
    assert not isfinite(READING.hand([nan, nan] * 20).length)
    assert not gaze.is_one(READING.place([nan, nan] * 20))
    assert not gaze.is_one(READING.place([inf, inf] * 20))


@given(first=SHARES, second=SHARES, more=SHARES)
def test_a_surer_second_look_is_never_believed_less(first: float, second: float, more: float) -> None:
    seen, again = Hand(first, 0.3), Hand(second, 0.6)
    surer = Hand(min(second + more, 1), 0.6)
    assert gaze.confirmed(seen, surer) or not gaze.confirmed(seen, again)


def test_only_where_a_hand_surely_is_the_second_look_goes_to_it() -> None:
    assert gaze.is_there(Hand(0.9, 0.8))
    assert not gaze.is_there(Hand(0.4, 0.2))
    assert gaze.may_be_there(Hand(0.4, 0.2)), "but there is one"


def test_two_hands_held_apart_are_not_looked_at_as_if_they_were_one() -> None:
    one = READING.place(pointing(1, 1, 0.3))
    both = READING.place([max(a, b) for a, b in zip(pointing(1, 0, 0.3), pointing(1, 4, 0.3), strict=True)])
    assert one.spread == pytest.approx(0, abs=1e-3)
    assert both.spread == pytest.approx(0.4, abs=1e-3)
    assert gaze.is_one(one)
    assert not gaze.is_one(both)


def test_a_second_look_that_finds_no_hand_is_not_believed() -> None:
    assert gaze.confirmed(Hand(0.9, 0.3), Hand(0.95, 0.6))
    assert not gaze.confirmed(Hand(0.9, 0.3), Hand(0.1, 0.6))


@pytest.mark.parametrize(
    ("shape", "is_map"),
    [
        ((1, 5, 5, 2), True),
        ((1, 4, 7, 2), True),
        ((1, 1, 1, 2), False),
        ((1, 5, 5, 8), False),
        ((2, 5, 5, 2), False),
        ((1, 128), False),
        ((), False),
    ],
)
def test_a_map_has_two_numbers_for_each_of_several_cells(shape: tuple[int, ...], is_map: bool) -> None:
    assert gaze.is_map(shape) == is_map
