"""The box that is soaked: the daemon as it is, with the shipped network, before a camera that has trouble when told.

  python -m scripts.soaking.box FOLDER STATE [PHOTOGRAPHS]

A file FOLDER/order says what is to come: show SIGN, gap SECONDS, black SECONDS, raise.
"""

import sys
import time
from collections.abc import Callable
from contextlib import AbstractContextManager, closing
from dataclasses import replace
from pathlib import Path
from types import TracebackType
from typing import Self

import numpy as np

from edge_handsign.commands import choice
from edge_handsign.commands.daemon import serve
from edge_handsign.config import Config, parse
from edge_handsign.core.messages import Frame
from edge_handsign.devices.bench import BenchCamera, BenchPins, Scene
from edge_handsign.devices.pictures import PicturesCamera
from edge_handsign.errors import CameraError, PlainError
from edge_handsign.hardware import Camera
from edge_handsign.systemd import log_to_journal
from scripts.soaking.heap import Heap

FPS = 5.0
SETTINGS = "store: {{folder: {state}}}\ncontrol: {{socket: {home}/control.sock}}\n{signs}"
Show = Callable[[str | None], None]


class Troubled:
    """Implements `Camera`: another one, whose frames are late, black or missing when an order says so."""

    def __init__(self, opened: AbstractContextManager[Camera], show: Show, order: Path, heap: Heap) -> None:
        self._opened, self._show, self._order, self._heap = opened, show, order, heap
        self._black_until = 0.0  # s, monotonic

    def __enter__(self) -> Self:
        self._camera = self._opened.__enter__()
        self.noisy = self._camera.noisy
        return self

    def __exit__(self, kind: type[BaseException] | None, error: BaseException | None, at: TracebackType | None) -> None:
        self._opened.__exit__(kind, error, at)

    def capture(self) -> Frame:
        """The next frame, after what has been ordered."""
        self._heap.tell()
        if self._order.exists():
            what, _, more = self._order.read_text(encoding="utf-8").partition(" ")
            self._order.unlink()
            self._obey(what, more)
        frame = self._camera.capture()
        if frame.taken_at < self._black_until:
            return replace(frame, pixels=np.zeros_like(frame.pixels))
        return frame

    def _obey(self, what: str, more: str) -> None:
        match what:
            case "show":
                self._show(more or None)
            case "gap":
                time.sleep(float(more))
            case "black":
                self._black_until = time.monotonic() + float(more)
            case _:
                raise CameraError("the camera has failed, as it was told")


class Stage:
    """What the camera sees, whichever camera it is; a camera that is opened again sees the same."""

    def __init__(self, photographs: Path | None, size: tuple[int, int]) -> None:
        self._photographs, self._size = photographs, size
        self._scene = Scene(seed=1)
        self._playing: PicturesCamera | None = None
        self._shown: str | None = None

    def show(self, sign: str | None) -> None:
        """From now on; None: no hand."""
        self._shown = sign
        if self._playing:
            self._playing.show(sign or self._playing.signs[-1])
        else:
            self._scene.show(sign)

    def opened(self) -> AbstractContextManager[Camera]:
        """A camera."""
        if self._photographs is None:
            return BenchCamera(self._scene, self._size, FPS)
        self._playing = PicturesCamera(self._photographs, self._size, FPS)
        self.show(self._shown)
        return self._playing


def configured(home: Path, state: Path, photographs: Path | None) -> Config:
    """The settings; of photographs, a sign for each folder but the last, which shows nothing."""
    signs = ""
    if photographs is not None:
        names = sorted(path.name for path in photographs.iterdir())
        signs = "signs:\n" + "".join(f"- {{name: {name}, led: {24 + n}}}\n" for n, name in enumerate(names[:-1]))
    return parse(SETTINGS.format(home=home, state=state, signs=signs), "soak")


def main() -> int:
    """As `edge-handsign run`, with other devices."""
    home, state = Path(sys.argv[1]), Path(sys.argv[2])
    photographs = Path(sys.argv[3]) if len(sys.argv) > 3 else None
    log_to_journal()
    try:
        config = configured(home, state, photographs)
        backbone, box = choice.backbone(config), config.box()
        stage = Stage(photographs, backbone.input_size)
        order = home / "order"
        with BenchPins(box) as pins, closing(Heap(home / "heap")) as heap:
            serve(config, box, backbone, lambda: Troubled(stage.opened(), stage.show, order, heap), pins)
    except PlainError as error:
        print(error, file=sys.stderr)
        return error.exit_code
    return 0


if __name__ == "__main__":
    sys.exit(main())
