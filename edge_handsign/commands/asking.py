"""The box that runs, asked over its socket: what the verbs that do so have in common."""

import argparse
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from edge_handsign.commands import choice
from edge_handsign.config import salvaged
from edge_handsign.control import Client
from edge_handsign.control.client import PATIENCE_S, NotAllowed, NotRunning
from edge_handsign.errors import PlainError

ERRAND_S = 300.0  # for what the box does by and by


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """--config and --socket."""
    choice.add_config_argument(parser)
    add_socket_argument(parser)


def add_socket_argument(parser: argparse.ArgumentParser) -> None:
    """--socket alone, for a verb that has --config already."""
    parser.add_argument("--socket", type=Path, metavar="FILE", help="where the box listens (default: the settings')")


def box(args: argparse.Namespace) -> Client:
    """The box that runs; NotRunning says how to start it, NotAllowed which group may talk to it."""
    return _client(args, PATIENCE_S)


@contextmanager
def box_or_none(args: argparse.Namespace, patience_s: float = PATIENCE_S) -> Iterator[Client | None]:
    """The box, or None when none runs or a folder was named: then its samples can be opened."""
    if getattr(args, "folder", None):
        yield None
        return
    try:
        client = _client(args, patience_s)
    except NotRunning:
        if args.socket:
            raise
        yield None
        return
    with client:
        yield client


def insist_on_rest(args: argparse.Namespace, command: str) -> None:
    """PlainError says what to type when the box runs, for what can be done only while it does not."""
    try:
        with box_or_none(args) as running:
            if running is None:
                return
    except NotAllowed:
        pass  # it runs all the same
    raise PlainError(
        "the box is running, and has to be stopped for this: sudo systemctl stop edge-handsign; "
        f"sudo edge-handsign {command}; sudo systemctl start edge-handsign"
    )


def _client(args: argparse.Namespace, patience_s: float) -> Client:
    return Client(args.socket or _socket(args), patience_s)


def _socket(args: argparse.Namespace) -> Path:
    """Mistakes elsewhere in the settings are no reason not to ask the box that runs with them."""
    there = args.config is None or args.config.exists()
    return (salvaged(args.config) if there else choice.configured(args)).control.socket
