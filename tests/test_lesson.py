"""What makes a frame worth remembering."""

import numpy as np

from edge_handsign.core.lesson import Lesson, LessonSettings, Verdict, luma, sharpness
from edge_handsign.core.messages import Embedding, Frame, Sight

TEXTURE = np.random.default_rng(0).integers(0, 255, (32, 32, 3)).astype(np.uint8)


def sight(at: float, direction: int, pixels: np.ndarray = TEXTURE) -> Sight:
    vector = np.zeros(8, np.float32)
    vector[direction] = 1.0
    return Sight(Frame(pixels, at), Embedding(vector, 1.0))


def smeared(pixels: np.ndarray, by: int) -> np.ndarray:
    """As if the hand had moved while the shutter was open."""
    return np.asarray(np.mean([np.roll(pixels, shift, axis=1) for shift in range(by)], axis=0), np.uint8)


def held() -> Lesson:
    lesson = Lesson(1, "fist", 1.0, LessonSettings(hold_s=0.5))
    assert lesson.judge(sight(1.0, 0)) is Verdict.KEEP
    return lesson


def test_grey_is_between_its_colours_and_green_is_brightest() -> None:
    red, green, blue = (luma(np.eye(3, dtype=np.uint8)[[[channel]]] * 255).item() for channel in range(3))
    assert blue < red < green
    assert abs(red + green + blue - 255) < 0.1


def test_smear_takes_sharpness_away() -> None:
    sharp = [sharpness(luma(smeared(TEXTURE, by))) for by in (1, 2, 4, 8)]
    assert sharp == sorted(sharp, reverse=True)


def test_a_burst_waits_until_the_press_is_a_hold() -> None:
    lesson = held()
    assert lesson.judge(sight(1.4, 1)) is Verdict.EARLY
    assert lesson.judge(sight(1.5, 1)) is Verdict.KEEP


def test_what_is_like_a_kept_frame_is_known_even_if_others_came_between() -> None:
    lesson = held()
    lesson.judge(sight(1.6, 1))
    assert lesson.judge(sight(1.7, 0)) is Verdict.KNOWN
    assert lesson.judge(sight(1.8, 2)) is Verdict.KEEP


def test_a_smeared_frame_of_a_burst_is_left_out() -> None:
    assert held().judge(sight(1.6, 1, smeared(TEXTURE, 8))) is Verdict.BLURRED


def test_the_first_frame_is_taken_even_if_it_is_soft() -> None:
    lesson = Lesson(1, "fist", 1.0, LessonSettings())
    assert lesson.judge(sight(1.0, 0, smeared(TEXTURE, 8))) is Verdict.KEEP


def test_a_frame_from_before_the_press_is_never_taken() -> None:
    assert Lesson(1, "fist", 1.0, LessonSettings()).judge(sight(0.999, 0)) is Verdict.OLD


def test_frames_taken_after_letting_go_are_left_out() -> None:
    lesson = held()
    lesson.released_at = 1.6
    assert lesson.judge(sight(1.7, 1)) is Verdict.EARLY
    assert lesson.over(1.7)
