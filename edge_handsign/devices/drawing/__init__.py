"""Hands that the project draws itself, so that the simulator has something to show without anybody's photograph.

A pose becomes bones (skeleton), bones a surface (surface), the surface is lit, put before a room (room) and seen by a
noisy sensor (picture). NumPy only; the same arguments always give the same pixels. A drawing is a toy: it says that
the pipeline runs, nothing about how well real hands are told apart.
"""

from edge_handsign.devices.drawing.picture import SKINS, Stance, draw
from edge_handsign.devices.drawing.poses import NONE, POSES, Pose

__all__ = ["NONE", "POSES", "SKINS", "Pose", "Stance", "draw"]
