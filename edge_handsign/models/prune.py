"""Surgery: the same model with other tensors as its outputs, and without whatever those do not need.

Every kept operator, tensor, weight and quantisation parameter is copied unchanged, so a new output is bit for bit
the value that the tensor had inside the uncut model. Only the numbering of tensors, buffers and operator codes moves.
"""

from collections.abc import Iterable
from dataclasses import replace

from edge_handsign.models.format.graph import Graph
from edge_handsign.models.format.schema import (
    Buffer,
    Metadata,
    Model,
    Operator,
    SignatureDef,
    SubGraph,
    Tensor,
    TensorMap,
)

MARK = "edge_handsign.features"  # metadata of a model that was cut here; holds the name of the output tensor
STALE = frozenset({"TFLITE_METADATA", MARK})  # it describes the labels of an output that is gone
Places = dict[int, int]  # old index → new index
Outputs = dict[str, int]  # what a signature calls it → tensor


def prune(graph: Graph, outputs: Outputs, operators: list[Operator]) -> Model:
    """The model with these outputs, computed by `operators`; the first of them are the features."""
    features = next(iter(outputs.values()))
    tensors = _numbered([graph.input, *outputs.values(), *_touched(operators)])
    codes = _numbered(operator.opcode_index for operator in operators)
    kept = [each for each in graph.model.metadata if each.name not in STALE]
    used = (graph.tensors[tensor].buffer for tensor in tensors)
    buffers = _numbered([0, *used, *(each.buffer for each in kept)])
    mark = Metadata(MARK, len(buffers))
    return replace(
        graph.model,
        operator_codes=tuple(graph.model.operator_codes[code] for code in codes),
        subgraphs=(_subgraph(graph, operators, tensors, codes, buffers, outputs),),
        buffers=(*(graph.model.buffers[each] for each in buffers), Buffer(graph.tensors[features].name.encode())),
        metadata_buffer=(),
        metadata=(*(replace(each, buffer=buffers[each.buffer]) for each in kept), mark),
        signature_defs=tuple(_signature(each, tensors, outputs) for each in graph.model.signature_defs),
    )


def needed(graph: Graph, outputs: Outputs) -> list[Operator]:
    """The operators that `outputs` are computed from, in the model's order."""
    wanted, kept = set(outputs.values()), []
    for operator in reversed(graph.main.operators):
        if wanted.intersection(operator.outputs):
            wanted.update(operator.inputs)
            kept.append(operator)
    return kept[::-1]


def _touched(operators: list[Operator]) -> Iterable[int]:
    return (tensor for each in operators for tensor in (*each.inputs, *each.outputs) if tensor >= 0)


def _numbered(old: Iterable[int]) -> Places:
    """New numbers, in the old order."""
    return {index: place for place, index in enumerate(sorted(set(old)))}


def _subgraph(
    graph: Graph, operators: list[Operator], tensors: Places, codes: Places, buffers: Places, outputs: Outputs
) -> SubGraph:
    return replace(
        graph.main,
        tensors=tuple(_tensor(graph.tensors[each], buffers) for each in tensors),
        inputs=(tensors[graph.input],),
        outputs=tuple(tensors[each] for each in outputs.values()),
        operators=tuple(_operator(each, tensors, codes) for each in operators),
    )


def _tensor(tensor: Tensor, buffers: Places) -> Tensor:
    return replace(tensor, buffer=buffers[tensor.buffer])


def _operator(operator: Operator, tensors: Places, codes: Places) -> Operator:
    return replace(
        operator,
        opcode_index=codes[operator.opcode_index],
        inputs=tuple(tensors.get(each, -1) for each in operator.inputs),
        outputs=tuple(tensors[each] for each in operator.outputs),
        mutating_variable_inputs=(),
        intermediates=(),
        debug_metadata_index=-1,
    )


def _signature(signature: SignatureDef, tensors: Places, outputs: Outputs) -> SignatureDef:
    return replace(
        signature,
        inputs=tuple(TensorMap(each.name, tensors[each.tensor_index]) for each in signature.inputs),
        outputs=tuple(TensorMap(name, tensors[each]) for name, each in outputs.items()),
    )
