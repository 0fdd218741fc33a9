"""`doctor`: what is wrong with this box, and the command that mends it."""

import argparse
from pathlib import Path

from edge_handsign.commands import choice

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
    """Examine the box, or its wires; the worst verdict. Imported here, so that no other verb waits for it."""
    from edge_handsign.commands import examining, wiring

    return wiring.run(args) if args.wiring or args.svg else examining.run(args)
