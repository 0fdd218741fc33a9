"""What every learner's process needs, on disk: the pictures at the sizes that are asked for, and the two networks."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from edge_handsign.core.memory import MemorySettings
from edge_handsign.devices.album import read_picture
from edge_handsign.devices.crop import Region
from edge_handsign.devices.tflite import BackboneSettings

Size = tuple[int, int]  # (width, height), px


@dataclass(frozen=True, slots=True)
class Network:
    """A model without its classifier, verified."""

    title: str
    content: bytes
    size: Size  # of its input; the box may hand it a larger frame, to look at twice


@dataclass(frozen=True, slots=True)
class Bundle:
    """`backbone` and `source` are None where only embeddings were kept: there are no pictures to look at then."""

    folder: Path
    signs: int
    memory: MemorySettings
    runtime: BackboneSettings
    backbone: Network | None
    source: Network | None

    def pictures(self, size: Size) -> NDArray[np.uint8]:
        """(n, height, width, 3) RGB, read from the disk as they are used."""
        kept: NDArray[np.uint8] = self.frames(size)["pixels"]
        return kept

    def frames(self, size: Size) -> NDArray[np.void]:
        """(n,) `pixels`, (height, width, 3), and `proportion` of each; read from the disk as they are used."""
        kept: NDArray[np.void] = np.load(self._pictures(size), mmap_mode="r")
        return kept

    def vectors(self) -> NDArray[np.float32]:
        """(n, d) of unit length, where only embeddings were kept."""
        kept: NDArray[np.float32] = np.load(self.folder / "vectors.npy", mmap_mode="r")
        return kept

    def keep_vectors(self, vectors: NDArray[np.float32]) -> None:
        """(n, d) of unit length."""
        np.save(self.folder / "vectors.npy", vectors)

    def keep_pictures(self, paths: Sequence[Path], region: Region | None, sizes: Iterable[Size]) -> None:
        """Read every photograph at every size as the box would see it; PictureError for one that cannot be used."""
        from tqdm import tqdm

        for size in set(sizes):
            kept = np.lib.format.open_memmap(self._pictures(size), "w+", kind(size), (len(paths),))
            for place, path in enumerate(tqdm(paths, desc="reading", unit="picture", disable=None, leave=False)):
                frame = read_picture(path, size, region)
                kept[place] = frame.pixels, frame.proportion
            kept.flush()

    def _pictures(self, size: Size) -> Path:
        return self.folder / f"pictures-{size[0]}x{size[1]}.npy"


def kind(size: Size) -> np.dtype[np.void]:
    """As what a frame of that size lies on the disk."""
    return np.dtype([("pixels", np.uint8, (size[1], size[0], 3)), ("proportion", np.float64)])
