"""What is compared: networks, each prepared and run as the product would run it, and hand landmarks."""

from collections.abc import Iterator, Sequence
from hashlib import sha256
from pathlib import Path
from time import process_time
from typing import Protocol

import numpy as np
from numpy.typing import NDArray

from edge_handsign.commands import choice
from edge_handsign.commands.reading import Reader
from edge_handsign.config import Config
from edge_handsign.core.memory import Memory
from edge_handsign.core.messages import Embedding, Frame
from edge_handsign.evaluation import Example
from edge_handsign.models import shelf

from .kept import Kept, Remembering
from .shots import Shot

V2 = "ImageNet v2"
PUBLIC = {
    "ImageNet v1": "mobilenet_v1_1.0_224_quant_embedding_extractor",
    V2: "mobilenet_v2_1.0_224_quant",
    "probe": "probe_v1_0.5_128_int8",  # the first attempt, made in an hour
}
TIMED = 100  # photographs


class Column(Protocol):
    """Something that turns photographs into vectors."""

    name: str

    def describe(self, shots: Sequence[Shot]) -> NDArray[np.float32]:
        """(n, d), of unit length; zeros where there is nothing to say."""

    def milliseconds(self, shots: Sequence[Shot]) -> float:
        """Processor time that describing one of these takes, once it is in RAM."""


class Network:
    """A model without its classifier, read and run as the commands of the product do; it remembers what it has seen."""

    def __init__(self, name: str, path: Path, data: Path, config: Config, work: Path | None = None) -> None:
        """`data` is the folder in which the photographs' paths begin; `work` keeps what it said, for the next time.

        ModelError for what is no network of pictures.
        """
        self.name = name
        self.content = shelf.load(str(path.resolve())).content
        backbone = choice.backbone(config, str(path.resolve()))
        self._reader = Reader(config, backbone)
        self._data = data
        version = sha256(backbone.fingerprint + backbone.name.encode()).hexdigest()[:8]  # name: interpreter
        self._kept = work and Kept(work / f"{path.stem}-{version}.npz")
        self._embed = Remembering(backbone.embed, self._kept) if self._kept else backbone.embed
        self._known: dict[str, Embedding] = {}

    def describe(self, shots: Sequence[Shot]) -> NDArray[np.float32]:
        """(n, d), of unit length."""
        vectors = np.stack([self._seen(shot).vector for shot in shots])
        if self._kept:
            self._kept.save()
        return vectors

    def examples(self, shots: Sequence[Shot]) -> list[Example]:
        """What the product's memory is taught and asked."""
        seen = [(shot.sign, self._seen(shot)) for shot in shots]
        return [Example(sign, embedding.vector, embedding.presence) for sign, embedding in seen]

    def memory(self, samples: int) -> Memory:
        """An empty one, as the product would set it up for this network."""
        return self._reader.memory(samples)

    def _seen(self, shot: Shot) -> Embedding:
        if shot.key not in self._known:
            self._known[shot.key] = self._embed(self._frame(shot))
        return self._known[shot.key]

    def milliseconds(self, shots: Sequence[Shot]) -> float:
        """Mean processor time in which the product describes a frame, with its second look where it takes one."""
        times = []
        for shot in shots[:: max(1, len(shots) // TIMED)]:
            frame = self._frame(shot)
            begun = process_time()
            self._reader.backbone.embed(frame)
            times.append(1e3 * (process_time() - begun))
        return float(np.mean(times))

    def _frame(self, shot: Shot) -> Frame:
        return shot.picture(self._data, self._reader.backbone.input_size)


def public(folder: Path, work: Path) -> Iterator[Network]:
    """The networks to compare with, as far as `folder`/models has them; `work` keeps what they say."""
    for name, model in PUBLIC.items():
        path = folder / "models" / f"{model}.tflite"
        if path.exists():
            yield Network(name, path, folder / "data", Config(), work)
        else:
            print(f"left out: {name} (there is no {path})")
