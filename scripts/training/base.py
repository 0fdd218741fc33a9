"""What a run starts from: the weights of a TFLite file, turned back into floats.

A public MobileNet v1, v2 or MediaPipe's hand landmark network, each up to where it takes the mean of its features; or
one of ours to go on from, with its map and its embedding.
"""

# mypy: disable-error-code="no-any-return"
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from edge_handsign.core.gaze import is_map
from edge_handsign.lab.layers import floats
from edge_handsign.models.format.graph import Graph
from edge_handsign.models.format.reader import Reader
from edge_handsign.models.format.schema import Model, Operator
from edge_handsign.models.prune import needed

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
    ours: dict[str, Layer]  # what follows on it in a file of ours, by its name in network.py; as much as there is

    @property
    def finer(self) -> int:
        """Which layer of the trunk is the last of twice the resolution."""
        return next(layer.fed[0] for layer in reversed(self.trunk) if layer.stride > 1)


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
    common = [name for name in bases[0].ours if all(name in each.ours for each in bases)]
    return Base(trunk, {name: _mean([each.ours[name] for each in bases]) for name in common})


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
        graph, made, trunk, ours = self._graph, {self._graph.input: -1}, list[Layer](), dict[str, Layer]()
        has_map = any(is_map(graph.shape(each)) for each in graph.main.outputs)
        described = needed(graph, {"features": graph.output}) if has_map else graph.main.operators
        for operator in described:
            kind, fed = graph.kind(operator), [self._origin(each) for each in operator.inputs]
            if kind == "FULLY_CONNECTED" and has_map:
                dense = self._weighted(operator, kind, ())
                ours |= {"embedding": dense} if np.asarray(dense.bias).size == embedding else {}
            if kind not in TRUNK or fed[0] not in made:
                continue
            layer = self._layer(operator, kind, tuple(made[each] for each in fed if each in made))
            if layer.bias is not None and len(layer.bias) == MAPS:
                ours["hand"] = layer
                continue
            made[operator.outputs[0]] = len(trunk)
            trunk.append(layer)
        own = [operator for operator in graph.main.operators if operator not in described]
        return Base(self._from_pixels(trunk), ours | dict(self._details(own, made, len(trunk) - 1)))

    def _details(self, own: Sequence[Operator], made: dict[int, int], last: int) -> Iterator[tuple[str, Layer]]:
        """The layers that are there for the map alone, by their names."""
        for operator in own:
            if (kind := self._graph.kind(operator)) in WEIGHTED:
                layer = self._weighted(operator, kind, ())
                fed = made.get(self._origin(operator.inputs[0]))
                of_trunk = "far" if fed == last else "near"
                yield of_trunk if fed is not None else "around" if kind == "DEPTHWISE_CONV_2D" else "detail", layer

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
