"""SIGTERM at a random moment while a box is being taught, again and again: it must end in order, soon and dark.

  scripts/farewells [TIMES] [--boxes B]        default: 100 times, 4 at once

In order: status 0, every LED and the buzzer off, and what is found afterwards is what was acknowledged, or one more
whose answer was on its way. Status 1 at the first that ends otherwise, 75 when one took longer than 2 s.
"""

import argparse
import random
import signal
import subprocess
import sys
import threading
import time
from concurrent.futures import ThreadPoolExecutor
from contextlib import suppress
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Self

from edge_handsign.control import Client, Refusal
from edge_handsign.control.client import NotRunning
from edge_handsign.store import Store
from tests.conftest import ROOT
from tests.faults.recoveries import LATE, percentile

LATEST_S = 2.0  # after its start, or after the first lesson
SOON_S = 2.0
EARLY = -signal.SIGTERM  # before the program could say what SIGTERM means; systemd takes it for an end in order


class Pupil:
    """Teaches a box for as long as it lasts, and counts what it acknowledges. A thread of its own."""

    def __init__(self, home: Path) -> None:
        self.acknowledged = 0
        self.begun = threading.Event()
        self._socket = home / "control.sock"
        self._over = threading.Event()
        self._thread = threading.Thread(target=self._learn)

    def __enter__(self) -> Self:
        self._thread.start()
        return self

    def __exit__(self, *_: object) -> None:
        self._over.set()
        self._thread.join()

    def _learn(self) -> None:
        while not self._over.wait(0.01):
            with suppress(NotRunning), Client(self._socket) as client:
                while not self._over.is_set():
                    self._ask(client)

    def _ask(self, client: Client) -> None:
        with suppress(Refusal):  # no picture has come yet
            client.ask("teach", sign="fist")
            self.acknowledged += 1
            self.begun.set()


def farewell(seed: int) -> float:
    """Seconds from SIGTERM to the end; AssertionError when that was not in order."""
    chance = random.Random(seed)
    with TemporaryDirectory(prefix="eh") as name:
        home = Path(name)
        command = [sys.executable, "-m", "tests.faults.patient", name]
        with Pupil(home) as pupil, subprocess.Popen(command, cwd=ROOT, stderr=subprocess.PIPE) as box:
            if seed % 4:
                pupil.begun.wait(30)
            time.sleep(LATEST_S * chance.random())
            began = time.monotonic()
            box.terminate()
            _, said = box.communicate(timeout=60)
            took = time.monotonic() - began
        assert box.returncode == 0 or (box.returncode == EARLY and not pupil.begun.is_set()), said.decode()
        assert not (home / "control.sock").exists()
        assert dark(home / "lamps"), "something was left on"
        left = kept(home / "state") - pupil.acknowledged
        assert left in (0, 1), f"{-left} acknowledged samples are lost"
    return took


def dark(lamps: Path) -> bool:
    """Whether the last that it did was to switch everything off."""
    return not lamps.exists() or not set(lamps.read_text().splitlines()[-1]) - set("0 ")


def kept(folder: Path) -> int:
    """How many samples are found."""
    if not folder.exists():
        return 0
    with Store(folder) as store:
        return sum(sign.awake + sign.asleep for sign in store.census().signs)


def main() -> int:
    """The exit status."""
    parser = argparse.ArgumentParser(
        prog="scripts/farewells", description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("times", type=int, nargs="?", default=100)
    parser.add_argument("--boxes", type=int, default=4, help="that run at once (default: %(default)s)")
    asked = parser.parse_args()
    with ThreadPoolExecutor(asked.boxes) as pool:
        took = sorted(pool.map(farewell, range(asked.times)))
    late = sum(seconds > SOON_S for seconds in took)
    spread = f"half within {percentile(took, 0.5):.2f} s, 99 % within {percentile(took, 0.99):.2f} s"
    print(f"{len(took)} farewells in order, {spread}, the longest {took[-1]:.2f} s, {late} later than {SOON_S:g} s")
    return LATE if late else 0


if __name__ == "__main__":
    sys.exit(main())
