"""`config`: are the settings right, what are they, and does the box that runs know them?"""

import argparse
from pathlib import Path

from edge_handsign.commands import asking
from edge_handsign.config import find, load, page, shipped_yaml, wiring_table

TEXT = """\
The settings are one YAML file: FILE, else $EDGE_HANDSIGN_CONFIG, else /etc/edge-handsign/config.yaml, else the
defaults. What a file leaves out keeps its default.
"""
EXAMPLES = """\
  edge-handsign config check                              is the installed file in order? exit status 78 if not
  edge-handsign config check my-box.yaml                  every mistake at once, each with its line; else the wiring
  edge-handsign config show                               what is in effect, file and defaults together
  edge-handsign config reload                             the box that runs reads its file again
  edge-handsign config show --defaults > my-box.yaml      a file to start from, every setting explained
"""


def add_to(verbs: "argparse._SubParsersAction[argparse.ArgumentParser]") -> None:
    """Register the verb and its own verbs."""
    form = argparse.RawDescriptionHelpFormatter
    parser = verbs.add_parser(
        "config", help="check, show or reload the settings", description=TEXT, epilog=EXAMPLES, formatter_class=form
    )
    own = parser.add_subparsers(metavar="check|show|reload", required=True)
    checking = own.add_parser("check", help="tell every mistake", description=TEXT, formatter_class=form)
    checking.set_defaults(run=check)
    showing = own.add_parser("show", help="print what is in effect", description=TEXT, formatter_class=form)
    showing.add_argument("--defaults", action="store_true", help="the defaults instead, with the meaning of every key")
    showing.set_defaults(run=show)
    text = "Let the box that runs read its settings again. It says what changed, and what waits for a restart."
    reloading = own.add_parser("reload", help="let the box that runs read them again", description=text)
    asking.add_arguments(reloading)
    reloading.set_defaults(run=reload)
    for one in (checking, showing):
        one.add_argument("file", nargs="?", type=Path, metavar="FILE", help="settings (default: the installed ones)")


def check(args: argparse.Namespace) -> int:
    """Say that the settings are in order, and which wire goes where; else ConfigError with all that is wrong."""
    config = load(args.file)
    box = config.box()
    signs, buttons = (_many(len(box.signs), "sign"), _many(len(box.buttons), "button"))
    print(f"{_origin(args.file)}: ok; {signs}, {buttons}, {_many(box.leds, 'LED')}")
    print("\n".join(wiring_table(config.pins, config.signs)))
    return 0


def show(args: argparse.Namespace) -> int:
    """Print YAML that reads back as these settings."""
    if args.defaults:
        print(shipped_yaml(), end="")
    else:
        print(page(load(args.file), f"in effect with {_origin(args.file)}", comments=False), end="")
    return 0


def reload(args: argparse.Namespace) -> int:
    """Say what the box took over; its mistakes in the file are told as `check` would."""
    with asking.box(args) as box:
        told = box.ask("reload")
    print(told.get("text") or f"changed: {', '.join(told['changed']) or 'nothing'}")
    if told["restart"]:
        print(f"after a restart (sudo systemctl restart edge-handsign): {', '.join(told['restart'])}")
    return 0


def _origin(asked: Path | None) -> str:
    return str(find(asked) or "the defaults (there is no file)")


def _many(count: int, noun: str) -> str:
    return f"{count} {noun}{'' if count == 1 else 's'}"
