"""What is compared: networks, each prepared and run as the product would run it, and hand landmarks."""

from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import Protocol

import numpy as np
from numpy.typing import NDArray

from edge_handsign.core.messages import Frame
from edge_handsign.devices.album import read_picture
from edge_handsign.devices.crop import Region
from edge_handsign.devices.tflite import BackboneSettings, TfliteBackbone
from edge_handsign.models import shelf

from .shots import Shot

V2 = "ImageNet v2"
PUBLIC = {
    "ImageNet v1": "mobilenet_v1_1.0_224_quant_embedding_extractor",
    V2: "mobilenet_v2_1.0_224_quant",
    "probe": "probe_v1_0.5_128_int8",  # the first attempt, made in an hour
}
Key = tuple[str, Region | None]


class Column(Protocol):
    """Something that turns photographs into vectors."""

    name: str

    def describe(self, shots: Sequence[Shot]) -> NDArray[np.float32]:
        """(n, d), of unit length; zeros where there is nothing to say."""


class Network:
    """A model without its classifier, through the product's crop and interpreter; it remembers what it has seen."""

    def __init__(self, name: str, path: Path, data: Path) -> None:
        """`data` is the folder in which the photographs' paths begin. ModelError for what is no network of pictures."""
        model = shelf.load(str(path.resolve()))
        self.name, self.content = name, model.content
        self._backbone = TfliteBackbone(model.content, name, BackboneSettings(), model.fingerprint)
        self._data = data
        self._known: dict[Key, NDArray[np.float32]] = {}

    def describe(self, shots: Sequence[Shot]) -> NDArray[np.float32]:
        """(n, d), of unit length."""
        return np.stack([self._embedded(shot) for shot in shots])

    def _embedded(self, shot: Shot) -> NDArray[np.float32]:
        key = (shot.photograph.path, shot.region)
        if key not in self._known:
            picture = read_picture(self._data / shot.photograph.path, self._backbone.input_size, shot.region)
            self._known[key] = self._backbone.embed(Frame(picture, 0.0)).vector
        return self._known[key]


def public(folder: Path) -> Iterator[Network]:
    """The networks to compare with, as far as `folder`/models has them."""
    for name, model in PUBLIC.items():
        path = folder / "models" / f"{model}.tflite"
        if path.exists():
            yield Network(name, path, folder / "data")
        else:
            print(f"left out: {name} (there is no {path})")
