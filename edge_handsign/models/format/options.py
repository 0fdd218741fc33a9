"""What each kind of operator can be told: the tables of the BuiltinOptions union that image classifiers use."""

from dataclasses import dataclass
from typing import ClassVar

from edge_handsign.models.format.schema import Ints, Options
from edge_handsign.models.format.slots import forbidden, scalar, vector


@dataclass(frozen=True)
class Conv2D(Options):
    """Of CONV_2D."""

    code: ClassVar[int] = 1
    padding: int = scalar("b")
    stride_w: int = scalar("i")
    stride_h: int = scalar("i")
    activation: int = scalar("b")
    dilation_w: int = scalar("i", 1)
    dilation_h: int = scalar("i", 1)
    quantized_bias_type: int = scalar("b")


@dataclass(frozen=True)
class DepthwiseConv2D(Options):
    """Of DEPTHWISE_CONV_2D."""

    code: ClassVar[int] = 2
    padding: int = scalar("b")
    stride_w: int = scalar("i")
    stride_h: int = scalar("i")
    depth_multiplier: int = scalar("i")
    activation: int = scalar("b")
    dilation_w: int = scalar("i", 1)
    dilation_h: int = scalar("i", 1)


@dataclass(frozen=True)
class Pool2D(Options):
    """Of AVERAGE_POOL_2D and MAX_POOL_2D."""

    code: ClassVar[int] = 5
    padding: int = scalar("b")
    stride_w: int = scalar("i")
    stride_h: int = scalar("i")
    filter_w: int = scalar("i")
    filter_h: int = scalar("i")
    activation: int = scalar("b")


@dataclass(frozen=True)
class FullyConnected(Options):
    """Of FULLY_CONNECTED."""

    code: ClassVar[int] = 8
    activation: int = scalar("b")
    weights_format: int = scalar("b")
    keep_num_dims: int = scalar("B")
    asymmetric_quantize_inputs: int = scalar("B")
    quantized_bias_type: int = scalar("b")
    quant_spec: None = forbidden()


@dataclass(frozen=True)
class Softmax(Options):
    """Of SOFTMAX."""

    code: ClassVar[int] = 9
    beta: float = scalar("f")


@dataclass(frozen=True)
class Concatenation(Options):
    """Of CONCATENATION."""

    code: ClassVar[int] = 10
    axis: int = scalar("i")
    activation: int = scalar("b")


@dataclass(frozen=True)
class Add(Options):
    """Of ADD."""

    code: ClassVar[int] = 11
    activation: int = scalar("b")
    pot_scale_int16: int = scalar("B", 1)


@dataclass(frozen=True)
class L2Norm(Options):
    """Of L2_NORMALIZATION."""

    code: ClassVar[int] = 12
    activation: int = scalar("b")


@dataclass(frozen=True)
class Reshape(Options):
    """Of RESHAPE; the shape may come as a tensor instead."""

    code: ClassVar[int] = 17
    new_shape: Ints = vector("i")


@dataclass(frozen=True)
class Mul(Options):
    """Of MUL."""

    code: ClassVar[int] = 21
    activation: int = scalar("b")


@dataclass(frozen=True)
class Pad(Options):
    """Of PAD, which is told by a tensor."""

    code: ClassVar[int] = 22


@dataclass(frozen=True)
class Reducer(Options):
    """Of MEAN and SUM."""

    code: ClassVar[int] = 27
    keep_dims: int = scalar("B")


@dataclass(frozen=True)
class Sub(Options):
    """Of SUB."""

    code: ClassVar[int] = 28
    activation: int = scalar("b")
    pot_scale_int16: int = scalar("B", 1)


@dataclass(frozen=True)
class Div(Options):
    """Of DIV."""

    code: ClassVar[int] = 29
    activation: int = scalar("b")


@dataclass(frozen=True)
class Squeeze(Options):
    """Of SQUEEZE; without dimensions it drops all of size 1."""

    code: ClassVar[int] = 30
    squeeze_dims: Ints = vector("i")


@dataclass(frozen=True)
class StridedSlice(Options):
    """Of STRIDED_SLICE; a mask's lowest bit is for the first dimension."""

    code: ClassVar[int] = 32
    begin_mask: int = scalar("i")
    end_mask: int = scalar("i")
    ellipsis_mask: int = scalar("i")
    new_axis_mask: int = scalar("i")
    shrink_axis_mask: int = scalar("i")
    offset: int = scalar("B")


@dataclass(frozen=True)
class Shape(Options):
    """Of SHAPE; the type of its output."""

    code: ClassVar[int] = 55
    out_type: int = scalar("b")


@dataclass(frozen=True)
class Pack(Options):
    """Of PACK."""

    code: ClassVar[int] = 59
    values_count: int = scalar("i")
    axis: int = scalar("i")


@dataclass(frozen=True)
class LogSoftmax(Options):
    """Of LOG_SOFTMAX."""

    code: ClassVar[int] = 36


@dataclass(frozen=True)
class Dequantize(Options):
    """Of DEQUANTIZE."""

    code: ClassVar[int] = 38


@dataclass(frozen=True)
class MaximumMinimum(Options):
    """Of MAXIMUM and MINIMUM."""

    code: ClassVar[int] = 39


@dataclass(frozen=True)
class Quantize(Options):
    """Of QUANTIZE."""

    code: ClassVar[int] = 89


@dataclass(frozen=True)
class HardSwish(Options):
    """Of HARD_SWISH."""

    code: ClassVar[int] = 91


UNION: dict[int, type[Options]] = {table.code: table for table in Options.__subclasses__()}
