"""A map over a picture, in colours: orange where covering takes away, blue where it adds, the picture's grey elsewhere.

Orange and blue are told apart with any colour blindness, and both grow darker as they grow stronger.
"""

import numpy as np
from numpy.typing import NDArray

from edge_handsign.explanation.evidence import half
from edge_handsign.explanation.occlusion import Map, Pixels

STOPS = (0.0, 0.5, 1.0)  # strengths, either way
ORANGE = np.array([(255, 214, 130), (245, 145, 30), (176, 32, 0)], np.float32)
BLUE = np.array([(176, 212, 245), (70, 140, 215), (8, 60, 140)], np.float32)
LUMA = np.array((0.299, 0.587, 0.114), np.float32)  # ITU-R BT.601
DIMMEST = 70  # the darkest grey, so that colours over it stay colours
OPACITY = 0.85  # of the strongest colour
LINE = np.array((20, 20, 20), np.uint8)


def painted(pixels: Pixels, heat: Map, most: float) -> Pixels:
    """The map over the picture, both (height, width); `most`, above 0, is the full strength. A line runs round the
    smallest part that holds half of the evidence.
    """
    strength = np.clip(heat / most, -1, 1)
    grey = DIMMEST + (pixels.astype(np.float32) @ LUMA) * (1 - DIMMEST / 255)
    over = tinted(grey, strength)
    over[_edge(half(heat))] = LINE
    return over


def tinted(grey: NDArray[np.float32], strength: Map) -> Pixels:
    """(height, width) of greys, 0..255, in the colours of strengths -1..1."""
    far, way = np.abs(strength), np.where(strength[..., None] < 0, _ramp(strength, BLUE), _ramp(strength, ORANGE))
    opacity = OPACITY * (1 - (1 - far) ** 2)[..., None]
    return np.asarray((grey[..., None] * (1 - opacity) + way * opacity).round(), np.uint8)


def _ramp(strength: Map, colours: NDArray[np.float32]) -> NDArray[np.float64]:
    return np.stack([np.interp(np.abs(strength), STOPS, channel) for channel in colours.T], -1)


def _edge(part: NDArray[np.bool_]) -> NDArray[np.bool_]:
    """The outermost two pixels of a part, inside of the picture."""
    inner = part.copy()
    for shift in (1, 2):
        for axis in (0, 1):
            for step in (shift, -shift):
                inner &= _moved(part, step, axis)
    return part & ~inner


def _moved(part: NDArray[np.bool_], step: int, axis: int) -> NDArray[np.bool_]:
    """The same, `step` pixels further; what comes in over the border repeats it."""
    length = part.shape[axis]
    return np.take(part, np.clip(np.arange(length) - step, 0, length - 1), axis)
