"""Inside the machine: what a person does at the box. Hold up a photograph, press, look at the LEDs, listen, wait."""

import csv
import random
import struct
import time
from collections.abc import Callable
from contextlib import suppress
from functools import cache
from pathlib import Path
from threading import Lock, Thread

import numpy as np
from numpy.typing import NDArray

from tests.vm.wires import Wires

SCENE = Path("/dev/scene")  # what vimc shows (tests/vm/image/modules/scene.c)
PHOTOGRAPHS = Path("/data")
SET, PEOPLE = "ardamavi_digits", "dev"  # one picture a sign of each of sixty people whom no training has seen
HANDS = {"fist": "0", "palm": "5", "peace": "2"}  # a sign of the shipped settings -> digit that somebody shows
LEDS = {"fist": 24, "palm": 25, "peace": 5}  # BCM pins of the shipped settings
TEACH, NEXT, STATUS, BUZZER = 17, 27, 23, 18
PATIENCE_S = 90.0
TREMBLES_S = 0.2
ASKS_S = 0.1  # more often would take from the box the processor that both have
LIT_S, SWINGS = 0.5, 100  # of the 0.6 s and the 0.24 s of 523 and 659 hertz that say "saved"


def until(condition: Callable[[], object], what: str, patience_s: float = PATIENCE_S) -> float:
    """Seconds that it took; AssertionError when it does not come true."""
    began = time.monotonic()
    while not condition():
        assert time.monotonic() - began < patience_s, f"not within {patience_s:g} s: {what}"
        time.sleep(ASKS_S)
    return time.monotonic() - began


@cache
def photographs(sign: str) -> list[Path]:
    """One of each person, in the order of the people."""
    with (PHOTOGRAPHS / "INDEX.csv").open(newline="") as lines:
        rows = [
            row for row in csv.DictReader(lines) if (row["set"], row["role"], row["sign"]) == (SET, PEOPLE, HANDS[sign])
        ]
    return [PHOTOGRAPHS / row["path"] for row in sorted(rows, key=lambda row: str(row["person"]))]


class Hand:
    """Holds a photograph up until the next one; it never stands quite still, as no camera's picture does."""

    def __init__(self) -> None:
        self._picture: NDArray[np.uint8] | None = None  # (h, w, 3)
        self._lock = Lock()

    def hold_up(self, photograph: Path) -> None:
        """In front of the camera, from now on."""
        from PIL import Image

        picture = np.asarray(Image.open(photograph).convert("RGB"))
        with self._lock:
            if self._picture is None:
                Thread(target=self._tremble, daemon=True).start()
            self._picture = picture
            self._show()

    def _tremble(self) -> None:
        while True:
            time.sleep(TREMBLES_S)
            with self._lock, suppress(OSError):  # the camera's driver may be taken away
                self._show()

    def _show(self) -> None:
        assert self._picture is not None
        height, width, _ = self._picture.shape
        noise = np.random.default_rng().integers(0, 2, (height, width, 1), np.uint8)
        with SCENE.open("r+b", buffering=0) as scene:  # never made here: that is its driver's to do
            scene.write(struct.pack("=II", width, height) + (self._picture ^ noise).tobytes())


hold_up = Hand().hold_up


@cache
def _line(pin: int) -> Path:
    (found,) = Path("/sys/devices/platform").glob(f"gpio-sim.*/gpiochip*/sim_gpio{pin}")
    return found


def high(pin: int) -> bool:
    """The level of a line, whoever drives it."""
    return (_line(pin) / "value").read_text().strip() == "1"


def press(pin: int, held_s: float = 0.2, bounces: int = 4) -> None:
    """Close a contact to ground for a while; it bounces, 2 ms each, when it closes and when it opens."""
    for down in (True, False):
        for _ in range(bounces):
            _touch(pin, random.random() < 0.5)
            time.sleep(0.002)
        _touch(pin, down)
        time.sleep(held_s if down else 0.2)


def _touch(pin: int, down: bool) -> None:
    (_line(pin) / "pull").write_text("pull-down" if down else "pull-up")


def acknowledged(doing: Callable[[], None]) -> int:
    """Do it; the status LED is then lit for half a second, and the buzzer's line swings, so often.

    The pattern of a refusal is shorter flashes, and that of a box at rest a shorter one.
    """
    wires = Wires()
    doing()
    until(lambda: wires.longest_s(STATUS) >= LIT_S, "the status LED answers")
    swings = wires.swings(BUZZER)
    assert swings >= SWINGS, f"the buzzer's line swung {swings} times only"
    return swings
