"""Where the box can be talked to: the one choice that its owner has about it. Who may is the group of the socket."""

from dataclasses import dataclass
from pathlib import Path

from edge_handsign.core.knob import knob


@dataclass(frozen=True, slots=True)
class ControlSettings:
    """The `control` section of the settings."""

    socket: Path = knob(
        Path("/run/edge-handsign/control.sock"), "Unix socket through which the box is asked and told while it runs"
    )
