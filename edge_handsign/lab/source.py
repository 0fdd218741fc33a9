"""A .tflite network turned back into Keras layers, so that it can learn again: every stored number becomes a float.

Only what our backbone and MobileNet v1 and v2 are made of; anything else is refused by name. What rounding to 8 bits
took away does not come back, so the layers answer nearly, not exactly, as the file does.
"""

# mypy: disable-error-code="no-any-return"
from typing import TYPE_CHECKING

from edge_handsign.lab.layers import ACTIVATIONS, BUILDERS
from edge_handsign.models.format.graph import Graph
from edge_handsign.models.format.scales import LEARNED
from edge_handsign.models.format.step import Step
from edge_handsign.models.format.verify import verify
from edge_handsign.models.prune import needed

if TYPE_CHECKING:
    import keras


def obstacle(content: bytes, title: str) -> str:
    """Why a network cannot be turned back, or nothing; needs no Keras."""
    what = next((found for step in _steps(verify(content)) if (found := _obstacle(step))), "")
    return what and (
        f"{title} cannot be trained on, because {what}: name a MobileNet v1 or v2 with --source "
        "(edge-handsign model install mobilenet_v1_0.5_160_quant)"
    )


def network(content: bytes) -> "keras.Model":
    """(n, height, width, 3) pixels 0..255 -> (n, d), what the file's first output is before it is normalised."""
    import keras

    graph = verify(content)
    picture = keras.Input(graph.shape(graph.input)[1:])
    made = {graph.input: keras.layers.Rescaling(*_real(graph))(picture)}
    for step in _steps(graph):
        fed = [made[tensor] for tensor in graph.fed(step.operator)]
        made[step.made] = BUILDERS[step.kind](step, fed[0] if len(fed) == 1 else fed)
    return keras.Model(picture, keras.layers.Flatten()(made[graph.output]))


def _steps(graph: Graph) -> list[Step]:
    """What works on the picture; sizes that are worked out on the way are known already."""
    operators = needed(graph, {"features": graph.output})
    return [Step(graph, each, place) for place, each in enumerate(operators) if each.outputs[0] in graph.moving]


def _obstacle(step: Step) -> str:
    graph, told = step.graph, step.told
    if step.kind not in BUILDERS:
        return f"it has the operator {step.kind}"
    if getattr(told, "activation", 0) not in ACTIVATIONS:
        return f"the activation of a {step.kind} is unusual"
    if step.kind in LEARNED and any(tensor in graph.maker for tensor in step.operator.inputs[1:]):
        return f"the weights of a {step.kind} are worked out when it is loaded"
    if step.kind == "CONV_2D" and step.shape(1)[3] != step.given[3]:
        return "a CONV_2D works in groups"
    if step.kind in ("ADD", "MUL") and len(graph.fed(step.operator)) != 2:
        return f"{step.kind} has a constant"
    return ""


def _real(graph: Graph) -> tuple[float, float]:
    """(scale, offset) that make of a pixel, 0..255, the real number that the network is fed (devices/tflite.py)."""
    quantization = graph.tensors[graph.input].quantization
    if quantization is None or not quantization.scale:
        return 1 / 127.5, -1.0
    scale, zero = quantization.scale[0], quantization.zero_point[0]
    return scale, -scale * (zero + (128 if graph.dtype(graph.input) == "int8" else 0))
