"""The table of learners: what each is called, and how it is opened in the process that is its own."""

from collections.abc import Callable
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from edge_handsign.core.messages import Frame
from edge_handsign.lab.bundle import Bundle
from edge_handsign.lab.learner import Learner, See, Shown


@dataclass(frozen=True, slots=True)
class Kind:
    """A row of the table of learners."""

    letter: str
    title: str
    open: Callable[[Bundle, int], Learner]  # with the seed of what it starts from
    trains_a_network: bool = False  # and so needs Keras, and pictures


def _knn(bundle: Bundle, _seed: int) -> Learner:
    from edge_handsign.lab.knn import Knn

    return Knn(*seen(bundle), bundle.memory)


def _head(bundle: Bundle, seed: int) -> Learner:
    from edge_handsign.lab.head import Head

    return Head(*seen(bundle), bundle.signs, seed)


def _tuned(bundle: Bundle, seed: int) -> Learner:
    from edge_handsign.lab.tuned import tuned

    assert bundle.source is not None
    return tuned(bundle.pictures(bundle.source.size), bundle.source.content, bundle.signs, seed)


def _scratch(bundle: Bundle, seed: int) -> Learner:
    from edge_handsign.lab.scratch import scratch

    assert bundle.backbone is not None
    return scratch(bundle.pictures(bundle.backbone.size), bundle.signs, seed)


KINDS = {
    "knn": Kind("a", "KNN on the cut network", _knn),
    "head": Kind("b", "fresh two-layer head on it", _head),
    "tuned": Kind("c", "source model fine-tuned", _tuned, trains_a_network=True),
    "scratch": Kind("d", "small CNN from scratch", _scratch, trains_a_network=True),
}


def seen(bundle: Bundle) -> tuple[Shown, See]:
    """What there is to see, and what sees it: the product's own backbone, or nothing where embeddings were kept."""
    if bundle.backbone is None:
        return bundle.vectors(), np.asarray
    from edge_handsign.devices.tflite import TfliteBackbone

    network = bundle.backbone
    backbone = TfliteBackbone(network.content, network.title, bundle.runtime, b"")

    def see(pictures: Shown) -> NDArray[np.float32]:
        frames = (Frame(each["pixels"], 0.0, float(each["proportion"])) for each in pictures)
        return np.stack([backbone.embed(frame).vector for frame in frames])

    return bundle.frames(backbone.input_size), see
