"""`doctor`: what is wrong with this box, and the command that mends it."""

import argparse
from pathlib import Path
from time import monotonic
from typing import Any

import numpy as np

from edge_handsign import config as settings
from edge_handsign.commands import choice, telling, wiring
from edge_handsign.config import Config
from edge_handsign.doctor import Patient, examine, occupant
from edge_handsign.doctor.tree import Tree
from edge_handsign.errors import ConfigError, PlainError
from edge_handsign.hardware import UnusablePicture

PICTURES = 5  # that an opened camera is asked for
SIZE = (320, 320)  # width and height of them
TEXT = """\
Look at everything that the box needs, and say of each thing whether it is in order, and else the command that mends it:

  edge-handsign doctor
  sudo edge-handsign doctor            what only root may see, too
  edge-handsign doctor --json

With --wiring it lights each LED, sounds the buzzer and waits for each button, asks you what you see, hear and press,
finds parts that are swapped, inverted, stuck, floating or dead, and draws the header. The box must not run then:
sudo systemctl stop edge-handsign. --svg draws the wiring to a file, alone or with what --wiring found in red.

It changes nothing. While the box runs it touches neither camera nor pins, but asks the box. Without one, it opens the
camera for a few pictures, and the pins for a moment.

The exit status is that of the worst line: 0 all in order, 1 a warning, 2 a fault.
"""


def add_to(verbs: "argparse._SubParsersAction[argparse.ArgumentParser]") -> None:
    """Register the verb."""
    parser = verbs.add_parser(
        "doctor",
        help="say what is wrong with this box, and how to mend it",
        description=TEXT,
        formatter_class=argparse.RawDescriptionHelpFormatter,
    )
    choice.add_config_argument(parser)
    parser.add_argument("--camera", default="picamera2", metavar="KIND", help="as for run (default: picamera2)")
    parser.add_argument("--json", action="store_true", help="print one JSON object")
    parser.add_argument(
        "--wiring", action="store_true", help="try LEDs, buzzer and buttons with you, and draw the header"
    )
    parser.add_argument("--svg", type=Path, metavar="FILE", help="draw the wiring of the settings")
    parser.set_defaults(run=run)


def run(args: argparse.Namespace) -> int:
    """Print what is found; the worst verdict."""
    if args.wiring or args.svg:
        return wiring.run(args)
    found = examine(_patient(args), look_through_camera)
    return telling.print_json(found) if args.json else telling.print_lines(found)


def _patient(args: argparse.Namespace) -> Patient:
    """Settings with a mistake do not keep anybody from looking at the rest."""
    config, mistakes = Config(), ""
    try:
        config = choice.configured(args)
    except ConfigError as error:
        mistakes = str(error)
    tree = Tree()
    here = occupant.look(config.control.socket, config.store.folder, tree)
    return Patient(tree, config, settings.find(args.config), mistakes, args.camera, here)


def look_through_camera(spec: str, file: str | None) -> dict[str, Any]:
    """Called in a process apart: a few pictures of the camera that `run` would open, and how they are."""
    try:
        config = settings.load(Path(file) if file else None)
        with choice.camera(spec, SIZE, config)() as camera:
            camera.capture()
            began = monotonic()
            frames = [camera.capture() for _ in range(PICTURES)]
            took = monotonic() - began
    except (PlainError, UnusablePicture) as error:
        return {"trouble": str(error)}
    pixels = np.stack([frame.pixels for frame in frames])
    return {"fps": PICTURES / took, "mean": float(pixels.mean()), "spread": float(pixels.std())}
