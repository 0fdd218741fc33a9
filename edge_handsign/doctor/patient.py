"""The box that is examined: where its files are, what its settings say, who is using it."""

from dataclasses import dataclass, field
from pathlib import Path

from edge_handsign.config import Config
from edge_handsign.doctor.occupant import Occupant
from edge_handsign.doctor.tree import Tree


@dataclass(frozen=True, slots=True)
class Patient:
    """Settings that cannot be read are taken at their defaults, so that all else can be looked at."""

    tree: Tree = field(default_factory=Tree)
    settings: Config = field(default_factory=Config)
    file: Path | None = None  # of the settings; None: there is none
    mistakes: str = ""  # what is wrong in it
    camera: str = "picamera2"  # as `run --camera` takes it
    occupant: Occupant = field(default_factory=Occupant)
