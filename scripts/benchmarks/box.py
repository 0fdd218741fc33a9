"""What the benchmarks run the real daemon with: the shipped backbone, a store of its own, a camera that never waits."""

import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import replace
from pathlib import Path
from threading import Event
from time import monotonic
from types import TracebackType
from typing import Self

import numpy as np
from numpy.typing import NDArray

from edge_handsign.commands import choice
from edge_handsign.config import Config
from edge_handsign.core.messages import Feedback, Frame, Teach
from edge_handsign.devices.drawing import POSES, Stance, draw
from edge_handsign.hardware import Backbone, EndOfFrames
from edge_handsign.store import Store

SIGNS = ("fist", "palm", "peace", "point")


def a_hand(size: tuple[int, int], scale: float = Stance().scale) -> NDArray[np.uint8]:
    """A drawn fist, uint8 (height, width, 3) RGB; `scale` is as in Stance."""
    return draw(POSES["fist"], size, Stance(scale=scale))


@contextmanager
def taught(samples: int) -> Iterator[tuple[Config, Backbone]]:
    """Default settings and a store of so many samples; the first sign's are near `a_hand`, the others anywhere."""
    with tempfile.TemporaryDirectory(prefix="edge-handsign-bench-") as folder:
        config = Config()
        config = replace(config, store=replace(config.store, folder=Path(folder) / "store"))
        backbone = choice.backbone(config)
        if samples:
            _teach(config, backbone, samples)
        yield config, backbone


def _teach(config: Config, backbone: Backbone, samples: int) -> None:
    hand = backbone.embed(Frame(a_hand(backbone.input_size), 0.0)).vector
    rows = np.random.default_rng(4).normal(size=(samples, backbone.dimension)).astype(np.float32)
    rows[:: len(SIGNS)] = hand + rows[:: len(SIGNS)] * np.float32(0.02 / backbone.dimension**0.5)
    rows /= np.linalg.norm(rows, axis=1, keepdims=True)
    with Store(config.store.folder, backbone.fingerprint, backbone.dimension, backbone.name) as store:
        for number, row in enumerate(rows):
            store.teach(Teach(SIGNS[number % len(SIGNS)], number + 1, row))


class Endless:
    """Implements `Camera`: one picture, as fast as it is asked for, until `frames` were given or `enough` is set."""

    noisy = False

    def __init__(self, pixels: NDArray[np.uint8], frames: int | None = None) -> None:
        """`pixels` is (height, width, 3) RGB."""
        self.enough = Event()
        self.asked_at: list[float] = []  # s, monotonic
        self._pixels = pixels
        self._frames = frames

    def capture(self) -> Frame:
        """At once."""
        now = monotonic()
        self.asked_at.append(now)
        if self.enough.is_set() or (self._frames is not None and len(self.asked_at) > self._frames):
            raise EndOfFrames
        return Frame(self._pixels, now)

    def __enter__(self) -> Self:
        return self

    def __exit__(self, kind: type[BaseException] | None, error: BaseException | None, at: TracebackType | None) -> None:
        pass


class Fingers:
    """Implements `Pins`: fingers that another thread moves, and the moment at which the box lit and sounded."""

    def __init__(self, buttons: int) -> None:
        self.levels = [False] * buttons
        self.answered = Event()
        self.answered_at = 0.0  # s, monotonic
        self.silent = Event()

    def read(self) -> tuple[bool, ...]:
        """As the fingers are."""
        return tuple(self.levels)

    def write(self, feedback: Feedback) -> None:
        """Notes when a light and a tone come on."""
        if not feedback.tone_hz:
            self.silent.set()
        elif self.silent.is_set() and (feedback.status or any(feedback.leds)):
            self.answered_at = monotonic()
            self.silent.clear()
            self.answered.set()
