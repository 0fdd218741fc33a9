"""Where what was taught is kept: the one choice that a box's owner has about it."""

from dataclasses import dataclass
from pathlib import Path

from edge_handsign.core.knob import knob


@dataclass(frozen=True, slots=True)
class StoreSettings:
    """The `store` section of the settings."""

    folder: Path = knob(Path("/var/lib/edge-handsign"), "folder that keeps what was taught")
    pictures: bool = knob(False, "keep the picture of each sample too, so that another network can learn from it")
