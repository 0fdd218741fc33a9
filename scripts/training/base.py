"""What a run starts from: the weights of a TFLite file, turned back into floats.

A public MobileNet v1, v2 or MediaPipe's hand landmark network, each up to where it takes the mean of its features; or
one of ours to go on from, with its map and its embedding.
"""

# mypy: disable-error-code="no-any-return"
from collections.abc import Sequence
from dataclasses import dataclass, replace
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from edge_handsign.lab.layers import floats
from edge_handsign.models.format.graph import Graph
from edge_handsign.models.format.reader import Reader
from edge_handsign.models.format.schema import Model, Operator

WEIGHTED = ("CONV_2D", "DEPTHWISE_CONV_2D")
TRUNK = (*WEIGHTED, "ADD", "MAX_POOL_2D")
WEIGHTS = ("kernel", "bias")
PASSING = ("DEQUANTIZE", "QUANTIZE")  # the same numbers in another type
MAPS = 2  # numbers a cell of the map says of the hand


@dataclass(frozen=True, slots=True)
class Layer:
    """One step of the network."""

    kind: str  # its name in TFLite
    fed: tuple[int, ...]  # numbers of the layers whose results it takes; -1: the picture
    stride: int
    activation: int  # TFLite's number; 0: none
    kernel: NDArray[np.float32] | None = None  # (h, w, in, out), depthwise (h, w, in, 1), dense (in, out)
    bias: NDArray[np.float32] | None = None


@dataclass(frozen=True, slots=True)
class Base:
    """What a run starts from."""

    trunk: list[Layer]  # first to last
    hand: Layer | None  # the map, if the file is one of ours that has it
    embedding: Layer | None  # if the file is one of ours, and as long


class UnlikeError(Exception):
    """Several networks that cannot be one."""


def read_base(path: Path, embedding: int) -> Base:
    """The layers of a TFLite file; `embedding` is how many numbers the network will say."""
    return _Reading(path).base(embedding)


def mean(bases: Sequence[Base]) -> Base:
    """Networks that are alike, layer by layer, as one: the mean of their weights. UnlikeError where they differ."""
    if len({tuple(np.asarray(layer.kernel).shape for layer in each.trunk) for each in bases}) > 1:
        raise UnlikeError("networks of different depth or width have no mean: name --base files of one run")
    trunk = [_mean(layers) for layers in zip(*(each.trunk for each in bases), strict=True)]
    hand, embedding = ([getattr(each, name) for each in bases] for name in ("hand", "embedding"))
    return Base(trunk, _mean(hand) if all(hand) else None, _mean(embedding) if all(embedding) else None)


def _mean(layers: Sequence[Layer]) -> Layer:
    if layers[0].kernel is None:
        return layers[0]
    kernel, bias = (np.mean([np.asarray(getattr(layer, part)) for layer in layers], axis=0) for part in WEIGHTS)
    return replace(layers[0], kernel=kernel, bias=bias)


class _Reading:
    """One file and its graph."""

    def __init__(self, path: Path) -> None:
        self._graph = Graph(Reader(path.read_bytes()).root(Model))
        self._same = {o.outputs[0]: o.inputs[0] for o in self._graph.main.operators if self._graph.kind(o) in PASSING}

    def base(self, embedding: int) -> Base:
        """What follows on a mean of the features is left, but for an embedding of ours."""
        made, trunk = {self._graph.input: -1}, list[Layer]()
        hand = dense = None
        for operator in self._graph.main.operators:
            kind, fed = self._graph.kind(operator), [self._origin(each) for each in operator.inputs]
            if kind == "FULLY_CONNECTED":
                dense = self._weighted(operator, kind, ())
            if kind not in TRUNK or fed[0] not in made:
                continue
            layer = self._layer(operator, kind, tuple(made[each] for each in fed if each in made))
            if layer.bias is not None and len(layer.bias) == MAPS:
                hand = layer
                continue
            made[operator.outputs[0]] = len(trunk)
            trunk.append(layer)
        ours = hand is not None and dense is not None and np.asarray(dense.bias).size == embedding
        return Base(self._from_pixels(trunk), hand, dense if ours else None)

    def _origin(self, tensor: int) -> int:
        while tensor in self._same:
            tensor = self._same[tensor]
        return tensor

    def _layer(self, operator: Operator, kind: str, fed: tuple[int, ...]) -> Layer:
        if kind in WEIGHTED:
            return self._weighted(operator, kind, fed)
        return Layer(kind, fed, getattr(operator.builtin_options, "stride_w", 1), _activation(operator))

    def _weighted(self, operator: Operator, kind: str, fed: tuple[int, ...]) -> Layer:
        kernel, bias = (floats(self._graph, self._origin(each)) for each in operator.inputs[1:])
        # stored (out, h, w, in), depthwise (1, h, w, in), dense (out, in)
        kernel = kernel.T if kind == "FULLY_CONNECTED" else kernel.transpose(1, 2, 3, 0)
        return Layer(kind, fed, getattr(operator.builtin_options, "stride_w", 1), _activation(operator), kernel, bias)

    def _from_pixels(self, trunk: list[Layer]) -> list[Layer]:
        """A network of floats takes pixels / 255, ours pixels / 127.5 - 1."""
        if self._graph.dtype(self._graph.input) != "float32":
            return trunk
        first = trunk[0]
        half = np.asarray(first.kernel) * np.float32(0.5)
        return [replace(first, kernel=half, bias=np.asarray(first.bias) + half.sum((0, 1, 2))), *trunk[1:]]


def _activation(operator: Operator) -> int:
    return int(getattr(operator.builtin_options, "activation", 0))
