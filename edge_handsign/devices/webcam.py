"""A USB camera through OpenCV, on a laptop or a Pi: always its newest picture, in the colours the backbone expects."""

import time
from pathlib import Path
from threading import Event
from types import TracebackType
from typing import Self

import numpy as np

from edge_handsign.core.messages import Frame
from edge_handsign.devices.crop import Region, fit
from edge_handsign.errors import CameraError, HardwareError
from edge_handsign.hardware import UnusablePicture

ASKED = (640, 480)  # px, width and height; what every USB camera has
WAITING = 5  # pictures that a driver may have kept for us, at most; OpenCV asks V4L2 for 4 buffers
AT_ONCE_S = 0.003  # a picture that comes faster had been waiting
TRUSTED_S = 10.0  # a driver's own stamp is believed when it lies so near before now


class WebcamCamera:
    """`capture` is called from a lookout's thread only; `close` from any.

    On Linux the driver's monotonic stamp is used. Elsewhere a picture is stamped when the wait for it began: rather too
    old than too young, because a sample must not be older than the press.
    """

    noisy = True

    def __init__(self, source: int | str, size: tuple[int, int], fps: float, region: Region | None = None) -> None:
        """Open the camera of that number, also as a string, or at that path; `size` is (width, height) in pixels.

        HardwareError when OpenCV is missing, CameraError when there is no such camera.
        """
        try:
            import cv2
        except ImportError as error:
            raise HardwareError("a webcam needs OpenCV: pip install 'edge-handsign[webcam]'") from error
        self._source, self._size, self._region = source, size, region
        self._camera = cv2.VideoCapture(int(source) if str(source).isdecimal() else source)
        if not self._camera.isOpened():
            raise CameraError(f"there is no camera {source} that can be opened; {_present()}")
        for key, value in (
            (cv2.CAP_PROP_FRAME_WIDTH, ASKED[0]),
            (cv2.CAP_PROP_FRAME_HEIGHT, ASKED[1]),
            (cv2.CAP_PROP_BUFFERSIZE, 1),
        ):
            self._camera.set(key, value)  # a camera that cannot is used as it is
        self._stamp = cv2.CAP_PROP_POS_MSEC
        self._period_s = 1.0 / fps
        self._due = time.monotonic()
        self._closed = Event()

    def capture(self) -> Frame:
        """The newest picture, not before it is due; CameraError when none comes (OpenCV waits 10 s)."""
        from PIL import Image

        self._closed.wait(self._due - time.monotonic())
        asked_at = self._newest()
        good, picture = self._camera.retrieve()
        if not good:
            raise UnusablePicture
        now = time.monotonic()
        self._due = max(now, self._due + self._period_s)
        told = self._camera.get(self._stamp) / 1000
        rgb = Image.fromarray(np.ascontiguousarray(picture[:, :, ::-1]))
        return fit(rgb, self._size, self._region, told if 0 <= now - told < TRUSTED_S else asked_at)

    def _newest(self) -> float:
        """Take pictures until one had to be waited for; when that wait began, s monotonic."""
        asked_at = time.monotonic()
        for _ in range(WAITING):
            asked_at = time.monotonic()
            if self._closed.is_set() or not self._camera.grab():
                raise CameraError(f"camera {self._source} gives no more pictures: plug it in again; {_present()}")
            if time.monotonic() - asked_at > AT_ONCE_S:
                break
        return asked_at

    def close(self) -> None:
        """Let go of the camera; a `capture` that is waiting fails."""
        self._closed.set()
        self._camera.release()

    def __enter__(self) -> Self:
        return self

    def __exit__(self, kind: type[BaseException] | None, error: BaseException | None, at: TracebackType | None) -> None:
        self.close()


def _present() -> str:
    """What a person may choose from."""
    devices = sorted(str(path) for path in Path("/dev").glob("video*"))
    return f"present: {', '.join(devices)}" if devices else "no /dev/video* is present: plug a camera in"
