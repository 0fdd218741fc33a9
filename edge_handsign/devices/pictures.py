"""Photographs or a video, played as if they were the camera: on a laptop, in tests, and to try a lesson again.

Which picture comes next is settled at the moment that stamps it, so after `show` no later frame shows the sign before.
"""

import time
from collections.abc import Sequence
from dataclasses import replace
from functools import lru_cache, partial
from pathlib import Path
from threading import Event, Lock
from types import TracebackType
from typing import Any, Protocol, Self

import numpy as np
from numpy.typing import NDArray

from edge_handsign.core.messages import Frame
from edge_handsign.devices.album import Album, read_picture
from edge_handsign.devices.crop import Region, fit
from edge_handsign.errors import HardwareError, PictureError
from edge_handsign.hardware import EndOfFrames

CACHE = 8_000_000  # bytes of decoded pictures that are kept; played in a circle, few pictures are decoded only once


class Reel(Protocol):
    """What is played."""

    signs: tuple[str, ...]

    def show(self, sign: str | None) -> None:
        """Play one sign only, or everything, from its beginning."""

    def at(self, place: int) -> Any:
        """What to develop for the frame of that number; IndexError behind the last one."""

    def develop(self, shot: Any) -> Frame:
        """The picture. The slow part."""

    def close(self) -> None:
        """Let go of the file."""


class PicturesCamera:
    """`capture` is called from a lookout's thread only; `show` and `close` from any."""

    noisy = False

    def __init__(
        self, source: Path, size: tuple[int, int], fps: float, *, loop: bool = True, region: Region | None = None
    ) -> None:
        """Open a folder with a sub-folder for each sign, or a video file; `size` is (width, height) in pixels.

        PictureError when the source cannot be played, HardwareError when OpenCV is missing for a video.
        """
        self._reel: Reel = _Film(source, size, region) if source.is_file() else _Slides(source, size, region)
        self._period_s = 1.0 / fps
        self._loop = loop
        self._place = 0
        self._due: float | None = None  # s, monotonic
        self._turn = Lock()  # guards _reel's selection and _place
        self._closed = Event()

    @property
    def signs(self) -> tuple[str, ...]:
        """The signs that there are pictures of, in order; none for a video."""
        return self._reel.signs

    def show(self, sign: str | None) -> None:
        """Play the pictures of one sign only, from the first; None: of all, in order. PictureError for others."""
        with self._turn:
            self._reel.show(sign)
            self._place = 0

    def capture(self) -> Frame:
        """Wait until the next picture is due; EndOfFrames behind the last one of a source played once."""
        now = time.monotonic()
        self._due = now if self._due is None else max(now, self._due + self._period_s)
        if self._closed.wait(self._due - now):
            raise EndOfFrames
        with self._turn:
            shot, taken_at = self._next(), time.monotonic()
        return replace(self._reel.develop(shot), taken_at=taken_at)

    def _next(self) -> Any:
        for place in (self._place, 0) if self._loop else (self._place,):
            try:
                shot = self._reel.at(place)
            except IndexError:
                continue
            self._place = place + 1
            return shot
        raise EndOfFrames

    def close(self) -> None:
        """End a `capture` that is waiting, and all later ones."""
        self._closed.set()
        with self._turn:
            self._reel.close()

    def __enter__(self) -> Self:
        return self

    def __exit__(self, kind: type[BaseException] | None, error: BaseException | None, at: TracebackType | None) -> None:
        self.close()


class _Slides:
    """A folder of photographs; those decoded last are kept, within CACHE."""

    def __init__(self, folder: Path, size: tuple[int, int], region: Region | None) -> None:
        self._album = Album(folder)
        self.signs = tuple(self._album.signs)
        self._playing: Sequence[Path] = self._album.paths()
        kept = max(1, CACHE // (3 * size[0] * size[1]))
        self.develop = lru_cache(maxsize=kept)(partial(read_picture, size=size, region=region))

    def show(self, sign: str | None) -> None:
        self._playing = self._album.paths(sign)

    def at(self, place: int) -> Path:
        return self._playing[place]

    def close(self) -> None:
        self.develop.cache_clear()


class _Film:
    """A video file, one frame after another; its own rate does not count."""

    signs: tuple[str, ...] = ()

    def __init__(self, path: Path, size: tuple[int, int], region: Region | None) -> None:
        try:
            import cv2
        except ImportError as error:
            raise HardwareError("playing a video needs OpenCV: pip install 'edge-handsign[webcam]'") from error
        self._video = cv2.VideoCapture(str(path))
        self._path, self._size, self._region = path, size, region
        self._rewind, self._read = cv2.CAP_PROP_POS_FRAMES, 0
        if not self._video.grab():
            self._video.release()
            raise PictureError(f"{path} is neither a folder of signs nor a video that OpenCV can play")
        self._video.set(self._rewind, 0)

    def show(self, sign: str | None) -> None:
        if sign is not None:
            raise PictureError(f"{self._path} is a video and has no signs to choose from: play a folder of pictures")

    def at(self, place: int) -> NDArray[np.uint8]:
        if place < self._read:
            self._video.set(self._rewind, 0)
            self._read = 0
        good, picture = self._video.read()
        if not good:
            raise IndexError
        self._read += 1
        return np.asarray(picture, dtype=np.uint8)

    def develop(self, shot: NDArray[np.uint8]) -> Frame:
        from PIL import Image

        return fit(Image.fromarray(np.ascontiguousarray(shot[:, :, ::-1])), self._size, self._region)

    def close(self) -> None:
        self._video.release()
