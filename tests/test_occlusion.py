"""Occlusion on scores whose answer is known: what matters is found, at its place and nowhere else."""

from dataclasses import dataclass

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from edge_handsign.explanation.occlusion import Occlusion, Patch, Pixels, occlude

WIDTH, HEIGHT = 36, 24


def picture(width: int = WIDTH, height: int = HEIGHT) -> Pixels:
    """Black and white noise, no pixel of which is of the mean colour."""
    return np.random.default_rng(0).choice(np.array([0, 255], np.uint8), (height, width, 3))


@dataclass
class OnePixel:
    """A score that rests on one pixel alone: 2 as long as it is as it was, and nothing without it."""

    before: Pixels
    x: int
    y: int

    def __call__(self, seen: Pixels) -> float:
        return 2.0 * np.array_equal(seen[self.y, self.x], self.before[self.y, self.x])


patches = st.integers(2, 12).flatmap(lambda side: st.builds(Patch, st.just(side), st.integers(1, side)))


@given(patches, st.integers(0, WIDTH - 1), st.integers(0, HEIGHT - 1))
def test_the_map_peaks_at_the_pixel_that_matters_and_is_zero_out_of_the_patchs_reach(
    patch: Patch, x: int, y: int
) -> None:
    before = picture()
    heat = occlude(before, patch, OnePixel(before, x, y)).map()
    assert heat.shape == (HEIGHT, WIDTH)
    assert heat[y, x] == pytest.approx(2.0)
    assert heat.max() == pytest.approx(2.0)
    assert heat.min() >= 0
    rows, columns = np.indices(heat.shape)
    far = (np.abs(rows - y) >= patch.side) | (np.abs(columns - x) >= patch.side)
    assert not heat[far].any()


@given(st.integers(2, 400), st.data())
def test_the_patch_goes_from_edge_to_edge_evenly_and_leaves_nothing_out(length: int, data: st.DataObject) -> None:
    side = data.draw(st.integers(1, length))
    patch = Patch(side, data.draw(st.integers(1, side)))
    places = patch.places(length)
    gaps = np.diff(places)
    assert (places[0], places[-1]) == (0, length - side)
    assert not gaps.size or (gaps.min() > 0 and gaps.max() <= patch.stride and np.ptp(gaps) <= 1)


@pytest.mark.parametrize(
    ("part", "wanted"),
    [
        (np.s_[:8, :], np.s_[:8, :]),
        (np.s_[:, :8], np.s_[:, :8]),
        (np.s_[-8:, -8:], np.s_[-8:, -8:]),
    ],
    ids=["top", "left", "lower right"],
)
def test_up_stays_up_and_left_stays_left(part: tuple[slice, slice], wanted: tuple[slice, slice]) -> None:
    before = picture()
    heat = occlude(before, Patch(4, 2), lambda seen: -float(np.sum(seen[part] != before[part]))).map()
    outside = np.ones(heat.shape, bool)
    outside[wanted] = False
    assert heat[wanted].min() > heat[outside].max()


def test_a_part_that_speaks_against_is_negative() -> None:
    before = picture()
    heat = occlude(before, Patch(4, 2), lambda seen: -OnePixel(before, 20, 5)(seen)).map()
    assert heat[5, 20] == heat.min() == pytest.approx(-2.0)
    assert heat.max() == 0


def test_where_nothing_matters_all_is_zero_and_the_picture_is_left_as_it_was() -> None:
    before = picture()
    found = occlude(before, Patch(6, 3), lambda _: 0.7)
    assert found.score == 0.7
    assert not found.map().any()
    assert np.array_equal(before, picture())


def test_exactly_the_patch_is_covered_with_the_mean_colour() -> None:
    before = np.full((10, 12, 3), (10, 20, 30), np.uint8)
    before[0, 0] = 250
    looks: list[Pixels] = []

    def look(seen: Pixels) -> float:
        looks.append(seen.copy())
        return 0.0

    found = occlude(before, Patch(4, 4), look)
    whole, *covered = looks
    assert np.array_equal(whole, before)
    assert len(covered) == found.drops.size == len(found.tops) * len(found.lefts)
    changed = np.any(covered[-1] != before, axis=2)
    assert changed[-4:, -4:].all()
    assert changed.sum() == 16
    assert (covered[-1][-1, -1] == (12, 22, 32)).all()


def test_score_and_drops_are_in_the_scores_own_units() -> None:
    before = picture()
    found = occlude(before, Patch(WIDTH // 6, 6), OnePixel(before, 1, 1))
    assert found.score == 2.0
    assert found.drops[0, 0] == 2.0
    assert found.drops.sum() == 2.0


@pytest.mark.parametrize(("size", "side", "stride"), [((160, 160), 27, 7), ((224, 224), 37, 9), ((320, 240), 40, 10)])
def test_the_usual_patch_grows_with_the_picture(size: tuple[int, int], side: int, stride: int) -> None:
    assert Patch.of(size) == Patch(side, stride)
    assert Patch.of(size, side=20).stride == 5
    assert Patch.of(size, stride=3).side == side


def test_a_place_weighs_more_the_nearer_its_middle_is() -> None:
    drops = np.array([[0.0, 1.0]])
    heat = Occlusion((6, 4), 4, (0,), (0, 2), 1.0, drops).map()
    assert np.all(np.diff(heat[0]) >= 0)
    assert (heat[0, 0], heat[0, 5]) == (0.0, 1.0)
