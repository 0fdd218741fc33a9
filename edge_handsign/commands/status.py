"""`status`: how the box is that runs."""

import argparse
import json
from collections.abc import Iterator, Mapping
from typing import Any

from edge_handsign.commands import asking

TEXT = "How the box is that runs: what it shows, what it was taught, how fast it sees, and what went wrong lately."


def add_to(verbs: "argparse._SubParsersAction[argparse.ArgumentParser]") -> None:
    """Register the verb."""
    parser = verbs.add_parser("status", help="how the box is that runs", description=TEXT)
    asking.add_arguments(parser)
    parser.add_argument("--json", action="store_true", help="the answer as it came")
    parser.set_defaults(run=run)


def run(args: argparse.Namespace) -> int:
    """Ask and print."""
    with asking.box(args) as box:
        told = box.ask("status")
    print(json.dumps(told, ensure_ascii=False) if args.json else "\n".join(_lines(told)))
    return 0


def _lines(told: Mapping[str, Any]) -> Iterator[str]:
    samples = ", ".join(f"{sign} {count}" for sign, count in told["samples"].items())
    age, fps = told["frame_age_s"], told["fps"]
    yield f"shows       {told['decision'] or 'nothing'}"
    yield f"condition   {told['condition']}"
    yield f"said last   {told['message']}"
    yield f"taught      {samples or 'nothing'}"
    yield f"selected    {told['selected']}"
    yield f"sees        {'nothing yet' if age is None else f'{fps or 0:g} pictures a second, the last {age:.1f} s ago'}"
    yield f"backbone    {told['backbone']}"
    yield f"running     {told['uptime_s']:.0f} s, edge-handsign {told['version']}"
    for fault in told["faults"]:
        yield f"not done    {fault['text']} ({fault['ago_s']:.0f} s ago)"
