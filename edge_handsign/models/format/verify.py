"""The only door for a model: what `verify` lets through, a TFLite interpreter can be given without risk to the process.

Reads the tables (`reader`), then checks that every index points somewhere, every tensor is as large as its buffer
(`tensors`), every operator gets what it needs in an order that can be computed, and that every shape is what the
operator makes of its inputs (`shapes`). A wrong byte is then either caught here or a weight.
"""

from collections.abc import Callable

from edge_handsign.core.gaze import is_map
from edge_handsign.models.format.graph import Graph, refuse
from edge_handsign.models.format.operators import FOREIGN, KINDS, Kind
from edge_handsign.models.format.reader import Reader
from edge_handsign.models.format.schema import VERSION, Model, Operator, SubGraph
from edge_handsign.models.format.shapes import expected
from edge_handsign.models.format.step import Step
from edge_handsign.models.format.tensors import check_tensor, check_total

MAX_OPERATORS = 2000
NO_BIAS = "FULLY_CONNECTED"  # may do without; a depthwise kernel reads the bias that is not there
BIAS = 2  # which input it is
CONTROL = "model_control_dependencies"  # metadata that reorders operators


def verify(content: bytes) -> Graph:
    """The checked graph of a .tflite file's bytes, or a ModelError of one sentence."""
    model = Reader(content).root(Model)
    _check_model(model)
    graph = Graph(model)
    for index in range(len(graph.tensors)):
        check_tensor(graph, index)
    check_total(graph)
    kinds = [_kind(graph, operator) for operator in graph.main.operators]
    _check_operators(graph, kinds)
    if not set(graph.main.outputs) <= graph.moving - {graph.input}:
        refuse("its output does not depend on its input")
    _check_notes(graph)
    return graph


def _check_model(model: Model) -> None:
    if model.version != VERSION:
        refuse(f"it is of format version {model.version}, not {VERSION}")
    if not model.buffers or model.buffers[0].data:
        refuse("its buffer 0 is not empty")
    if any(buffer.offset > 1 or buffer.size > 1 for buffer in model.buffers):
        refuse("it keeps weights outside its tables, as only models above 2 GB do")
    if len(model.subgraphs) != 1:
        refuse(f"it has {len(model.subgraphs)} subgraphs, an image classifier one")
    _check_ends(model.subgraphs[0])


def _check_ends(main: SubGraph) -> None:
    if len(main.inputs) != 1 or len(main.outputs) not in (1, 2):
        refuse(f"it has {len(main.inputs)} inputs and {len(main.outputs)} outputs, an image classifier one of each")
    if not all(0 <= index < len(main.tensors) for index in (*main.inputs, *main.outputs)):
        refuse("its input or output is no tensor of it")
    shapes = [main.tensors[index].shape for index in main.outputs]
    if len(shapes) == 2 and sum(map(is_map, shapes)) != 1:
        words = " and ".join(str(list(shape)) for shape in shapes)
        refuse(f"its outputs are {words}: beside the embedding only a hand map of [1, height, width, 2] may come out")
    if not 1 <= len(main.operators) <= MAX_OPERATORS:
        refuse(f"it has {len(main.operators)} operators")


def _check_operators(graph: Graph, kinds: list[Kind]) -> None:
    known = {graph.input} | {index for index in range(len(graph.tensors)) if graph.stored(index)}
    if graph.stored(graph.input):
        refuse("its input is a constant")
    for place, (operator, kind) in enumerate(zip(graph.main.operators, kinds, strict=True)):
        name = f"operator {place} ({kind.name})"
        _check_options(operator, kind, name)
        _check_inputs(operator, kind, name, known.__contains__)
        _check_output(graph, operator, name, known.__contains__)
        known.update(operator.outputs)
        step = Step(graph, operator, place)
        if (shape := expected(step)) != graph.shape(step.made):
            step.refuse(f"makes {list(shape)} of its inputs and says {list(graph.shape(step.made))}")


def _kind(graph: Graph, operator: Operator) -> Kind:
    if operator.opcode_index >= len(graph.model.operator_codes):
        refuse("an operator has a code that is not listed")
    code, listed = graph.code(operator), graph.model.operator_codes[operator.opcode_index]
    if listed.custom_code:
        refuse(f"it needs the custom operator {listed.custom_code!r}, which no image classifier needs")
    if code not in KINDS:
        name = FOREIGN.get(code, "an operator")
        refuse(f"it needs {name} (code {code}), as no image classifier does; export it without pre- and postprocessing")
    return KINDS[code]


def _check_options(operator: Operator, kind: Kind, name: str) -> None:
    told = operator.builtin_options
    if told is None and (kind.told or operator.builtin_options_type):
        refuse(f"{name} is not told what to do")
    if told is not None and type(told) is not kind.options:
        refuse(f"{name} has the options of another operator")
    if any(operator.mutating_variable_inputs) or operator.intermediates or operator.large_custom_options_offset:
        refuse(f"{name} keeps state or has custom options")
    if operator.builtin_options_2_type or operator.large_custom_options_size or operator.custom_options_format:
        refuse(f"{name} has options that no image classifier needs")


def _check_inputs(operator: Operator, kind: Kind, name: str, known: Callable[[int], bool]) -> None:
    fewest, most = kind.inputs
    if not fewest <= len(operator.inputs) <= most:
        refuse(f"{name} has {len(operator.inputs)} inputs")
    for slot, tensor in enumerate(operator.inputs):
        absent_bias = tensor == -1 and slot == BIAS and kind.name == NO_BIAS
        if not absent_bias and not known(tensor):
            refuse(f"{name} needs tensor {tensor}, which is not there by then")


def _check_output(graph: Graph, operator: Operator, name: str, known: Callable[[int], bool]) -> None:
    if len(operator.outputs) != 1:
        refuse(f"{name} has {len(operator.outputs)} outputs")
    output = operator.outputs[0]
    if not 0 <= output < len(graph.tensors) or known(output):
        refuse(f"{name} writes to tensor {output}, which is no free one")


def _check_notes(graph: Graph) -> None:
    """Metadata and signatures: they name buffers and tensors too."""
    for each in graph.model.metadata:
        if each.buffer >= len(graph.model.buffers) or each.name == CONTROL:
            refuse(f"its note {each.name!r} cannot be followed")
    for signature in graph.model.signature_defs:
        given = {each.tensor_index for each in signature.inputs}
        made = {each.tensor_index for each in signature.outputs}
        if signature.subgraph_index or not given <= {graph.input} or not made <= set(graph.main.outputs):
            refuse(f"its signature {signature.signature_key!r} names other tensors than its input and output")
