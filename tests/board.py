"""The Raspberry Pi that the tests run on, if they do, and the wire that its owner has put between two of its pins.

`pytest -m pi` runs the contracts of camera and pins on it. A jumper wire from a pin that is driven to one that is read
is named by BCM numbers: EDGE_HANDSIGN_JUMPER=24-17. Nothing else may be connected to these two, and no box may run.
"""

import os
import re
from dataclasses import dataclass

import pytest

from edge_handsign.config import Config
from edge_handsign.doctor import board, occupant
from edge_handsign.doctor.tree import Tree

PI = pytest.mark.pi
VARIABLE = "EDGE_HANDSIGN_JUMPER"


@dataclass(frozen=True, slots=True)
class Jumper:
    """BCM numbers of its ends."""

    driven: int
    read: int


def insist_on_a_pi() -> None:
    """Skip elsewhere; fail where a box holds the devices."""
    if not board.look(Tree()).is_pi:
        pytest.skip("this is no Raspberry Pi")
    config = Config()
    busy = occupant.look(config.control.socket, config.store.folder, Tree()).busy
    assert not busy, "a box runs: sudo systemctl stop edge-handsign"


def jumper() -> Jumper:
    """The wire; skip without one."""
    said = os.environ.get(VARIABLE, "")
    ends = re.fullmatch(r"(\d+)-(\d+)", said)
    if not ends:
        pytest.skip(
            f"put a wire between two pins and name them, the driven one first: {VARIABLE}=24-17 (it is {said!r})"
        )
    return Jumper(int(ends[1]), int(ends[2]))
