"""`silence`: every LED and the buzzer off, whatever the box left on when it was killed. The unit's ExecStopPost."""

import argparse
import signal
import sys

from edge_handsign.commands import choice
from edge_handsign.config import salvaged
from edge_handsign.errors import HardwareError

TEXT = """\
Switch off every LED and the buzzer that the settings name. The service does this whenever the box has ended, because
one that was killed leaves them as they were. Nothing that fails here matters: it is said, and the status is 0.
"""
PATIENCE_S = 5  # then SIGALRM ends it: a driver that hangs must not hold up the next start


def add_to(verbs: "argparse._SubParsersAction[argparse.ArgumentParser]") -> None:
    """Register the verb."""
    parser = verbs.add_parser("silence", help="all LEDs and the buzzer off (for the service)", description=TEXT)
    choice.add_config_argument(parser)
    parser.set_defaults(run=run)


def run(args: argparse.Namespace) -> int:
    """Claim the outputs, which switches them off, and give them back."""
    from edge_handsign.devices.gpio import GpioPins

    signal.alarm(PATIENCE_S)
    config = salvaged(args.config)
    try:
        with GpioPins(config.pins, (), config.led_pins):
            pass
    except HardwareError as error:
        print(f"edge-handsign: {error}", file=sys.stderr)
    signal.alarm(0)
    return 0
