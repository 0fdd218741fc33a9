"""From pictures to "I don't know": the parts of the evidence, and what a prior and a room change."""

import numpy as np
import pytest

from edge_handsign.core.doubt import Prior
from edge_handsign.core.evidence import evidence, weights
from edge_handsign.core.memory import Memory, MemorySettings
from edge_handsign.core.messages import NonSigns, Sample

DIMENSION = 32


def around(rng: np.random.Generator, centre: np.ndarray, count: int, spread: float = 0.6) -> np.ndarray:
    noise = rng.normal(size=(count, DIMENSION)) / DIMENSION**0.5
    vectors = centre + spread * noise
    return np.asarray(vectors / np.linalg.norm(vectors, axis=1, keepdims=True), np.float32)


@pytest.fixture
def rng() -> np.random.Generator:
    return np.random.default_rng(4)


HAND, ROOM, ELSEWHERE = np.eye(DIMENSION)[:3]
FACE = (HAND + ROOM) / 2**0.5  # a room that looks a little like the sign


def prior(rng: np.random.Generator) -> Prior:
    lots = NonSigns(around(rng, ELSEWHERE, 40), around(rng, ELSEWHERE, 60), np.full(60, 0.02, np.float32))
    return Prior(lots, np.linspace(2, 12, 20), presence_weight=2.0)


def taught(rng: np.random.Generator, known: Prior | None) -> Memory:
    memory = Memory(DIMENSION, MemorySettings(), known)
    for number, vector in enumerate(around(rng, HAND, 8)):
        memory.teach(Sample(number, "fist", number, vector))
    return memory


def test_every_part_speaks_for_or_against_a_sign() -> None:
    plain = np.array([0.8, 0.4, 0.3, 1.0])
    more = [evidence(np.array(parts), weights()) for parts in ([0.9, 0.4, 0.3, 1], [0.8, 0.3, 0.3, 1])]
    less = [evidence(np.array(parts), weights()) for parts in ([0.8, 0.4, 0.7, 1], [0.8, 0.4, 0.3, 0.5])]
    assert min(more) > evidence(plain, weights()) > max(less)
    assert evidence(plain, weights(0.0)) == evidence(np.array([0.8, 0.4, 0.3, 0.01]), weights(0.0))


def test_a_picture_without_a_hand_is_unknown_though_it_looks_like_the_sign(rng: np.random.Generator) -> None:
    memory = taught(rng, prior(rng))
    (seen,) = around(rng, HAND, 1)
    assert memory.match(seen, 0.9).sign == "fist"
    assert memory.match(seen, 0.01).sign is None


def test_the_room_of_a_quiet_minute_is_unknown_from_then_on_and_the_sign_stays_known(rng: np.random.Generator) -> None:
    memory = taught(rng, prior(rng))
    faces, signs = around(rng, FACE, 200, 0.3), around(rng, HAND, 200)
    assert np.mean([memory.match(face).sign is None for face in faces]) < 0.5, "this test would show nothing"
    memory.settle(NonSigns(around(rng, FACE, 60, 0.3), around(rng, FACE, 60, 0.3), np.ones(60, np.float32)))
    assert np.mean([memory.match(face).sign is None for face in faces]) > 0.98
    assert np.mean([memory.match(sign).sign == "fist" for sign in signs]) > 0.85


def test_a_later_room_replaces_the_one_before(rng: np.random.Generator) -> None:
    memory, fresh = taught(np.random.default_rng(1), None), taught(np.random.default_rng(1), None)
    rooms = [NonSigns(around(rng, c, 30), around(rng, c, 30), np.ones(30, np.float32)) for c in (FACE, ROOM)]
    for room in rooms:
        memory.settle(room)
    fresh.settle(rooms[1])
    asked = around(rng, HAND, 1)[0]
    assert memory.match(asked) == fresh.match(asked)
    assert memory.threshold == fresh.threshold


def test_forgetting_leaves_the_threshold_of_what_is_left(rng: np.random.Generator) -> None:
    known = prior(rng)
    memory, fresh = taught(np.random.default_rng(1), known), taught(np.random.default_rng(1), known)
    for number, vector in enumerate(around(rng, ROOM, 5)):
        memory.teach(Sample(100 + number, "palm", 100 + number, vector))
    assert memory.threshold != fresh.threshold
    memory.forget_sign("palm")
    assert memory.threshold == fresh.threshold
