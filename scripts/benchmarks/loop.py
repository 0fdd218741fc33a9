"""A frame of the running daemon, with 1,000 samples taught, beside the interpreter's invoke() on the same model."""

from collections.abc import Iterator
from importlib import import_module
from itertools import pairwise
from pathlib import Path
from statistics import median
from time import monotonic
from typing import Protocol

from edge_handsign.commands.daemon import serve
from edge_handsign.config import Config
from edge_handsign.hardware import Backbone
from edge_handsign.models import shelf
from scripts.benchmarks.box import Endless, Fingers, taught
from scripts.benchmarks.figure import Figure

ROUNDS, FRAMES = 7, 300


class Interpreter(Protocol):
    """The part of a TFLite interpreter that is measured."""

    def invoke(self) -> None:
        """One picture."""

    def allocate_tensors(self) -> None:
        """Once, before."""


def measure() -> Iterator[Figure]:
    """Wall time, in turns, median of the rounds' medians."""
    with taught(1_000) as (config, backbone):
        raw = _interpreter(shelf.find(config.backbone.model))
        rounds = [(_loop_s(config, backbone), _raw_s(raw)) for _ in range(ROUNDS)]
    loop_s, raw_s = (median(times) for times in zip(*rounds, strict=True))
    yield Figure("a frame of the running loop", loop_s * 1e3, "ms", "raw invoke()", raw_s * 1e3, most_times=1.15)


def _loop_s(config: Config, backbone: Backbone) -> float:
    camera, box = Endless(backbone.input_size, FRAMES), config.box()
    serve(config, box, backbone, lambda: camera, Fingers(len(box.buttons)))
    return _median_gap(camera.asked_at)


def _raw_s(interpreter: Interpreter) -> float:
    at = [monotonic()]
    for _ in range(FRAMES):
        interpreter.invoke()
        at.append(monotonic())
    return _median_gap(at)


def _median_gap(at: list[float]) -> float:
    return median(later - earlier for earlier, later in pairwise(at[10:]))


def _interpreter(model: Path) -> Interpreter:
    for package in ("ai_edge_litert", "tflite_runtime"):
        try:
            module = import_module(f"{package}.interpreter")
        except ModuleNotFoundError:
            continue
        interpreter: Interpreter = module.Interpreter(str(model), num_threads=1)
        interpreter.allocate_tensors()
        return interpreter
    raise SystemExit("no interpreter is installed")
