"""What a model file is: what goes in and comes out, how it is stored, what it costs, whether it still classifies."""

import hashlib
from collections import Counter
from dataclasses import dataclass
from math import prod

from edge_handsign.errors import ModelError
from edge_handsign.models.decapitate import head
from edge_handsign.models.format.graph import Graph
from edge_handsign.models.format.layers import multiply_adds
from edge_handsign.models.format.step import Step
from edge_handsign.models.format.verify import verify

LEARNED = frozenset({"CONV_2D", "DEPTHWISE_CONV_2D", "FULLY_CONNECTED"})


@dataclass(frozen=True, slots=True)
class End:
    """The input or an output. real = scale * (stored - zero_point); both None for floats."""

    name: str
    shape: tuple[int, ...]
    dtype: str  # uint8, int8 or float32
    scale: float | None
    zero_point: int | None

    def __str__(self) -> str:
        scale = "" if self.scale is None else f", scale {self.scale:.6g}, zero point {self.zero_point}"
        return f"{self.dtype} {'x'.join(map(str, self.shape))}{scale} ({self.name})"


@dataclass(frozen=True, slots=True)
class Info:
    """Everything that `edge-handsign model info` prints."""

    input: End
    output: End
    hand_map: End | None  # what it says of a hand in each cell of the picture, if it does
    scheme: str
    size: int  # bytes
    sha256: str
    operators: dict[str, int]  # kind → how many
    multiply_adds: int  # for one picture
    parameters: int  # learned numbers: weights and biases
    classifier: bool
    verdict: str  # one sentence: what the classifier was recognised by, or why there is none

    def rows(self) -> list[tuple[str, str]]:
        """What a person reads: (heading, text)."""
        return [
            ("size", f"{self.size:,} bytes"),
            ("SHA-256", self.sha256),
            ("input", str(self.input)),
            ("output", str(self.output)),
            *([("hand map", str(self.hand_map))] if self.hand_map else []),
            ("quantisation", self.scheme),
            (
                "cost",
                f"{self.multiply_adds / 1e6:,.1f} million multiply-adds a picture, {self.parameters:,} parameters",
            ),
            ("operators", ", ".join(f"{count} {kind}" for kind, count in self.operators.items())),
            ("classifier", f"{'yes' if self.classifier else 'no'}: {self.verdict}"),
        ]


def describe(content: bytes) -> Info:
    """ModelError if the bytes are no model, or a damaged one."""
    graph = verify(content)
    steps = [Step(graph, operator, place) for place, operator in enumerate(graph.main.operators)]
    classifier, verdict = _verdict(graph)
    return Info(
        input=_end(graph, graph.input),
        output=_end(graph, graph.output),
        hand_map=None if graph.hand_map is None else _end(graph, graph.hand_map),
        scheme=_scheme(graph, steps),
        size=len(content),
        sha256=hashlib.sha256(content).hexdigest(),
        operators=dict(Counter(step.kind for step in steps).most_common()),
        multiply_adds=sum(multiply_adds(step) for step in steps),
        parameters=sum(prod(graph.shape(tensor)) for tensor in _learned(steps)),
        classifier=classifier,
        verdict=verdict,
    )


def _end(graph: Graph, tensor: int) -> End:
    found = graph.tensors[tensor]
    quantized = found.quantization if graph.dtype(tensor) != "float32" else None
    scale = quantized.scale[0] if quantized else None
    zero_point = quantized.zero_point[0] if quantized else None
    return End(found.name, found.shape, graph.dtype(tensor), scale, zero_point)


def _verdict(graph: Graph) -> tuple[bool, str]:
    try:
        found = head(graph)
    except ModelError as error:
        return False, str(error)
    return found.classifier is not None, found.reason


def _learned(steps: list[Step]) -> set[int]:
    """The tensors of weights and biases."""
    return {tensor for step in steps if step.kind in LEARNED for tensor in step.operator.inputs[1:] if tensor >= 0}


def _scheme(graph: Graph, steps: list[Step]) -> str:
    """In words: how the first learned layer computes, and how its weights are stored."""
    first = next((step for step in steps if step.kind in LEARNED), None)
    if first is None:
        return "nothing learned"
    activations, weights = first.dtype(0), first.operator.inputs[1]
    stored = graph.dtype(weights)
    if weights in graph.maker:  # converted when the model is loaded
        stored = graph.dtype(graph.maker[weights].inputs[0])
    quantization = graph.tensors[weights].quantization
    each = "each channel" if quantization and len(quantization.scale) > 1 else "each layer"
    scales = f", one scale for {each}" if stored in ("uint8", "int8") else ""
    return f"{activations} activations, {stored} weights{scales}"
