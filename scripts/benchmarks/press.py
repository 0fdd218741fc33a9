"""From a finger to the light that answers it, while inference keeps a core busy without a pause."""

import random
from collections.abc import Callable, Iterator
from statistics import median, quantiles
from threading import Thread
from time import monotonic, sleep

from edge_handsign.commands.daemon import serve
from edge_handsign.core.box import Box, Button, Role, Sign
from scripts.benchmarks.box import Endless, Fingers, a_hand, taught
from scripts.benchmarks.figure import Figure

BOX = Box((Sign("fist", led=0),), (Button(Role.TEACH), Button(Role.NEXT)), leds=1)
TEACH, NEXT = 0, 1
PRESSES = 200
HELD_S = 0.15
PATIENCE_S = 5.0

Answer = Callable[[], float]


def measure() -> Iterator[Figure]:
    """Milliseconds: the 99th percentile, and the median for comparison."""
    with taught(0) as (config, backbone):
        camera, fingers = Endless(a_hand(backbone.input_size)), Fingers(len(BOX.buttons))
        hand = Hand(fingers, camera)
        hand.start()
        serve(config, BOX, backbone, lambda: camera, fingers)
        hand.join()
    yield _figure("next let go to LED", hand.selecting, most=50)
    yield _figure(
        "teach pressed to LED: saved", hand.teaching
    )  # most of it debouncing, a picture and the disk's flushes


def _figure(what: str, waits_s: list[float], most: float | None = None) -> Figure:
    if len(waits_s) < PRESSES:
        raise SystemExit(f"{what}: only {len(waits_s)} of {PRESSES} presses were answered; is the machine busy?")
    p99 = quantiles(waits_s, n=100)[98]
    return Figure(f"{what}, p99 of {PRESSES}", p99 * 1e3, "ms", "median", median(waits_s) * 1e3, most)


class Hand(Thread):
    """Presses until it has felt enough, then covers the camera."""

    def __init__(self, fingers: Fingers, camera: Endless) -> None:
        super().__init__(name="hand")
        self.selecting: list[float] = []  # s
        self.teaching: list[float] = []  # s
        self._fingers = fingers
        self._camera = camera
        self._moment = random.Random(5)

    def run(self) -> None:
        """Selecting first, while nothing is taught and the sign's LED is dark."""
        try:
            sleep(1.0)
            for _ in range(PRESSES):
                self.selecting.append(self._feel(self._select))
            for _ in range(PRESSES):
                self.teaching.append(self._feel(self._teach))
        finally:
            self._camera.enough.set()

    def _feel(self, act: Answer) -> float:
        """Seconds from the act to the answer."""
        if not self._fingers.silent.wait(PATIENCE_S):
            raise RuntimeError("the box does not fall silent")
        sleep(self._moment.uniform(0.1, 0.15))
        self._fingers.answered.clear()
        began = act()
        if not self._fingers.answered.wait(PATIENCE_S):
            raise RuntimeError("the box does not answer")
        self._fingers.levels[TEACH] = False
        return self._fingers.answered_at - began

    def _select(self) -> float:
        self._fingers.levels[NEXT] = True
        sleep(HELD_S)
        began = monotonic()
        self._fingers.levels[NEXT] = False
        return began

    def _teach(self) -> float:
        began = monotonic()
        self._fingers.levels[TEACH] = True
        return began
