"""No sign outlives its picture by a second: a thousand cuts at random moments, in virtual time."""

import numpy as np

from edge_handsign.core.box import Box, Sign
from edge_handsign.core.memory import Memory, MemorySettings
from edge_handsign.core.messages import Sample
from edge_handsign.core.session import Habits, Session
from tests.scene import DIMENSION, Scene

CUTS = 1_000
AFTER_S = 1.0
LATENCY_S = 0.2  # at most, from the picture to its sight


def test_sign_leds_are_off_a_second_after_the_last_picture_in_a_thousand_of_a_thousand_cuts() -> None:
    rng = np.random.default_rng(7)
    box, scene = Box((Sign("fist", 0), Sign("palm", 1)), (), 2), Scene()
    memory = Memory(DIMENSION, MemorySettings())
    for number, sign in enumerate(["fist", "palm"] * 3):
        scene.shows = sign
        memory.teach(Sample(number, sign, number, scene.sight(0.0).embedding.vector))
    session, now = Session(box, memory, Habits()), 0.0
    outlived: list[int] = []
    for cut in range(CUTS):
        scene.shows = ("fist", "palm")[cut % 2]
        period, lateness = rng.uniform(1 / 30, 1 / 3), rng.uniform(0, LATENCY_S)
        lit, taken_at = False, now
        for _ in range(200):  # until it is shown, and a random while longer
            taken_at, now = now, now + period
            session.step(taken_at + lateness, (), scene.sight(taken_at))
            lit = session.feedback(taken_at + lateness).leds[cut % 2]
            if lit and rng.random() < 0.3:
                break
        assert lit, "nothing is tested"
        for at in np.sort(rng.uniform(taken_at + lateness, taken_at + AFTER_S, 3)):  # ticks without a picture
            session.step(float(at), ())
        session.step(taken_at + AFTER_S, ())
        outlived += [cut] * any(session.feedback(taken_at + AFTER_S).leds)
        now = taken_at + AFTER_S + rng.uniform(0, 3)
    assert outlived == []
