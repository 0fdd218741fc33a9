"""What it costs to load a large memory from its file, and what a tick costs more while the copy is written."""

import sqlite3
import tempfile
from collections.abc import Iterator
from contextlib import closing
from pathlib import Path
from statistics import median
from time import monotonic, thread_time

import numpy as np

from edge_handsign.store import Store
from edge_handsign.store.backbone import Backbone
from edge_handsign.store.draft import Surroundings, write
from edge_handsign.store.packing import packed
from edge_handsign.store.places import Places, put_in_place
from edge_handsign.store.row import Row
from scripts.benchmarks.figure import Figure

SAMPLES, DIMENSION = 10_000, 1024
FINGERPRINT = b"b" * 32
ROUNDS = 7
AFTER_A_CHANGE_S = 30.0  # the copy is due


def measure() -> Iterator[Figure]:
    """Milliseconds that one thread computes; the steps of the copy as the clock on the wall has them, too."""
    with tempfile.TemporaryDirectory(prefix="edge-handsign-bench-") as name:
        folder = Path(name)
        _fill(folder)
        what, megabytes = f"{SAMPLES:,} x {DIMENSION:,} uint8", Places(folder).main.stat().st_size / 1e6
        yield Figure(f"file of {what}", megabytes, "MB", "the bytes themselves", SAMPLES * DIMENSION / 1e6)
        bare_s = median(_bare_s(folder) for _ in range(ROUNDS))
        loads_s = median(_load_s(folder) for _ in range(ROUNDS))
        yield Figure(f"load, {what}", loads_s * 1e3, "ms", "sqlite3's fetchall()", bare_s * 1e3, most=80)
        cpu_s, wall_s = _copy_s(folder)
        yield Figure("a tick's share of the copy at most, computing", max(cpu_s) * 1e3, "ms", most=10)
        yield Figure("a tick's share of the copy, median, with the disk", median(wall_s) * 1e3, "ms", most=30)
        yield Figure("ticks that the copy takes", len(wall_s), "")


def _fill(folder: Path) -> None:
    numbers = np.random.default_rng(0).integers(0, 256, (SAMPLES, DIMENSION)).astype(np.float32)
    numbers /= np.linalg.norm(numbers, axis=1, keepdims=True)
    rows = (
        Row(place + 1, f"sign {place % 10}", place + 1, FINGERPRINT, 0, packed(vector))
        for place, vector in enumerate(numbers)
    )
    around = Surroundings((Backbone(FINGERPRINT, DIMENSION, "bench"),), {}, frozenset(), SAMPLES)
    places = Places(folder)
    for _ in write(places.draft, rows, around):
        pass
    put_in_place(places.draft, places.main)


def _opened(folder: Path) -> Store:
    return Store(folder, FINGERPRINT, DIMENSION, "bench", keep_free=0)


def _load_s(folder: Path) -> float:
    with _opened(folder) as store:
        began = thread_time()
        loaded = store.load()
        took = thread_time() - began
    assert len(loaded.samples) == SAMPLES
    return took


def _bare_s(folder: Path) -> float:
    with closing(sqlite3.connect(Places(folder).main)) as connection:
        began = thread_time()
        connection.execute("SELECT * FROM sample ORDER BY id").fetchall()
        return thread_time() - began


def _copy_s(folder: Path) -> tuple[list[float], list[float]]:
    """Of each step: seconds of computing, seconds in all."""
    places = Places(folder)
    places.copy.unlink(missing_ok=True)
    cpu_s, wall_s = [], []
    with _opened(folder) as store:
        store.tend(0.0)
        while not places.copy.exists():
            began, computing = monotonic(), thread_time()
            store.tend(AFTER_A_CHANGE_S)
            cpu_s.append(thread_time() - computing)
            wall_s.append(monotonic() - began)
    return cpu_s, wall_s
