"""A box that falls ill when told: the daemon as it is, before a drawn scene, whose camera, network or process fails.

  python -m tests.faults.patient FOLDER [PATIENCE...]        crashes, within_s, good_after_s, safe_for_s

A file FOLDER/ill names what to do at the next picture; FOLDER/fell then says when, in s, monotonic. FOLDER/box.yaml are
its settings, and FOLDER/lamps has a line for whatever its LEDs and buzzer did.
"""

import os
import re
import signal
import sys
import threading
import time
from collections.abc import Callable, Mapping
from pathlib import Path

from edge_handsign import config as settings
from edge_handsign.commands import choice
from edge_handsign.commands.daemon import Leaving, serve
from edge_handsign.commands.refuge import Refuge, start
from edge_handsign.config import Config
from edge_handsign.core.messages import Embedding, Feedback, Frame
from edge_handsign.core.starts import Patience
from edge_handsign.devices.bench import BenchCamera, BenchPins, Scene
from edge_handsign.errors import PlainError
from edge_handsign.hardware import Backbone
from edge_handsign.logbook import Logbook, folder
from edge_handsign.safe_mode import NOTHING
from edge_handsign.systemd import log_to_journal

FPS = 5.0
SETTINGS = "store: {{folder: {0}/state}}\ncontrol: {{socket: {0}/control.sock}}\n"
LEAK = 24 * 2**20  # bytes a picture
FOR_EVER_S = 1e6


class Illness:
    """What it has been told to suffer from, and what lasts of it."""

    def __init__(self, folder: Path) -> None:
        self._folder = folder
        self._leaked: list[bytearray] = []
        self.camera_hangs = self._leaks = False
        self._strikes: Mapping[str, Callable[[], None]] = {
            "hang": self._hang,
            "leak": self._leak,
            "segv": lambda: os.kill(os.getpid(), signal.SIGSEGV),
            "kill": lambda: os.kill(os.getpid(), signal.SIGKILL),
            "stall": lambda: time.sleep(FOR_EVER_S),
            "spin": spin,
            "deaf": deafen,
            "bug": lambda: os.kill(os.getpid(), signal.SIGUSR1),
        }

    def strike(self, *, seeing: bool) -> None:
        """Called with each picture, before the camera gives it and before the network takes it."""
        if self._leaks:
            self._leak()
        told = self._folder / "ill"
        if not told.exists():
            return
        what = told.read_text()
        if seeing == (what == "hang"):
            told.unlink()
            (self._folder / "fell").write_text(str(time.monotonic()))
            self._strikes[what]()

    def _hang(self) -> None:
        """As a driver does: from then on nothing that touches the camera comes back."""
        self.camera_hangs = True
        threading.Event().wait()

    def _leak(self) -> None:
        self._leaks = True
        self._leaked.append(bytearray(os.urandom(4096) * (LEAK // 4096)))


def spin() -> None:
    """Python that never ends, but lets others have their turn."""
    while True:
        pass


def deafen() -> None:
    """C that never ends and lets nobody have a turn: no signal handler runs."""
    re.match("(a+)+$", "a" * 60 + "b")


class IllCamera(BenchCamera):
    """Before a hand that is never quite still."""

    def __init__(self, illness: Illness, scene: Scene, size: tuple[int, int]) -> None:
        if illness.camera_hangs:
            threading.Event().wait()
        super().__init__(scene, size, FPS)
        self._illness = illness

    def capture(self) -> Frame:
        self._illness.strike(seeing=True)
        return super().capture()


class IllBackbone:
    """The one that ships, until it is told."""

    def __init__(self, backbone: Backbone, illness: Illness) -> None:
        self.name, self.input_size, self.dimension = backbone.name, backbone.input_size, backbone.dimension
        self.fingerprint, self.prior = backbone.fingerprint, backbone.prior
        self._backbone, self._illness = backbone, illness

    def embed(self, frame: Frame) -> Embedding:
        self._illness.strike(seeing=False)
        return self._backbone.embed(frame)


def lamps(folder: Path) -> Callable[[Feedback], None]:
    """Writes down what LEDs and buzzer do."""

    def write(feedback: Feedback) -> None:
        with (folder / "lamps").open("a") as file:
            file.write(f"{int(feedback.status)} {''.join(str(int(led)) for led in feedback.leds)} {feedback.tone_hz}\n")

    return write


def main() -> int:
    """As `edge-handsign run`, with other devices."""
    home = Path(sys.argv[1])
    numbers = [float(number) for number in sys.argv[2:]]
    patience = Patience(int(numbers[0]), *numbers[1:]) if numbers else Patience()
    file, illness, scene = home / "box.yaml", Illness(home), Scene(seed=1)
    if not file.exists():
        file.write_text(SETTINGS.format(home))

    def whole(config: Config) -> None:
        backbone, box = IllBackbone(choice.backbone(config), illness), config.box()
        with BenchPins(box, listener=lamps(home)) as pins:
            serve(
                config, box, backbone, lambda: IllCamera(illness, scene, backbone.input_size), pins, seen=logbook.seen
            )

    def refuge() -> Refuge:
        return Refuge(
            lambda: BenchPins(NOTHING, listener=lamps(home)),
            lambda: home / "control.sock",
            file,
            lambda: settings.load(file),
        )

    log_to_journal()
    signal.signal(signal.SIGUSR1, lambda *_: 1 // 0)
    try:
        with Leaving(), Logbook(folder(), time.monotonic(), patience) as logbook:
            start(logbook, whole, refuge())
    except PlainError as error:
        print(error, file=sys.stderr)
        return error.exit_code
    return 0


if __name__ == "__main__":
    sys.exit(main())
