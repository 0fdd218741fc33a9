"""What part of a picture is looked at, and how it is scaled: the same for photographs, videos and cameras.

A sign taught through one camera is compared with what another one sees, so nobody crops in a way of their own.
"""

from typing import TYPE_CHECKING

import numpy as np
from numpy.typing import NDArray

from edge_handsign.core.messages import Frame, Part

if TYPE_CHECKING:
    from PIL.Image import Image

Region = tuple[float, float, float, float]  # left, top, right, bottom as fractions of width and height, 0..1
Box = tuple[float, float, float, float]  # left, top, right, bottom in pixels

WHOLE: Region = (0.0, 0.0, 1.0, 1.0)
SQUEEZED = 4 / 3  # at most, one side against the other: hands leave the middle square more than a squeeze hurts


def seen(picture: tuple[int, int], size: tuple[int, int], region: Region | None) -> Box:
    """The largest box in the middle of `region` (None: of the whole picture) that may be squeezed into `size`.

    `picture` and `size` are (width, height) in pixels. A camera's 4:3 fits a square whole; what is wider or higher
    than that loses its margins.
    """
    left, top, right, bottom = region or WHOLE
    width, height = (right - left) * picture[0], (bottom - top) * picture[1]
    scales = width / size[0], height / size[1]
    most = SQUEEZED * min(scales)
    wide, high = (min(scale, most) * side for scale, side in zip(scales, size, strict=True))
    x, y = left * picture[0] + (width - wide) / 2, top * picture[1] + (height - high) / 2
    return max(x, 0.0), max(y, 0.0), min(x + wide, picture[0]), min(y + high, picture[1])  # rounding leaves the picture


class Half:
    """Makes pictures half as wide and high, always in the same memory."""

    def __init__(self, size: tuple[int, int]) -> None:
        """`size` is (width, height) of the halves, in pixels."""
        width, height = size
        self._pairs = np.empty((height, 2 * width * 3), np.uint16)
        self._fours = np.empty((height, width, 3), np.uint16)

    def write(self, pixels: NDArray[np.uint8], half: NDArray[np.uint8]) -> None:
        """The mean of each 2 x 2 of `pixels`, (2 * height, 2 * width, 3), rounded down, into `half`.

        Channel by channel, because NumPy is quick along long strides and slow along an axis of three.
        """
        upper, lower = (pixels[start::2].reshape(self._pairs.shape) for start in (0, 1))
        np.add(upper, lower, out=self._pairs, dtype=np.uint16)
        pairs, fours = self._pairs.reshape(-1), self._fours.reshape(-1)
        for channel in range(3):
            np.add(pairs[channel::6], pairs[channel + 3 :: 6], out=fours[channel::3])
        np.right_shift(self._fours, 2, out=half, casting="unsafe")


def mirror(pixels: NDArray[np.uint8], mirrored: NDArray[np.uint8]) -> None:
    """Right for left, of (h, w, 3), into another picture; channel by channel, for the same reason."""
    for channel in range(3):
        mirrored[:, :, channel] = pixels[:, ::-1, channel]


class Closer:
    """Takes parts of pictures, larger or smaller, in a mirror, always in the same memory."""

    def __init__(self, frame: tuple[int, int], size: tuple[int, int]) -> None:
        """`frame` is (width, height) of the pictures, `size` that of what is made of their parts, in pixels."""
        self._frame, self._size = frame, size
        self._rows = np.empty((size[1], frame[0], 3), np.uint8)

    def write(self, pixels: NDArray[np.uint8], part: Part, mirrored: NDArray[np.uint8]) -> None:
        """The nearest pixels of that part: averages of them told no better.

        Whole rows, then of these byte by byte, because NumPy is slow along an axis of three.
        """
        left, top, right, bottom = part
        np.take(pixels, _places(top, bottom, self._frame[1], self._size[1]), axis=0, out=self._rows, mode="clip")
        columns = _places(left, right, self._frame[0], self._size[0])[::-1]
        bytes_ = (3 * columns[:, None] + np.arange(3)).reshape(-1)
        np.copyto(mirrored, self._rows.reshape(self._size[1], -1)[:, bytes_].reshape(mirrored.shape))


def _places(start: float, end: float, frame: int, size: int) -> NDArray[np.intp]:
    """(size,) which of `frame` pixels lie nearest to evenly spread ones, from share `start` to share `end`."""
    places = ((start + (np.arange(size) + 0.5) * ((end - start) / size)) * frame).astype(np.intp)
    return np.minimum(places, frame - 1)  # rounding leaves the picture


def fit(image: "Image", size: tuple[int, int], region: Region | None, taken_at: float = 0.0) -> Frame:
    """What is seen of an RGB image, antialiased to `size`, read-only.

    A picture that has that size already, with nothing to cut off, comes through unchanged.
    """
    from PIL.Image import Resampling

    box = seen(image.size, size, region)
    return Frame(np.asarray(image.resize(size, Resampling.BILINEAR, box=box)), taken_at, proportion(box))


def proportion(box: Box) -> float:
    """Width by height of what is seen."""
    left, top, right, bottom = box
    return (right - left) / (bottom - top)
