"""A frame of the running daemon, with 1,000 samples taught, beside the interpreter's invoke() on the same model.

A frame that is looked at twice stands beside two of them.
"""

from collections.abc import Iterator
from importlib import import_module
from itertools import pairwise
from pathlib import Path
from statistics import median
from time import monotonic
from typing import Protocol

import numpy as np
from numpy.typing import NDArray

from edge_handsign.commands import choice
from edge_handsign.commands.daemon import serve
from edge_handsign.config import Config
from edge_handsign.core.messages import Frame
from edge_handsign.hardware import Backbone
from edge_handsign.models import shelf
from edge_handsign.speed import Watch
from scripts.benchmarks.box import Endless, Fingers, a_hand, taught
from scripts.benchmarks.figure import Figure

ROUNDS, FRAMES = 7, 300
GREY = 128


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
        hand = a_hand(backbone.input_size)
        for what, pixels in (("empty", np.full_like(hand, GREY)), ("with a hand", hand)):
            yield _figure(f"a frame of the running loop, {what}", config, backbone, pixels, raw)


def _figure(what: str, config: Config, backbone: Backbone, pixels: NDArray[np.uint8], raw: Interpreter) -> Figure:
    rounds = [(_loop_s(config, backbone, pixels), _raw_s(raw)) for _ in range(ROUNDS)]
    loop_s, raw_s = (median(times) for times in zip(*rounds, strict=True))
    looks = _looks(config, pixels)
    rival = "raw invoke()" if looks == 1 else f"{looks} raw invoke()"
    return Figure(what, loop_s * 1e3, "ms", rival, looks * raw_s * 1e3, most_times=1.15)


def _looks(config: Config, pixels: NDArray[np.uint8]) -> int:
    watch = Watch()
    choice.backbone(config, load=watch.load).embed(Frame(pixels, 0.0))
    return watch.take()[1]


def _loop_s(config: Config, backbone: Backbone, pixels: NDArray[np.uint8]) -> float:
    camera, box = Endless(pixels, FRAMES), config.box()
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
