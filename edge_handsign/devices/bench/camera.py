"""The pretend camera: looks at a scene at a steady rate in real seconds, and can be unplugged."""

import threading
import time
from types import TracebackType
from typing import Self

from edge_handsign.core.messages import Frame
from edge_handsign.devices.bench.scene import Scene
from edge_handsign.errors import CameraError
from edge_handsign.hardware import EndOfFrames


class BenchCamera:
    """Implements `Camera` before a `Scene`, at a steady rate in real seconds."""

    noisy = True

    def __init__(self, scene: Scene, size: tuple[int, int], fps: float = 10.0, patience_s: float = 2.0) -> None:
        """`size` is (width, height) in pixels; an unplugged camera is given up after `patience_s`."""
        self._scene = scene
        self._size = size
        self._period_s = 1.0 / fps
        self._patience_s = patience_s
        self._changed = threading.Condition()
        self._plugged = True
        self._closed = False
        self._began = self._next = time.monotonic()

    def capture(self) -> Frame:
        """The next picture; CameraError while unplugged, EndOfFrames once closed. Called from one thread only."""
        self._wait()
        taken_at = time.monotonic()
        # a slow reader loses frames; they do not pile up
        self._next = max(self._next + self._period_s, taken_at + self._period_s / 2)
        return Frame(self._scene.look(taken_at - self._began, self._size), taken_at)

    def unplug(self) -> None:
        """From now on no picture comes. Any thread."""
        self._set(plugged=False)

    def plug(self) -> None:
        """Pictures come again. Any thread."""
        self._set(plugged=True)

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, value: BaseException | None, where: TracebackType | None
    ) -> None:
        """Closes; wakes a thread that waits in `capture`. Any thread."""
        with self._changed:
            self._closed = True
            self._changed.notify_all()

    def _set(self, *, plugged: bool) -> None:
        with self._changed:
            self._plugged = plugged
            self._changed.notify_all()

    def _wait(self) -> None:
        with self._changed:
            self._changed.wait_for(lambda: self._closed, timeout=max(0.0, self._next - time.monotonic()))
            self._changed.wait_for(lambda: self._closed or self._plugged, timeout=self._patience_s)
            if self._closed:
                raise EndOfFrames("the pretend camera is closed")
            if not self._plugged:
                raise CameraError(f"no picture from the pretend camera for {self._patience_s:g} s: plug it in again")
