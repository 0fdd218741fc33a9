"""The one extra thread: it opens the camera, captures, embeds, and keeps only the newest sight.

Seeing is slow, reacting must not be. The eye never waits for anybody: a sight that was not fetched is overwritten. A
failure is kept and re-raised where the sights are fetched, so there is one place where things end. The camera lives and
dies in this thread, so the box blinks and answers its buttons while a camera is still waking up.
"""

from collections.abc import Callable
from contextlib import AbstractContextManager
from threading import Event, Thread
from types import TracebackType
from typing import Self

from edge_handsign.core.messages import Sight
from edge_handsign.hardware import Backbone, Camera

JOIN_S = 1.5  # a call that hangs in a driver cannot be ended; the process then ends without it

OpenCamera = Callable[[], AbstractContextManager[Camera]]


class Eye:
    """`look` and `with` belong to the main thread; everything else happens in the eye's own."""

    def __init__(self, open_camera: OpenCamera, backbone: Backbone) -> None:
        self._open_camera = open_camera
        self._backbone = backbone
        self._newest: Sight | None = None  # written by the eye only
        self._fetched: Sight | None = None  # written by the main thread only: no lock, and no sight is lost
        self._failure: BaseException | None = None
        self._closing = Event()
        self._thread = Thread(target=self._watch, name="eye", daemon=True)

    def __enter__(self) -> Self:
        self._thread.start()
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self._closing.set()
        self._thread.join(JOIN_S)

    def look(self) -> Sight | None:
        """The newest sight, once; None when there is none since the last look. Raises what ended the eye."""
        newest = self._newest
        if newest is not self._fetched:
            self._fetched = newest
            return newest
        if self._failure is not None:
            raise self._failure
        return None

    def _watch(self) -> None:
        try:
            with self._open_camera() as camera:
                while not self._closing.is_set():
                    frame = camera.capture()
                    self._newest = Sight(frame, self._backbone.embed(frame))
        except BaseException as failure:  # noqa: BLE001 - kept for the main thread, which decides
            self._failure = failure
