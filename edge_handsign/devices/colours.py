"""The pixel formats of the Pi's camera, and red, green, blue.

picamera2 names formats as the hardware does, from the highest byte down: "BGR888" lies in memory as red, green, blue
and "RGB888" the other way round. This is the one place that knows.
"""

from collections.abc import Callable

import numpy as np
from numpy.typing import NDArray

Size = tuple[int, int]  # width, height in pixels


def yuv420_to_rgb(planes: NDArray[np.uint8], size: Size) -> NDArray[np.uint8]:
    """Full-range BT.601 (JFIF) to RGB (height, width, 3).

    `planes` is as picamera2 gives it: (height * 3 / 2, stride), Y, then U and V at half the size in half the stride.
    """
    width, height = size
    luma = planes[:height, :width].astype(np.float32)
    halves = planes.reshape(planes.shape[0] * 2, -1)[2 * height :, : width // 2].astype(np.float32) - 128
    u, v = (half.repeat(2, axis=0).repeat(2, axis=1) for half in (halves[: height // 2], halves[height // 2 :]))
    rgb = np.stack((luma + 1.402 * v, luma - 0.344136 * u - 0.714136 * v, luma + 1.772 * u), axis=-1)
    return np.asarray(np.rint(rgb).clip(0, 255), dtype=np.uint8)


TO_RGB: dict[str, Callable[[NDArray[np.uint8], Size], NDArray[np.uint8]]] = {
    "BGR888": lambda array, _: array,
    "RGB888": lambda array, _: np.ascontiguousarray(array[:, :, ::-1]),
    "XBGR8888": lambda array, _: np.ascontiguousarray(array[:, :, :3]),
    "XRGB8888": lambda array, _: np.ascontiguousarray(array[:, :, 2::-1]),
    "YUV420": yuv420_to_rgb,
}
