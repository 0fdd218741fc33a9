"""Sizes that a model works out while it runs, although they are known: SHAPE, STRIDED_SLICE and PACK before a RESHAPE.

TensorFlow's converter writes the three for a Keras Reshape whose batch was left open. They depend on shapes alone,
never on the picture, so what they give is worked out here, and RESHAPE is checked against it as against a constant.
"""

import struct
from collections.abc import Callable
from typing import Any

from edge_handsign.models.format.graph import Graph
from edge_handsign.models.format.schema import Operator

Ints = tuple[int, ...]
INDEX_CODES = {"int32": "i", "int64": "q"}


def stored(graph: Graph, tensor: int) -> Ints | None:
    """The integers that the file keeps for a tensor; None if it keeps none."""
    content, code = graph.stored(tensor), INDEX_CODES.get(graph.dtype(tensor))
    if not content or code is None:
        return None
    return struct.unpack(f"<{len(content) // struct.calcsize(code)}{code}", content)


def sizes(graph: Graph, tensor: int) -> Ints | None:
    """The integers in a tensor, kept or worked out; None if they depend on more than shapes."""
    maker = graph.maker.get(tensor)
    if maker is None:
        return stored(graph, tensor)
    return FOLDS.get(graph.kind(maker), _unknown)(graph, maker)


def _unknown(_graph: Graph, _operator: Operator) -> Ints | None:
    return None


def _shape(graph: Graph, operator: Operator) -> Ints | None:
    return graph.shape(operator.inputs[0])


def _slice(graph: Graph, operator: Operator) -> Ints | None:
    """One end to the other of a SHAPE, in steps of 1; or one size of it, where `shrink_axis_mask` says so."""
    told: Any = operator.builtin_options
    maker = graph.maker.get(operator.inputs[0])
    ends = [stored(graph, tensor) for tensor in operator.inputs[1:]]
    if maker is None or graph.kind(maker) != "SHAPE" or any(each is None or len(each) != 1 for each in ends):
        return None
    (begin,), (end,), (step,) = (each for each in ends if each is not None)
    given = graph.shape(maker.inputs[0])
    if step != 1 or told.ellipsis_mask or told.new_axis_mask or told.offset:
        return None
    if told.shrink_axis_mask:
        return (given[begin],) if 0 <= begin < len(given) else None
    return given[None if told.begin_mask else begin : None if told.end_mask else end]


def _pack(graph: Graph, operator: Operator) -> Ints | None:
    """Single sizes, side by side."""
    parts: list[Ints | None] = []
    for tensor in operator.inputs:
        maker = graph.maker.get(tensor)
        known = maker is None or graph.kind(maker) == "STRIDED_SLICE"  # bounds the depth
        parts.append(sizes(graph, tensor) if known and not graph.shape(tensor) else None)
    told: Any = operator.builtin_options
    if told.axis or told.values_count != len(parts):
        return None
    whole = tuple(size for part in parts if part is not None for size in part)
    return whole if len(whole) == len(parts) else None


FOLDS: dict[str, Callable[[Graph, Operator], Ints | None]] = {"SHAPE": _shape, "STRIDED_SLICE": _slice, "PACK": _pack}
