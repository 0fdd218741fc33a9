"""What a TFLite file says of photographs, prepared as the product prepares frames: middle square, averaged down."""

# mypy: disable-error-code="no-any-return"
from pathlib import Path
from typing import Any

import cv2  # noqa: TID253 - only the training environment imports this module
import numpy as np
from numpy.typing import NDArray

from .photographs import Photograph


class Describer:
    """A model on LiteRT, one thread. Its output, dequantised, is the embedding."""

    def __init__(self, content: bytes) -> None:
        from ai_edge_litert.interpreter import Interpreter

        self._interpreter = Interpreter(model_content=content, num_threads=1)
        self._interpreter.allocate_tensors()
        self.source = self._interpreter.get_input_details()[0]
        self.output = self._interpreter.get_output_details()[0]
        self.pixels = int(self.source["shape"][1])
        self.dimension = int(np.prod(self.output["shape"]))

    def embed(self, picture: NDArray[np.uint8]) -> NDArray[np.float32]:
        """(pixels, pixels, 3) uint8 RGB -> (dimension,)."""
        self._interpreter.set_tensor(self.source["index"], picture[None])
        self._interpreter.invoke()
        scale, zero = self.output["quantization"]
        raw: Any = self._interpreter.get_tensor(self.output["index"]).ravel().astype(np.float32)
        return (raw - zero) * scale if scale else raw

    def describe(self, folder: Path, photographs: list[Photograph], crop: float = 0.0) -> NDArray[np.float32]:
        """(n, dimension); with `crop` the square of that many hand lengths around the box, where one is known."""
        return np.stack([self.embed(prepared(folder, p, self.pixels, crop)) for p in photographs])


def prepared(folder: Path, photograph: Photograph, pixels: int, crop: float = 0.0) -> NDArray[np.uint8]:
    """(pixels, pixels, 3) RGB."""
    picture = cv2.cvtColor(cv2.imread(str(folder / "data" / photograph.path)), cv2.COLOR_BGR2RGB)
    height, width = picture.shape[:2]
    side = min(height, width)
    x, y = (width - side) // 2, (height - side) // 2
    if crop and photograph.box is not None:
        x, y, side = _around(photograph.box, width, height, crop)
    square = picture[y : y + side, x : x + side]
    way = cv2.INTER_AREA if side > pixels else cv2.INTER_LINEAR
    return cv2.resize(square, (pixels, pixels), interpolation=way)


def _around(box: tuple[float, float, float, float], width: int, height: int, crop: float) -> tuple[int, int, int]:
    x0, y0, x1, y1 = np.array(box) * (width, height, width, height)
    side = int(min(crop * max(x1 - x0, y1 - y0), width, height))
    x = int(np.clip((x0 + x1 - side) / 2, 0, width - side))
    return x, int(np.clip((y0 + y1 - side) / 2, 0, height - side)), side
