"""One query of the memory, and one teach, beside FAISS and scikit-learn on one thread."""

import tracemalloc
from collections.abc import Callable, Iterator

import numpy as np
from numpy.typing import NDArray

from edge_handsign.core.memory import Memory, MemorySettings
from edge_handsign.core.messages import Sample
from scripts.benchmarks.figure import Figure, medians

DIMENSION = 1024
SIZES = (1_000, 10_000)
SIGNS = 10
K = 3
ROUNDS = 51
EACH = 10


def measure() -> Iterator[Figure]:
    """Milliseconds of one thread a query; then what one teach costs in a small and in a large memory."""
    from threadpoolctl import threadpool_limits

    with threadpool_limits(1):
        for size in SIZES:
            yield from _queries(size)
    yield from _teaching()


def _queries(size: int) -> Iterator[Figure]:
    rows, questions = _unit_rows(size, seed=1), _unit_rows(64, seed=2)
    works = [make(rows, questions) for make in (_nearest, _match, _faiss, _scikit)]
    nearest, match, faiss, scikit = (seconds * 1e3 for seconds in medians(works, ROUNDS, EACH))
    what = f"{size:,} x {DIMENSION:,}"
    yield Figure(f"KNN query, {what}: the nearest", nearest, "ms", "FAISS IndexFlatIP", faiss, most_times=1.2)
    yield Figure(f"KNN query, {what}: and the answer", match, "ms", "FAISS, without an answer", faiss)
    yield Figure(f"KNN query, {what}: the nearest", nearest, "ms", "scikit-learn brute cosine", scikit)


def _unit_rows(count: int, seed: int) -> NDArray[np.float32]:
    """Signs in turn, each a bunch around a direction of its own: cosines near 0.7 within, near 0.35 between."""
    centres = np.random.default_rng(0).normal(size=(SIGNS, DIMENSION)) + np.random.default_rng(9).normal(size=DIMENSION)
    noise = np.random.default_rng(seed).normal(size=(count, DIMENSION))
    rows = (centres[np.arange(count) % SIGNS] + 0.9 * noise).astype(np.float32)
    rows /= np.linalg.norm(rows, axis=1, keepdims=True)
    return rows


def _filled(rows: NDArray[np.float32]) -> Memory:
    memory = Memory(DIMENSION, MemorySettings(k=K))
    for number, row in enumerate(rows):
        memory.teach(Sample(number, f"sign {number % SIGNS}", number, row))
    return memory


def _nearest(rows: NDArray[np.float32], questions: NDArray[np.float32]) -> Callable[[], object]:
    """FAISS's job: which samples are nearest."""
    memory, turn = _filled(rows), _turns(questions)
    return lambda: memory.ranked(memory.similarities(turn()))


def _match(rows: NDArray[np.float32], questions: NDArray[np.float32]) -> Callable[[], object]:
    """The whole query: which sign that makes it, how surely, and why."""
    memory, turn = _filled(rows), _turns(questions)
    return lambda: memory.match(turn())


def _faiss(rows: NDArray[np.float32], questions: NDArray[np.float32]) -> Callable[[], object]:
    import faiss

    faiss.omp_set_num_threads(1)
    index, turn = faiss.IndexFlatIP(DIMENSION), _turns(questions)
    index.add(rows)
    return lambda: index.search(turn()[None], K)


def _scikit(rows: NDArray[np.float32], questions: NDArray[np.float32]) -> Callable[[], object]:
    from sklearn.neighbors import NearestNeighbors

    index, turn = (
        NearestNeighbors(n_neighbors=K, algorithm="brute", metric="cosine", n_jobs=1).fit(rows),
        _turns(questions),
    )
    return lambda: index.kneighbors(turn()[None])


def _turns(questions: NDArray[np.float32]) -> Callable[[], NDArray[np.float32]]:
    """The questions one after another, for ever; nobody gets the same one twice in a row."""
    asked = 0

    def turn() -> NDArray[np.float32]:
        nonlocal asked
        asked += 1
        question: NDArray[np.float32] = questions[asked % len(questions)]
        return question

    return turn


def _teaching() -> Iterator[Figure]:
    small, large = (_filled(_unit_rows(size, seed=1)) for size in (100, max(SIZES)))
    samples = iter([Sample(10**6 + n, "sign 0", n, row) for n, row in enumerate(_unit_rows(2_002, seed=3))])
    few, many = medians([lambda: small.teach(next(samples)), lambda: large.teach(next(samples))], rounds=50, each=19)
    yield Figure("teach, 10,000 taught", many * 1e6, "us", "the same, 100 taught", few * 1e6)
    tracemalloc.start()
    large.teach(next(samples))
    peak = tracemalloc.get_traced_memory()[1]
    tracemalloc.stop()
    yield Figure("memory copied by that teach beyond its row", peak / 1024, "KiB", "one row", DIMENSION * 4 / 1024)
