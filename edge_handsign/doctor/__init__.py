"""What is wrong with a box, and the command that mends it; a topic a file, each in two halves.

`look` gathers facts and judges nothing: files are read under a root that tests lay, programs are given a time, what may
hang or crash happens in a process apart. `judge` is pure: the same facts, the same finding. Nothing here touches a pin
or the camera while a box holds them; the box is asked instead.
"""

from edge_handsign.doctor.examination import CHECKS, examine
from edge_handsign.doctor.finding import Finding, Verdict
from edge_handsign.doctor.occupant import Occupant
from edge_handsign.doctor.patient import Patient

__all__ = ["CHECKS", "Finding", "Occupant", "Patient", "Verdict", "examine"]
