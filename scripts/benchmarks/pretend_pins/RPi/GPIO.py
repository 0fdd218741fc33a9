"""Pins without wires: nobody presses, and the file named by $PRETEND_PINS tells when which pin went where."""

import os
from collections.abc import Sequence
from pathlib import Path
from time import monotonic

BCM, IN, OUT, LOW, HIGH, PUD_UP, PUD_DOWN, PUD_OFF = range(8)
told = Path(os.environ["PRETEND_PINS"])


def setwarnings(_warn: object) -> None:
    """Nothing to warn of."""


def setmode(_mode: int) -> None:
    """BCM or not is the same here."""


def setup(_channel: int, _direction: int, pull_up_down: int = PUD_OFF, initial: int = 0) -> None:
    """Every pin is ready."""


def cleanup() -> None:
    """Nothing is claimed."""


def input(_channel: int) -> int:  # noqa: A001 - the name in RPi.GPIO
    """Pulled up, not pressed."""
    return 1


def output(channels: int | Sequence[int], level: int) -> None:
    """Tell it, with the moment: s, monotonic, the same clock in every process."""
    with told.open("a") as file:
        for channel in [channels] if isinstance(channels, int) else channels:
            file.write(f"{channel} {level} {monotonic()}\n")


class PWM:
    """A buzzer that nobody hears."""

    def __init__(self, _channel: int, _hertz: float) -> None:
        pass

    def start(self, _duty: float) -> None:
        """Silent."""

    def stop(self) -> None:
        """Silent."""

    def ChangeFrequency(self, _hertz: float) -> None:  # noqa: N802 - the name in RPi.GPIO
        """Silent."""

    def ChangeDutyCycle(self, _duty: float) -> None:  # noqa: N802 - the name in RPi.GPIO
        """Silent."""
