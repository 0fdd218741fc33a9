"""The pretend backbone: a thumbnail through a fixed random projection. It knows nothing of hands."""

import hashlib

import numpy as np

from edge_handsign.core.messages import Embedding, Frame

THUMBNAIL = 12  # pixels a side of what it looks at


class BenchBackbone:
    """Implements `Backbone` with a thumbnail and a fixed random projection: cheap, and no use on hands.

    Frames that look alike get similar vectors, the same frame the same vector: enough for tests of threads and stores.
    """

    prior = None  # nothing is known of it but what it is taught

    def __init__(self, dimension: int = 64, size: tuple[int, int] = (96, 96)) -> None:
        """`size` is (width, height) in pixels, each at least THUMBNAIL."""
        self._size = size
        self._dimension = dimension
        values = THUMBNAIL * THUMBNAIL * 3
        self._projection = np.random.default_rng(0).normal(0.0, values**-0.5, (values, dimension)).astype(np.float32)

    @property
    def name(self) -> str:
        """What it is, for the log."""
        return f"pretend backbone (thumbnail, {self._size[0]}x{self._size[1]} -> {self._dimension})"

    @property
    def input_size(self) -> tuple[int, int]:
        """(width, height) in pixels."""
        return self._size

    @property
    def dimension(self) -> int:
        """Length of an embedding."""
        return self._dimension

    @property
    def fingerprint(self) -> bytes:
        """32 bytes of its own; equal for equal sizes and dimensions."""
        return hashlib.sha256(self.name.encode()).digest()

    def embed(self, frame: Frame) -> Embedding:
        """The frame's embedding; a frame of a single colour is told by that colour."""
        pixels = frame.pixels.astype(np.float32) / 255.0
        rows = np.array_split(pixels, THUMBNAIL, axis=0)
        thumbnail = [[block.mean((0, 1)) for block in np.array_split(row, THUMBNAIL, axis=1)] for row in rows]
        seen = np.asarray(thumbnail, np.float32).ravel()
        spread = seen - seen.mean()
        vector = (spread if float(np.ptp(seen)) > 1e-3 else seen + 0.1) @ self._projection
        norm = float(np.linalg.norm(vector))
        return Embedding((vector / norm).astype(np.float32), norm)
