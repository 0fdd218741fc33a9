"""The simulator's face: lamps, a buzzer and buttons in a terminal, or as lines of text for scripts and tests.

Keys and lines speak one language (orders): a key is a short way to type a line. It implements `Pins`, so that the
daemon that runs behind it is the daemon of the box. It simulates fingers, not wires: nothing bounces here.
"""

from edge_handsign.devices.terminal.face import Terminal
from edge_handsign.devices.terminal.outside import View
from edge_handsign.devices.terminal.screen import outlined

__all__ = ["Terminal", "View", "outlined"]
