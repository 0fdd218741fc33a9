"""How fast a box is, stage by stage, on the machine at hand: the product's own parts, one after another, with a watch.

Unlike scripts/bench, which compares with other programs, this ships and is for a person with a board.
"""

from edge_handsign.speed.machine import Machine
from edge_handsign.speed.run import Bench, Run, measure
from edge_handsign.speed.telling import HEADING, lines, plain, row
from edge_handsign.speed.watch import Watch

__all__ = ["HEADING", "Bench", "Machine", "Run", "Watch", "lines", "measure", "plain", "row"]
