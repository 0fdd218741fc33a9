"""What the learned layers and the pools make of their inputs: the operators with a window, a stride or weights.

Their kernels believe the file: a stride of 0 divides by zero, a depth multiplier that disagrees with the filter reads
past it. Here the sizes are worked out from the tensors alone.
"""

from math import prod

from edge_handsign.models.format.step import Shape, Step

SAME, VALID = 0, 1  # Padding
STEPS = range(1, 65)  # stride and dilation
FILTERS = {"float32": ("float32", "int8"), "uint8": ("uint8",), "int8": ("int8",)}  # input → types of weights
BIASES = {"float32": "float32", "uint8": "int32", "int8": "int32"}
BIAS_TYPES = (0, 2)  # of an 8-bit layer: not said, or int32


def conv(step: Step) -> Shape:
    """Filter (out, height, width, in / groups)."""
    picture, filters = _maps(step)
    if picture[3] % filters[3] or filters[0] % (picture[3] // filters[3]):
        step.refuse(f"has a filter of {filters[3]} channels for {picture[3]}")
    _require_weights(step, filters[0], per_channel=0)
    return _slide(step, picture, filters[1:3], filters[0])


def depthwise(step: Step) -> Shape:
    """Filter (1, height, width, in x multiplier)."""
    picture, filters = _maps(step)
    if filters[0] != 1 or filters[3] != picture[3] * step.told.depth_multiplier:
        step.refuse(f"has a filter of {filters[3]} channels for {picture[3]} x {step.told.depth_multiplier}")
    _require_weights(step, filters[3], per_channel=3)
    return _slide(step, picture, filters[1:3], filters[3])


def pool(step: Step) -> Shape:
    """A window no larger than the map."""
    step.require_one_type(1)
    if len(step.given) != 4:
        step.refuse(f"cannot pool {list(step.given)}")
    window = (step.told.filter_h, step.told.filter_w)
    if not (1 <= window[0] <= step.given[1] and 1 <= window[1] <= step.given[2]):
        step.refuse(f"has a window of {window} for a map of {step.given[1:3]}")
    return _slide(step, step.given, window, step.given[3])


def dense(step: Step) -> Shape:
    """Weights (out, in). The input is flattened to rows of `in`, unless told to keep its dimensions."""
    weights = step.shape(1)
    if len(weights) != 2 or not step.given or prod(step.given) % weights[1] or step.told.weights_format:
        step.refuse(f"cannot multiply {list(step.given)} by weights of {list(weights)}")
    _require_weights(step, weights[0], per_channel=0)
    if not step.told.keep_num_dims:
        return (prod(step.given) // weights[1], weights[0])
    if step.given[-1] != weights[1]:
        step.refuse(f"cannot multiply {list(step.given)} by weights of {list(weights)}")
    return (*step.given[:-1], weights[0])


def multiply_adds(step: Step) -> int:
    """How many a layer needs for one picture; 0 for what is neither a convolution nor dense."""
    made = prod(step.graph.shape(step.made))
    if step.kind == "DEPTHWISE_CONV_2D":
        return made * prod(step.shape(1)[1:3])
    if step.kind in ("CONV_2D", "FULLY_CONNECTED"):
        return made * prod(step.shape(1)[1:])
    return 0


def _maps(step: Step) -> tuple[Shape, Shape]:
    """The shapes of picture and filter."""
    if len(step.given) != 4 or len(step.shape(1)) != 4:
        step.refuse(f"cannot slide a filter of {list(step.shape(1))} over {list(step.given)}")
    return step.given, step.shape(1)


def _slide(step: Step, picture: Shape, window: Shape, channels: int) -> Shape:
    """The map that a window makes of a picture (batch, height, width, …)."""
    told = step.told
    strides = (told.stride_h, told.stride_w)
    dilations = (getattr(told, "dilation_h", 1), getattr(told, "dilation_w", 1))
    if told.padding not in (SAME, VALID) or any(each not in STEPS for each in strides + dilations):
        step.refuse(f"has an impossible stride {strides}, dilation {dilations} or padding {told.padding}")
    height, width = (
        -(-size // stride) if told.padding == SAME else (size - (over - 1) * dilation - 1) // stride + 1
        for size, over, stride, dilation in zip(picture[1:3], window, strides, dilations, strict=True)
    )
    if height < 1 or width < 1:
        step.refuse(f"has a window of {window} for a map of {picture[1:3]}")
    return (picture[0], height, width, channels)


def _require_weights(step: Step, channels: int, per_channel: int) -> None:
    """Weights and bias of the right types and sizes, that do not change with the picture."""
    step.require_one_type(1)
    weights, dtype = step.operator.inputs[1], step.dtype(0)
    if len(step.graph.fed(step.operator)) != 1 or step.dtype(1) not in FILTERS[dtype]:
        step.refuse(f"has {step.dtype(1)} weights for a {dtype} input")
    quantization = step.graph.tensors[weights].quantization
    many = quantization is not None and len(quantization.scale) > 1
    if many and (step.dtype(1) != "int8" or quantization.quantized_dimension != per_channel):  # type: ignore[union-attr]
        step.refuse("has weights quantised along the wrong axis")
    if getattr(step.told, "quantized_bias_type", 0) not in BIAS_TYPES:
        step.refuse("has a bias of an unknown type")
    _require_bias(step, channels)


def _require_bias(step: Step, channels: int) -> None:
    if len(step.operator.inputs) < 3 or step.operator.inputs[2] == -1:
        return
    if prod(step.shape(2)) != channels or step.dtype(2) != BIASES[step.dtype(0)]:
        step.refuse(f"has a {step.dtype(2)} bias of {list(step.shape(2))} for {channels} channels")
