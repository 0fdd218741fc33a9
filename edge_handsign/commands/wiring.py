"""`doctor --wiring` and `doctor --svg`: the wires tried with a person, and drawn."""

import argparse
import sys
from pathlib import Path
from time import sleep

from edge_handsign.commands import choice, findings
from edge_handsign.config import Config
from edge_handsign.doctor import Verdict, occupant
from edge_handsign.doctor.tree import Tree
from edge_handsign.errors import HardwareError, PlainError
from edge_handsign.wiring import Ailment, Diagnosis, header, svg, trial

BUSY = "a box runs and holds the pins: sudo systemctl stop edge-handsign, and try again"
NOBODY = "--wiring asks what you see and hear: run it where somebody can answer"


class Reader:
    """Implements `Person`: whoever reads this terminal. What is asked goes to stderr, what is found to stdout."""

    def tell(self, text: str) -> None:
        """A line."""
        print(text, file=sys.stderr, flush=True)

    def ask(self, text: str) -> str:
        """The answer; PlainError where there is nobody to give it."""
        print(text, end="", file=sys.stderr, flush=True)
        line = sys.stdin.readline()
        if not line:
            raise PlainError(NOBODY)
        return line

    def wait(self, seconds: float) -> None:
        """Of the real time."""
        sleep(seconds)


def run(args: argparse.Namespace) -> int:
    """Try the wires if that was asked for, draw what was asked for, and tell; the worst verdict."""
    config = choice.configured(args)
    found = _tried(config) if args.wiring else []
    ailments = {one.part.pin: one.ailment for one in found if one.ailment is not Ailment.NONE}
    if args.svg:
        _write(args.svg, svg(config, ailments))
    if not args.wiring:
        return Verdict.OK
    if not args.json:
        print("\n".join(["", *header(config, ailments), ""]))
    lines = [("wiring", one.finding) for one in found]
    return findings.print_json(lines) if args.json else findings.print_lines(lines)


def _tried(config: Config) -> list[Diagnosis]:
    from edge_handsign.devices.gpio import GpioPins

    if occupant.look(config.control.socket, config.store.folder, Tree()).busy:
        raise HardwareError(BUSY)
    return trial(config, lambda pins: GpioPins(pins, config.button_pins, config.led_pins), Reader())


def _write(file: Path, picture: str) -> None:
    try:
        file.write_text(picture, encoding="utf-8")
    except OSError as error:
        raise PlainError(f"{file}: {error.strerror}: choose another file") from error
