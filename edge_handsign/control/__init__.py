"""Talking to a box that runs: a Unix socket that speaks JSON lines. The page for other programs is docs/control.md.

protocol: what may be said. caller: one connection, bounded in everything. server: the box's end. client: the other end.
"""

from edge_handsign.control.caller import Caller
from edge_handsign.control.client import Client, Refusal
from edge_handsign.control.protocol import FORMS, PROTOCOL, Code, Do, Request
from edge_handsign.control.sealed import NotSealed, received
from edge_handsign.control.server import Server
from edge_handsign.control.settings import ControlSettings

__all__ = [
    "FORMS",
    "PROTOCOL",
    "Caller",
    "Client",
    "Code",
    "ControlSettings",
    "Do",
    "NotSealed",
    "Refusal",
    "Request",
    "Server",
    "received",
]
