"""`watch`: a line whenever something happens at the box that runs."""

import argparse
import json

from edge_handsign.commands import asking

TEXT = "A line of JSON for whatever happens at the box that runs (docs/control.md), until Ctrl-C or until the box ends."


def add_to(verbs: "argparse._SubParsersAction[argparse.ArgumentParser]") -> None:
    """Register the verb."""
    parser = verbs.add_parser("watch", help="follow what happens at the box", description=TEXT)
    asking.add_arguments(parser)
    parser.set_defaults(run=run)


def run(args: argparse.Namespace) -> int:
    """Until it is interrupted, or the box ends."""
    with asking.box(args) as box:
        for event in box.events():
            print(json.dumps(event, ensure_ascii=False), flush=True)
    return 0
