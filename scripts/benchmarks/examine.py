"""What a tick costs more while a sign is examined after its lesson, and how many ticks pass until it is told."""

from collections.abc import Iterator
from statistics import median
from time import thread_time

import numpy as np

from edge_handsign.core.examination import Examiner
from edge_handsign.core.memory import Memory, MemorySettings
from edge_handsign.core.messages import Sample
from scripts.benchmarks.figure import Figure, medians

DIMENSION = 128  # the shipped backbone's
SAMPLES = 20_000  # the default capacity
SIGNS, FRAMES = 10, 20  # a lesson is a burst of so many
ROUNDS = 15


def measure() -> Iterator[Figure]:
    """Milliseconds that one thread computes, of the most expensive tick; median of a few examinations."""
    memory, question = _filled()
    (query_s,) = medians([lambda: memory.match(question)], ROUNDS, each=10)
    examinations = [_ticks_s(memory) for _ in range(ROUNDS)]
    worst_s = median(max(ticks_s) for ticks_s in examinations)
    what = f"{SAMPLES:,} x {DIMENSION}"
    yield Figure(f"a tick's examining at most, {what}", worst_s * 1e3, "ms", "a query", query_s * 1e3, most=2)
    yield Figure(f"ticks from the lesson's end until it is told, {what}", len(examinations[0]), "", most=100)


def _filled() -> tuple[Memory, np.ndarray]:
    """Bunches around a direction for each sign and a smaller one for each lesson; and something to ask."""
    rng = np.random.default_rng(0)
    memory = Memory(DIMENSION, MemorySettings(capacity=SAMPLES))
    lessons = np.arange(SAMPLES) // FRAMES
    directions = rng.normal(size=(SIGNS, DIMENSION))[lessons % SIGNS]
    directions += rng.normal(size=(SAMPLES // FRAMES, DIMENSION))[lessons]
    rows = (directions + 0.3 * rng.normal(size=(SAMPLES, DIMENSION))).astype(np.float32)
    rows /= np.linalg.norm(rows, axis=1, keepdims=True)
    for number, (lesson, row) in enumerate(zip(lessons.tolist(), rows, strict=True)):
        memory.teach(Sample(number, f"sign {lesson % SIGNS}", lesson, row))
    return memory, rows[-1]


def _ticks_s(memory: Memory) -> list[float]:
    examiner = Examiner(memory, new_below=0.97)
    examiner.begin("sign 0")
    took, finding = [], None
    while finding is None:
        began = thread_time()
        finding = examiner.step()
        took.append(thread_time() - began)
    return took
