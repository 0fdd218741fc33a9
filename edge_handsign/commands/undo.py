"""`undo`: take back the last lesson."""

import argparse

from edge_handsign.commands import asking, choice
from edge_handsign.errors import PlainError
from edge_handsign.store import Store

TEXT = """\
Take back the last lesson, a press or a burst. The box that runs takes back what it was taught since it started, newest
first; while it does not run, the newest lesson goes that is kept, whenever it was given.
"""


def add_to(verbs: "argparse._SubParsersAction[argparse.ArgumentParser]") -> None:
    """Register the verb."""
    parser = verbs.add_parser("undo", help="take back the last lesson", description=TEXT)
    asking.add_arguments(parser)
    parser.set_defaults(run=run)


def run(args: argparse.Namespace) -> int:
    """Ask the box, or do it without one."""
    with asking.box_or_none(args) as box:
        if box:
            print(box.ask("undo")["text"])
            return 0
    with Store(choice.configured(args).store.folder) as store:
        lesson = store.load().last_lesson
        if not lesson:
            raise PlainError("nothing to take back: nothing is taught")
        removed = store.undo(lesson)
    print(f"the last lesson is taken back: {removed} sample{'s' * (removed > 1)}")
    return 0
