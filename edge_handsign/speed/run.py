"""Pictures through all stages, each with its time.

capture   until the next picture is there: mostly waiting for it
prepare   pixels into the network's input, its numbers into an embedding
invoke    the network, once or, where there may be a hand, twice
match     the embedding against the memory
decide    matches into a steady decision
pins      buttons read, a LED written
"""

from collections.abc import Sequence
from dataclasses import dataclass
from time import monotonic, perf_counter

import numpy as np
from numpy.typing import NDArray

from edge_handsign.config import Config
from edge_handsign.core.decider import Decider
from edge_handsign.core.memory import Memory
from edge_handsign.core.messages import Feedback, Frame, Sample
from edge_handsign.devices.tflite import TfliteBackbone
from edge_handsign.hardware import Camera, Pins
from edge_handsign.speed.watch import Watch

STAGES = ("capture", "prepare", "invoke", "match", "decide", "pins")
WARM_UP = 10  # pictures that are not counted: caches fill, the memory fits itself to what it was taught
SIGNS = 4


@dataclass(frozen=True, slots=True)
class Bench:
    """What is measured. `pins` is None where there are none to measure."""

    config: Config
    backbone: TfliteBackbone
    watch: Watch
    camera: Camera
    pins: Pins | None


@dataclass(frozen=True, slots=True)
class Run:
    """Milliseconds a picture, by stage; a stage that was not measured is missing."""

    median_ms: dict[str, float]
    p95_ms: dict[str, float]
    invokes: float  # a picture
    fps: float  # pictures a second, as they came
    could_fps: float  # if the camera were never waited for, one stage after another
    frames: int
    samples: int


def measure(bench: Bench, frames: int, samples: int) -> Run:
    """The pictures of the camera, against a memory of `samples` random samples; what a device raises passes through."""
    memory, decider = _memory(bench, samples), Decider(bench.config.decider)
    laps, invokes, stamps = [], 0, []
    for number in range(WARM_UP + frames):
        bench.watch.take()
        at = [perf_counter()]
        frame = bench.camera.capture()
        at.append(perf_counter())
        seconds, looks = _see(bench, memory, decider, frame, at)
        if bench.pins:
            _touch(bench, bench.pins, lit=number % 2 == 0)
            at.append(perf_counter())
        if number >= WARM_UP:
            laps.append(_split(np.diff(at), seconds))
            invokes += looks
            stamps.append(frame.taken_at)
    return _summed(np.array(laps), invokes / frames, stamps, samples)


def _see(bench: Bench, memory: Memory, decider: Decider, frame: Frame, at: list[float]) -> tuple[float, int]:
    """Seconds and number of invokes; the moments after embedding, matching and deciding join `at`."""
    seen = bench.backbone.embed(frame)
    at.append(perf_counter())
    match = memory.match(seen.vector, seen.presence)
    at.append(perf_counter())
    decider.update(match.sign, frame.taken_at, monotonic())
    at.append(perf_counter())
    return bench.watch.take()


def _touch(bench: Bench, pins: Pins, *, lit: bool) -> None:
    pins.read()
    pins.write(Feedback(lit, (False,) * len(bench.config.led_pins), 0))


def _split(laps: NDArray[np.float64], invoke: float) -> list[float]:
    capture, embed, *rest = laps.tolist()
    return [capture, embed - invoke, invoke, *rest]


def _memory(bench: Bench, samples: int) -> Memory:
    memory = Memory(bench.backbone.dimension, bench.config.memory, bench.backbone.prior)
    rows = np.random.default_rng(1).normal(size=(samples, bench.backbone.dimension)).astype(np.float32)
    rows /= np.linalg.norm(rows, axis=1, keepdims=True)
    for number, vector in enumerate(rows, 1):
        memory.teach(Sample(number, f"sign {number % SIGNS}", number, vector))
    return memory


def _summed(laps: NDArray[np.float64], invokes: float, stamps: Sequence[float], samples: int) -> Run:
    """`laps` is (frames, stages) in seconds."""
    median, p95 = np.median(laps, axis=0) * 1e3, np.percentile(laps, 95, axis=0) * 1e3
    names = STAGES[: laps.shape[1]]
    return Run(
        dict(zip(names, median.tolist(), strict=True)),
        dict(zip(names, p95.tolist(), strict=True)),
        invokes,
        (len(stamps) - 1) / (stamps[-1] - stamps[0]),
        1e3 / float(median[1:].sum()),
        len(stamps),
        samples,
    )
