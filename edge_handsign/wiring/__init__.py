"""The wires between header and parts: drawn as the settings name them, and tried with a person who looks and presses.

One table says which wire goes where, `config.wiring`; pictures, header and trial all read it.
"""

from edge_handsign.wiring.header import header
from edge_handsign.wiring.parts import Ailment, Diagnosis
from edge_handsign.wiring.picture import svg
from edge_handsign.wiring.trial import Person, trial

__all__ = ["Ailment", "Diagnosis", "Person", "header", "svg", "trial"]
