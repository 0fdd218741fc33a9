"""`bench`: how fast this box is, stage by stage."""

import argparse

from edge_handsign.commands import choice

FRAMES, SAMPLES = 200, 1000
TEXT = """\
How fast is this box? With the service stopped:

  edge-handsign bench
  edge-handsign bench --row            a row for docs/results.md, to share
  edge-handsign bench --camera drawn   without a Pi's camera; pictures:DIR and webcam do too

It sends pictures the way that they go in the box that runs, with a watch at every stage; pins are measured on a
Raspberry Pi only. The memory is filled with random samples; what the box was taught is left alone.
"""


def add_to(verbs: "argparse._SubParsersAction[argparse.ArgumentParser]") -> None:
    """Register the verb."""
    parser = verbs.add_parser(
        "bench",
        help="measure how fast this box is",
        description=TEXT,
        formatter_class=argparse.RawDescriptionHelpFormatter,
    )
    choice.add_backbone_arguments(parser)
    parser.add_argument(
        "--camera", default="picamera2", metavar="KIND", help="as for run, or drawn (default: picamera2)"
    )
    parser.add_argument("--frames", type=_count, default=FRAMES, metavar="N", help="pictures (default: %(default)s)")
    parser.add_argument("--samples", type=_count, default=SAMPLES, metavar="N", help="samples (default: %(default)s)")
    form = parser.add_mutually_exclusive_group()
    form.add_argument("--json", action="store_true", help="print one JSON object")
    form.add_argument("--row", action="store_true", help="print a row for docs/results.md")
    parser.set_defaults(run=run)


def run(args: argparse.Namespace) -> int:
    """Measure and print; HardwareError while a box runs. Imported here, so that no other verb waits for it."""
    from edge_handsign.commands import measuring

    return measuring.run(args)


def _count(text: str) -> int:
    if not text.isdecimal() or int(text) < 2:
        raise argparse.ArgumentTypeError(f"{text} is not a number from 2 on")
    return int(text)
