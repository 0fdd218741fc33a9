"""Devices that fall ill when a test says so, through the seam: a camera and a backbone with a doctor's bag of faults.

Time is the test's: pictures are stamped with `now`, which only the test moves. A call that hangs is over when the test
is, so no thread outlives it.
"""

import time
from collections.abc import Callable
from threading import Event
from types import TracebackType
from typing import Self, TypeVar

import numpy as np
from numpy.typing import NDArray

from edge_handsign.core.messages import Embedding, Frame
from edge_handsign.devices.bench import BenchBackbone
from edge_handsign.errors import CameraError, InterpreterError
from edge_handsign.hardware import EndOfFrames, UnusablePicture

SIZE = 32  # px a side
T = TypeVar("T")
PATIENCE_S = 30.0  # of a test, for a thread on a machine that is busy with something else


class Ward:
    """What opening, looking and closing do from now on, and how often they were asked to."""

    def __init__(self) -> None:
        self.opens: Callable[[], None] = well
        self.looks: Callable[[Ward], Frame] = fresh
        self.closes: Callable[[], None] = well
        self.opened = 0
        self.now = 0.0  # s: what pictures are stamped with
        self.rng = np.random.default_rng(1)
        self.still = self.pixels()
        self.hanging = Event()
        self.over = Event()

    def pixels(self) -> NDArray[np.uint8]:
        """No two alike."""
        return self.rng.integers(40, 200, (SIZE, SIZE, 3), np.uint8)

    def camera(self) -> "AilingCamera":
        self.opened += 1
        self.opens()
        return AilingCamera(self)

    def hang(self) -> None:
        self.hanging.set()
        self.over.wait()
        raise EndOfFrames


class AilingCamera:
    """Implements `Camera`."""

    noisy = True

    def __init__(self, ward: Ward) -> None:
        self._ward = ward

    def capture(self) -> Frame:
        time.sleep(0.001)
        return self._ward.looks(self._ward)

    def __enter__(self) -> Self:
        return self

    def __exit__(self, kind: type[BaseException] | None, error: BaseException | None, at: TracebackType | None) -> None:
        self._ward.closes()


class AilingBackbone(BenchBackbone):
    """Implements `Backbone`."""

    def __init__(self) -> None:
        super().__init__(size=(SIZE, SIZE))
        self.stalled = self.dead = False
        self.stalling, self.resumed = Event(), Event()

    def embed(self, frame: Frame) -> Embedding:
        if self.dead:
            raise InterpreterError("the interpreter failed")
        if self.stalled:
            self.stalling.set()
            self.resumed.wait(PATIENCE_S)
        return super().embed(frame)


def well() -> None:
    """Nothing happens."""


def absent() -> None:
    raise CameraError("no camera was found")


def no_memory() -> None:
    raise CameraError("the camera cannot be opened ([Errno 12] Cannot allocate memory)")


def fresh(ward: Ward) -> Frame:
    return Frame(ward.pixels(), ward.now)


def hangs(ward: Ward) -> Frame:
    ward.hang()
    raise AssertionError


def times_out(_: Ward) -> Frame:
    raise CameraError("the camera gave no picture for 2.5 s")


def frozen(ward: Ward) -> Frame:
    return Frame(ward.still, ward.now)


def stopped(ward: Ward) -> Frame:
    """Its clock has."""
    return Frame(ward.pixels(), 1.0)


def white(ward: Ward) -> Frame:
    return Frame(np.full((SIZE, SIZE, 3), 255, np.uint8), ward.now)


def small(ward: Ward) -> Frame:
    return Frame(ward.pixels()[: SIZE // 2], ward.now)


def grey(ward: Ward) -> Frame:
    return Frame(ward.pixels()[:, :, 0], ward.now)


def wide(ward: Ward) -> Frame:
    """Two bytes a number."""
    return Frame(ward.pixels().astype(np.uint16), ward.now)


def empty(ward: Ward) -> Frame:
    return Frame(np.zeros((0, 0, 3), np.uint8), ward.now)


def damaged(_: Ward) -> Frame:
    raise UnusablePicture


def until(wanted: Callable[[], T | None]) -> T:
    """What it comes to, when the threads are let go on."""
    deadline = time.monotonic() + PATIENCE_S
    while not (found := wanted()):
        assert time.monotonic() < deadline, "it never comes to that"
        time.sleep(0.001)
    return found
