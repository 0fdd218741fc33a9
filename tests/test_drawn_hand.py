"""The drawn hands: the same every time, different from one another, and cheap enough to be a camera's picture."""

from dataclasses import replace
from functools import lru_cache
from itertools import combinations

import numpy as np
import pytest
from numpy.typing import NDArray

from edge_handsign.devices.drawing import NONE, POSES, SKINS, Stance, draw

SIZE = (120, 90)
STILL = Stance(grain=0.0)


def changed(one: NDArray[np.uint8], other: NDArray[np.uint8]) -> float:
    """The share of pixels that plainly differ."""
    return float((np.abs(one.astype(int) - other.astype(int)).max(2) > 24).mean())


@lru_cache
def outline(name: str, stance: Stance = STILL) -> NDArray[np.bool_]:
    """Where the hand is: what differs from the empty room, shadow left out because it is weak."""
    room = draw(None, SIZE, stance).astype(int)
    return np.asarray(np.abs(draw(POSES[name], SIZE, stance).astype(int) - room).max(2) > 60)


def test_a_drawing_is_a_picture_of_the_asked_size() -> None:
    picture = draw(POSES["palm"], SIZE, Stance())
    assert picture.shape == (90, 120, 3)
    assert picture.dtype == np.uint8


def test_the_table_has_the_promised_poses_under_their_own_names() -> None:
    assert {"fist", "palm", "peace", "point", "thumb", "ok", "three", "rock", "call"} <= POSES.keys()
    assert all(name == pose.name for name, pose in POSES.items())
    assert NONE not in POSES


def test_the_same_arguments_give_the_same_pixels() -> None:
    stance = Stance(turn=7.0, room=3, seed=11)
    assert np.array_equal(draw(POSES["ok"], SIZE, stance), draw(POSES["ok"], SIZE, stance))


def test_only_the_noise_differs_between_two_frames_of_a_hand_held_still() -> None:
    first, second = (draw(POSES["fist"], SIZE, Stance(seed=seed)).astype(float) for seed in (1, 2))
    assert 1.0 < float(np.std(first - second)) < 8.0
    assert abs(float(np.mean(first - second))) < 0.5


@pytest.mark.parametrize(("one", "other"), list(combinations(POSES, 2)))
def test_no_two_poses_have_the_same_outline(one: str, other: str) -> None:
    first, second = outline(one), outline(other)
    assert (first ^ second).sum() > 0.08 * (first | second).sum()


@pytest.mark.parametrize("name", POSES)
def test_a_hand_is_large_and_whole_in_the_picture(name: str) -> None:
    hand = outline(name)
    assert 0.04 < hand.mean() < 0.5
    assert not hand[:2].any(), "cut off at the top"


@pytest.mark.parametrize(
    "other",
    [
        replace(STILL, centre=(0.4, 0.5)),
        replace(STILL, scale=0.26),
        replace(STILL, turn=15.0),
        replace(STILL, swing=25.0),
        replace(STILL, nod=25.0),
        replace(STILL, mirror=True),
        replace(STILL, skin=len(SKINS) - 1),
        replace(STILL, room=5),
        replace(STILL, sun=60.0),
        replace(STILL, exposure=0.7),
    ],
    ids=["centre", "scale", "turn", "swing", "nod", "mirror", "skin", "room", "sun", "exposure"],
)
def test_each_part_of_a_stance_can_be_seen(other: Stance) -> None:
    assert changed(draw(POSES["peace"], SIZE, STILL), draw(POSES["peace"], SIZE, other)) > 0.01


def test_a_mirrored_hand_is_the_other_hand() -> None:
    right = draw(POSES["thumb"], SIZE, replace(STILL, sun=0.0))
    left = draw(POSES["thumb"], SIZE, replace(STILL, sun=0.0, mirror=True))
    middle = slice(30, 60)
    assert outline("thumb")[middle, :30].sum() > outline("thumb")[middle, -30:].sum()
    flipped = outline("thumb", replace(STILL, mirror=True))
    assert flipped[middle, :30].sum() < flipped[middle, -30:].sum()
    assert changed(right, left) > 0.05


def test_a_hand_half_out_of_the_picture_is_drawn_too() -> None:
    for centre in ((0.0, 0.5), (1.0, 1.0), (-3.0, 0.5), (0.5, 4.0)):
        assert draw(POSES["palm"], SIZE, replace(STILL, centre=centre)).shape == (90, 120, 3)
    gone = replace(STILL, centre=(-3.0, 0.5))
    assert changed(draw(POSES["palm"], SIZE, gone), draw(None, SIZE, gone)) == 0.0
