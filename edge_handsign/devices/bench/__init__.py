"""A pretend workbench: camera, backbone, pins and board that need no Pi.

It is a product, used by the simulator and by the tests of threads; it is asked for by name and never stands in for a
device that failed to open. What it does not simulate: the lens and the sensor (no blur by motion, no rolling shutter,
no slow exposure control), the current and the wiring behind a pin, a buzzer's loudness, and time itself: its camera
paces in real seconds. Its pins bounce only when told to. Its backbone knows nothing of hands: it compares thumbnails.
"""

from edge_handsign.devices.bench.backbone import BenchBackbone
from edge_handsign.devices.bench.board import BenchBoard
from edge_handsign.devices.bench.camera import BenchCamera
from edge_handsign.devices.bench.pins import BenchPins
from edge_handsign.devices.bench.scene import Scene

__all__ = ["BenchBackbone", "BenchBoard", "BenchCamera", "BenchPins", "Scene"]
