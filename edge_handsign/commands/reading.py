"""Photographs read and embedded exactly as the daemon would: the same crop, the same scaling, the same backbone."""

from collections.abc import Iterator, Sequence
from dataclasses import replace
from pathlib import Path
from time import perf_counter

from edge_handsign.config import Config
from edge_handsign.core.memory import Memory
from edge_handsign.core.messages import Embedding, Frame
from edge_handsign.devices.album import read_picture
from edge_handsign.evaluation import Example
from edge_handsign.hardware import Backbone

Picture = tuple[str, Path]  # what it shows, and where it is
RUNS = 50


class Reader:
    """A configured backbone for photographs."""

    def __init__(self, config: Config, backbone: Backbone) -> None:
        self.backbone = backbone
        self._config = config

    def frame(self, path: Path) -> Frame:
        """What the backbone would be given; PictureError when the file cannot be used."""
        return read_picture(path, self.backbone.input_size, self._config.camera.region)

    def examples(self, pictures: Sequence[Picture], doing: str) -> Iterator[Example]:
        """Each picture's vector and what it shows, with a progress bar where somebody looks."""
        for (sign, _), embedding in zip(pictures, self.embeddings(pictures, doing), strict=True):
            yield Example(sign, embedding.vector, embedding.presence)

    def embeddings(self, pictures: Sequence[Picture], doing: str) -> Iterator[Embedding]:
        """All that the backbone says of each picture, with the same progress bar."""
        from tqdm import tqdm

        for _, path in tqdm(pictures, desc=doing, unit="picture", disable=None, leave=False):
            yield self.backbone.embed(self.frame(path))

    def memory(self, samples: int) -> Memory:
        """An empty memory with the daemon's settings and room for all, whatever the box itself has room for."""
        settings = replace(self._config.memory, capacity=max(samples, 1))
        return Memory(self.backbone.dimension, settings, self.backbone.prior)

    def milliseconds(self, path: Path, memory: Memory) -> float:
        """Median time from a picture in RAM to its match."""
        frame = self.frame(path)
        times = []
        for _ in range(RUNS):
            started = perf_counter()
            seen = self.backbone.embed(frame)
            memory.match(seen.vector, seen.presence)
            times.append(perf_counter() - started)
        return sorted(times)[RUNS // 2] * 1000
