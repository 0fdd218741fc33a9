"""`teach`: what the camera of the box sees now, without touching its buttons."""

import argparse

from edge_handsign.commands import asking

TEXT = """\
Teach the box that runs what its camera sees now, as a press of the sign's own button would. Says so when the sample is
durable: it then survives a pulled plug.
"""


def add_to(verbs: "argparse._SubParsersAction[argparse.ArgumentParser]") -> None:
    """Register the verb."""
    parser = verbs.add_parser("teach", help="teach what the camera sees now", description=TEXT)
    parser.add_argument("sign", metavar="SIGN", help="one of the box's signs")
    asking.add_arguments(parser)
    parser.set_defaults(run=run)


def run(args: argparse.Namespace) -> int:
    """One lesson; the box's own reason when it gives none."""
    with asking.box(args) as box:
        print(box.ask("teach", sign=args.sign)["text"])
    return 0
