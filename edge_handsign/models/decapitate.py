"""Cutting the classifier off a MobileNet, so that what it saw comes out instead of which of 1,000 things it names.

The classifier is the last learned operator over the pooled features (FULLY_CONNECTED, or a 1x1 CONV_2D on a 1x1 map)
with everything behind it; the tensor that fed it becomes the output, at the shape it has in the graph ([1, d] or
[1, 1, 1, d]: whoever embeds flattens it). The search starts at the output and walks back, so the pools and 1x1
convolutions inside squeeze-and-excite blocks are never met. A map of where a hand is stays on.
"""

from dataclasses import dataclass
from enum import Enum
from math import prod

from edge_handsign.errors import ModelError
from edge_handsign.models.format.graph import Graph
from edge_handsign.models.format.operators import CONVOLUTIONS
from edge_handsign.models.format.schema import Operator
from edge_handsign.models.format.verify import verify
from edge_handsign.models.format.writer import encode
from edge_handsign.models.prune import MARK, needed, prune

SCORES = frozenset({"SOFTMAX", "LOGISTIC", "LOG_SOFTMAX"})  # what follows it are probabilities: a classifier for sure
PASSING = frozenset({"RESHAPE", "SQUEEZE", "QUANTIZE", "DEQUANTIZE", "ADD", "SUB", "MUL"})  # with one moving input
CHANNELS = 3
EMBEDDING_STEP = 32  # embeddings are 64, 128, 256… wide; class counts (1,001, 1,000, 26) are hardly ever multiples


class Ending(Enum):
    """What the last learned layer is, where the graph alone cannot tell: one linear layer and no softmax."""

    GUESS = "guess"  # from its width: a multiple of 32 is an embedding
    CLASSIFIER = "classifier"
    EMBEDDING = "embedding"


@dataclass(frozen=True, slots=True)
class Cut:
    """The outcome. `dropped` is empty, and `model` the very bytes given, when nothing was left to cut."""

    model: bytes
    features: str  # name of the output tensor
    shape: tuple[int, ...]  # of the output: (1, d) or (1, 1, 1, d)
    dtype: str  # of the output: uint8, int8 or float32
    dropped: tuple[str, ...]  # kinds of the operators cut off, in order: CONV_2D, RESHAPE, SOFTMAX
    reason: str  # one sentence: what was recognised

    @property
    def size(self) -> int:
        """d: how many numbers an embedding has."""
        return prod(self.shape)


def decapitate(content: bytes, ending: Ending = Ending.GUESS) -> Cut:
    """The model in `content` without its classifier. ModelError if it is damaged or no image classifier."""
    graph = verify(content)
    found = head(graph, ending)
    if found.classifier is None:
        return _cut(graph, graph.output, content, (), found.reason)
    features = graph.fed(found.classifier)[0]
    outputs = {"features": features} | ({} if graph.hand_map is None else {"hand": graph.hand_map})
    kept = needed(graph, outputs)
    gone = tuple(graph.kind(each) for each in graph.main.operators if each not in kept)
    cut = encode(prune(graph, outputs, kept))
    verify(cut)
    return _cut(graph, features, cut, gone, found.reason)


def _cut(graph: Graph, features: int, model: bytes, dropped: tuple[str, ...], reason: str) -> Cut:
    name = graph.tensors[features].name
    return Cut(model, name, graph.shape(features), graph.dtype(features), dropped, reason)


@dataclass(frozen=True, slots=True)
class Head:
    """Where the classifier is, None if there is none, and how that was recognised."""

    classifier: Operator | None
    reason: str


def head(graph: Graph, ending: Ending = Ending.GUESS) -> Head:
    """ModelError unless the graph turns one RGB picture into one vector."""
    _require_picture_to_vector(graph)
    last, scored = _last(graph)
    if _learned(graph, last):
        return _judge(graph, last, ending, scored=scored)
    if scored:
        raise ModelError(f"its probabilities come from {graph.kind(last)}, not from a dense layer: none can be cut off")
    return Head(None, f"it ends in {graph.kind(last)}, no classifier follows")


def _judge(graph: Graph, last: Operator, ending: Ending, *, scored: bool) -> Head:
    width = graph.shape(last.outputs[0])[-1]
    if scored:
        return Head(last, f"{width} classes with probabilities behind them")
    if any(each.name == MARK for each in graph.model.metadata):
        return Head(None, "its classifier was cut off before")
    if getattr(last.builtin_options, "activation", 0):
        return Head(None, f"its last layer, {width} wide, has an activation, as no classifier has")
    if any(_learned(graph, each) for each in _flat(graph, graph.fed(last)[0])):
        return Head(last, f"{width} classes behind another layer over the pooled features")
    return _guess(last, width, ending)


def _guess(last: Operator, width: int, ending: Ending) -> Head:
    guessed = Ending.EMBEDDING if width % EMBEDDING_STEP == 0 else Ending.CLASSIFIER
    if (guessed if ending is Ending.GUESS else ending) is Ending.CLASSIFIER:
        return Head(last, f"{width} classes without probabilities")
    return Head(None, f"its last layer, {width} wide and without probabilities, is an embedding")


def _require_picture_to_vector(graph: Graph) -> None:
    picture, result = graph.shape(graph.input), graph.shape(graph.output)
    if len(picture) != 4 or picture[0] != 1 or picture[3] != CHANNELS:
        raise ModelError(
            f"this is no image classifier: its input has the shape {list(picture)}, not [1, height, width, 3]"
        )
    if not _is_flat(graph, graph.output) or prod(result) < 2:
        raise ModelError(
            f"this is no image classifier: its output has the shape {list(result)}, not one row of numbers"
        )
    if not any(graph.kind(each) in CONVOLUTIONS for each in graph.main.operators):
        raise ModelError("this is no image classifier: it has no convolution")


def _last(graph: Graph) -> tuple[Operator, bool]:
    """The last operator that does more than rename, reshape or rescale; and whether probabilities follow it."""
    tensor, scored = graph.output, False
    while True:
        operator = graph.maker[tensor]
        kind, fed = graph.kind(operator), graph.fed(operator)
        passes = kind in SCORES | PASSING and not getattr(operator.builtin_options, "activation", 0)
        if len(fed) != 1 or fed[0] == graph.input or not passes:
            return operator, scored
        scored = scored or kind in SCORES
        tensor = fed[0]


def _learned(graph: Graph, operator: Operator) -> bool:
    """Whether it is a dense layer over features: also when written as a 1x1 convolution of a 1x1 map."""
    kind, fed = graph.kind(operator), graph.fed(operator)
    if len(fed) != 1 or kind not in {"FULLY_CONNECTED", "CONV_2D"}:
        return False
    return _is_flat(graph, fed[0]) and _is_flat(graph, operator.outputs[0])


def _is_flat(graph: Graph, tensor: int) -> bool:
    """Whether it is one row of numbers: [1, d] or [1, 1, 1, d]."""
    shape = graph.shape(tensor)
    return shape[-1:] == (prod(shape),)


def _flat(graph: Graph, tensor: int) -> list[Operator]:
    """The operators between the pooling and `tensor`: going back while there is one row of numbers."""
    wanted, found = {tensor}, []
    for operator in reversed(graph.main.operators):
        made = operator.outputs[0]
        if made in wanted and _is_flat(graph, made):
            wanted.update(graph.fed(operator))
            found.append(operator)
    return found
