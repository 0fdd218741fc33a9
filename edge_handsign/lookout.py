"""One opening of the camera, in a thread of its own that may be abandoned.

It opens, captures, embeds, and keeps only the newest sight; it never waits for anybody. A call that hangs in a driver
cannot be ended, so whoever watches reads `progress`, and starts another lookout. A failure is kept for the main thread,
and before the camera is closed, because that may hang as well.
"""

from collections.abc import Callable
from contextlib import AbstractContextManager
from enum import Enum
from threading import Event, Thread

import numpy as np

from edge_handsign.core.faults import FAULTS, Fault
from edge_handsign.core.messages import Frame, Sight
from edge_handsign.errors import CameraError
from edge_handsign.hardware import Backbone, Camera, UnusablePicture

UNUSABLE = 30  # pictures in a row after which the camera is at fault

OpenCamera = Callable[[], AbstractContextManager[Camera]]


class Stage(Enum):
    """What the thread is in."""

    OPENING = "opening"
    CAPTURING = "capturing"
    EMBEDDING = "embedding"


class UnusablePictures(CameraError):
    """So many in a row that it is no accident."""


class Lookout:
    """`start`, `abandon` and `join` belong to the main thread, which reads the rest; the thread writes it."""

    def __init__(self, open_camera: OpenCamera, backbone: Backbone) -> None:
        self.newest: Sight | None = None
        self.failure: BaseException | None = None
        self.progress = (0, Stage.OPENING)  # how many calls to a device have come back, and what it is in
        self.noisy = False  # as the camera says
        self.rest_s = 0.0  # after each picture; written by the main thread
        self._open_camera = open_camera
        self._backbone = backbone
        self._dropped = 0  # pictures in a row
        self._closing = Event()
        self._thread = Thread(target=self._watch, name="eye", daemon=True)

    @property
    def ended(self) -> bool:
        """The camera is closed."""
        return not self._thread.is_alive()

    def start(self) -> None:
        """Begin to look."""
        self._thread.start()

    def abandon(self) -> None:
        """No more pictures are wanted; the camera is closed as soon as it can be."""
        self._closing.set()

    def join(self, timeout_s: float) -> None:
        """Wait for the end, but not for ever."""
        self._thread.join(timeout_s)

    def _watch(self) -> None:
        try:
            with self._open_camera() as camera:
                self._look_through(camera)
        except BaseException as failure:  # noqa: BLE001 - kept for the main thread, which decides
            self.failure = self.failure or _kept(failure)

    def _look_through(self, camera: Camera) -> None:
        self.noisy = camera.noisy
        try:
            while not self._closing.is_set():
                self._enter(Stage.CAPTURING)
                if frame := self._capture(camera):
                    self._enter(Stage.EMBEDDING)
                    self.newest = Sight(frame, self._backbone.embed(frame))
                if self.rest_s:
                    self._closing.wait(self.rest_s)
        except BaseException as failure:  # noqa: BLE001 - as above; closing may hang
            self.failure = _kept(failure)

    def _enter(self, stage: Stage) -> None:
        self.progress = (self.progress[0] + 1, stage)

    def _capture(self, camera: Camera) -> Frame | None:
        """None for a picture that is of no use."""
        frame = self._usable(camera)
        self._dropped = 0 if frame else self._dropped + 1
        if self._dropped >= UNUSABLE:
            raise UnusablePictures(str(FAULTS[Fault.UNUSABLE]))
        return frame

    def _usable(self, camera: Camera) -> Frame | None:
        width, height = self._backbone.input_size
        try:
            frame = camera.capture()
        except UnusablePicture:
            return None
        fits = frame.pixels.shape == (height, width, 3) and frame.pixels.dtype == np.uint8
        return frame if fits else None


def _kept(failure: BaseException) -> BaseException:
    """A camera's without its traceback, which nobody prints. That holds the frames of this thread, and they the lookout
    that keeps the failure: a circle, in which its pictures and its camera would lie until Python looks for circles.
    """
    return failure.with_traceback(None) if isinstance(failure, CameraError) else failure
