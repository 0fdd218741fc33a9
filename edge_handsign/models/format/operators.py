"""The operators an image classifier is made of: what each is called, what it must be told, how many tensors it takes.

A short list on purpose. Every operator here has its shapes worked out in `shapes`, so that nothing reaches the
interpreter's C++ on trust; an operator that is not here is refused by name.
"""

from dataclasses import dataclass

from edge_handsign.models.format import options
from edge_handsign.models.format.schema import Options


@dataclass(frozen=True, slots=True)
class Kind:
    """One line of the table. `inputs` is (fewest, most); `told` says that it cannot work without its options."""

    name: str
    inputs: tuple[int, int]
    options: type[Options] | None = None
    told: bool = False


KINDS: dict[int, Kind] = {
    0: Kind("ADD", (2, 2), options.Add),
    1: Kind("AVERAGE_POOL_2D", (1, 1), options.Pool2D, told=True),
    2: Kind("CONCATENATION", (1, 64), options.Concatenation, told=True),
    3: Kind("CONV_2D", (3, 3), options.Conv2D, told=True),
    4: Kind("DEPTHWISE_CONV_2D", (3, 3), options.DepthwiseConv2D, told=True),
    6: Kind("DEQUANTIZE", (1, 1), options.Dequantize),
    9: Kind("FULLY_CONNECTED", (2, 3), options.FullyConnected, told=True),
    11: Kind("L2_NORMALIZATION", (1, 1), options.L2Norm),
    14: Kind("LOGISTIC", (1, 1)),
    17: Kind("MAX_POOL_2D", (1, 1), options.Pool2D, told=True),
    18: Kind("MUL", (2, 2), options.Mul),
    19: Kind("RELU", (1, 1)),
    20: Kind("RELU_N1_TO_1", (1, 1)),
    21: Kind("RELU6", (1, 1)),
    22: Kind("RESHAPE", (1, 2), options.Reshape),
    25: Kind("SOFTMAX", (1, 1), options.Softmax, told=True),
    34: Kind("PAD", (2, 2), options.Pad),
    40: Kind("MEAN", (2, 2), options.Reducer),
    41: Kind("SUB", (2, 2), options.Sub),
    42: Kind("DIV", (2, 2), options.Div),
    43: Kind("SQUEEZE", (1, 1), options.Squeeze),
    45: Kind("STRIDED_SLICE", (4, 4), options.StridedSlice, told=True),
    50: Kind("LOG_SOFTMAX", (1, 1), options.LogSoftmax),
    55: Kind("MAXIMUM", (2, 2), options.MaximumMinimum),
    57: Kind("MINIMUM", (2, 2), options.MaximumMinimum),
    74: Kind("SUM", (2, 2), options.Reducer),
    77: Kind("SHAPE", (1, 1), options.Shape, told=True),
    83: Kind("PACK", (1, 8), options.Pack, told=True),
    114: Kind("QUANTIZE", (1, 1), options.Quantize),
    117: Kind("HARD_SWISH", (1, 1), options.HardSwish),
}
FOREIGN = {  # seen in .tflite files, and refused; here to be called by name
    23: "RESIZE_BILINEAR",
    28: "TANH",
    36: "GATHER",
    39: "TRANSPOSE",
    49: "SPLIT",
    53: "CAST",
    54: "PRELU",
    56: "ARG_MAX",
    60: "PADV2",
    65: "SLICE",
    67: "TRANSPOSE_CONV",
    70: "EXPAND_DIMS",
    97: "RESIZE_NEAREST_NEIGHBOR",
    98: "LEAKY_RELU",
    118: "IF",
    119: "WHILE",
    126: "BATCH_MATMUL",
    150: "GELU",
}
CODES: dict[str, int] = {kind.name: code for code, kind in KINDS.items()}
CONVOLUTIONS = frozenset({"CONV_2D", "DEPTHWISE_CONV_2D"})
