"""One operator of a .tflite file as a Keras layer: a builder for each kind that our backbone and MobileNet v1 and v2
are made of.
"""

# mypy: disable-error-code="no-any-return"
from collections.abc import Callable
from typing import Any

import numpy as np
from numpy.typing import NDArray

from edge_handsign.models.format.graph import Graph
from edge_handsign.models.format.layers import SAME
from edge_handsign.models.format.step import Step

Build = Callable[[Step, Any], Any]  # the step and the Keras tensors going in; the one coming out
ACTIVATIONS = {0: None, 1: "relu", 3: "relu6"}


def floats(graph: Graph, tensor: int) -> NDArray[np.float32]:
    """A stored tensor in real numbers, in its own shape: scale * (stored - zero point), by channel where it is so."""
    stored = np.frombuffer(graph.stored(tensor), graph.dtype(tensor)).reshape(graph.shape(tensor))
    quantization = graph.tensors[tensor].quantization
    if quantization is None or not quantization.scale:
        return stored.astype(np.float32)
    along = [1] * stored.ndim
    along[quantization.quantized_dimension] = -1
    scale, zero = (np.array(each).reshape(along) for each in (quantization.scale, quantization.zero_point))
    return (scale * (stored.astype(np.float64) - zero)).astype(np.float32)


def _weighted(step: Step, layer: Any, fed: Any, kernel: NDArray[np.float32]) -> Any:
    """The layer over `fed`, with the stored weights and bias."""
    out = layer(fed)
    inputs = step.operator.inputs
    bias = [floats(step.graph, inputs[2])] if len(inputs) > 2 and inputs[2] >= 0 else []
    layer.set_weights([kernel, *bias] if bias else [kernel, np.zeros(out.shape[-1], np.float32)])
    return out


def _window(step: Step) -> dict[str, Any]:
    told = step.told
    return {"strides": (told.stride_h, told.stride_w), "padding": "same" if told.padding == SAME else "valid"}


def _convolved(step: Step, fed: Any) -> Any:
    import keras

    kernel = floats(step.graph, step.operator.inputs[1]).transpose(1, 2, 3, 0)  # stored (out, height, width, in)
    layer = keras.layers.Conv2D(
        kernel.shape[3],
        kernel.shape[:2],
        dilation_rate=(step.told.dilation_h, step.told.dilation_w),
        activation=ACTIVATIONS[step.told.activation],
        **_window(step),
    )
    return _weighted(step, layer, fed, kernel)


def _depthwise(step: Step, fed: Any) -> Any:
    import keras

    stored, many = floats(step.graph, step.operator.inputs[1])[0], step.told.depth_multiplier
    layer = keras.layers.DepthwiseConv2D(
        stored.shape[:2],
        depth_multiplier=many,
        dilation_rate=(step.told.dilation_h, step.told.dilation_w),
        activation=ACTIVATIONS[step.told.activation],
        **_window(step),
    )
    return _weighted(step, layer, fed, stored.reshape(*stored.shape[:2], -1, many))


def _dense(step: Step, fed: Any) -> Any:
    import keras

    kernel = floats(step.graph, step.operator.inputs[1]).T
    layer = keras.layers.Dense(kernel.shape[1], activation=ACTIVATIONS[step.told.activation])
    return _weighted(step, layer, keras.layers.Flatten()(fed), kernel)


def _added(step: Step, fed: Any) -> Any:
    import keras

    return keras.layers.Activation(ACTIVATIONS[step.told.activation] or "linear")(keras.layers.Add()(fed))


def _multiplied(step: Step, fed: Any) -> Any:
    import keras

    return keras.layers.Activation(ACTIVATIONS[step.told.activation] or "linear")(keras.layers.Multiply()(fed))


def _averaged(step: Step, fed: Any) -> Any:
    import keras

    return keras.layers.AveragePooling2D((step.told.filter_h, step.told.filter_w), **_window(step))(fed)


def _highest(step: Step, fed: Any) -> Any:
    import keras

    return keras.layers.MaxPooling2D((step.told.filter_h, step.told.filter_w), **_window(step))(fed)


def _mean(step: Step, fed: Any) -> Any:
    import keras

    return keras.ops.mean(fed, step.indices(1), keepdims=bool(step.told.keep_dims))


def _sum(step: Step, fed: Any) -> Any:
    import keras

    return keras.ops.sum(fed, step.indices(1), keepdims=bool(step.told.keep_dims))


def _softmax(step: Step, fed: Any) -> Any:
    import keras

    return keras.ops.softmax(fed * step.told.beta)


def _reshaped(step: Step, fed: Any) -> Any:
    import keras

    return keras.layers.Reshape(step.graph.shape(step.made)[1:])(fed)


def _sliced(step: Step, fed: Any) -> Any:
    told, ends = step.told, zip(step.indices(1), step.indices(2), strict=True)
    return fed[
        tuple(
            slice(None if told.begin_mask >> axis & 1 else begin, None if told.end_mask >> axis & 1 else end)
            for axis, (begin, end) in enumerate(ends)
        )
    ]


def _padded(step: Step, fed: Any) -> Any:
    import keras

    edges = step.indices(1)  # before and after, for each of batch, height, width, channels
    return keras.layers.ZeroPadding2D(((edges[2], edges[3]), (edges[4], edges[5])))(fed)


def _same(_step: Step, fed: Any) -> Any:
    return fed


BUILDERS: dict[str, Build] = {
    "CONV_2D": _convolved,
    "DEPTHWISE_CONV_2D": _depthwise,
    "FULLY_CONNECTED": _dense,
    "ADD": _added,
    "AVERAGE_POOL_2D": _averaged,
    "MAX_POOL_2D": _highest,
    "MEAN": _mean,
    "MUL": _multiplied,
    "PAD": _padded,
    "QUANTIZE": _same,
    "DEQUANTIZE": _same,
    "RESHAPE": _reshaped,
    "SOFTMAX": _softmax,
    "SQUEEZE": _reshaped,
    "STRIDED_SLICE": _sliced,
    "SUM": _sum,
}
