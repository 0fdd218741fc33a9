"""Small networks with random weights and the bones of real ones, built as .tflite files without TensorFlow.

`mobilenet_v1`, `mobilenet_v2`, `mobilenet_v3`, `efficientnet_lite`, `handsign` and `attentive` have the operators, in
the order and quantisation, that TensorFlow's converter writes for them; a few blocks deep and a few channels wide, so
that a real interpreter runs one in a millisecond.
"""

from dataclasses import dataclass, field

import numpy as np
from numpy.typing import NDArray

from edge_handsign.models.format import options, schema
from edge_handsign.models.format.operators import CODES
from edge_handsign.models.format.schema import (
    Buffer,
    Model,
    Operator,
    OperatorCode,
    Options,
    Quantization,
    SubGraph,
    Tensor,
)
from edge_handsign.models.format.writer import encode

NONE, RELU, RELU6 = 0, 1, 3  # activations
SAME, VALID = 0, 1  # paddings
TYPES = {"float32": 0, "float16": 1, "int32": 2, "uint8": 3, "int8": 9}
SCHEMES = {  # how numbers are kept → types of activations and of weights
    "float32": ("float32", "float32"),
    "int8": ("int8", "int8"),
    "uint8": ("uint8", "uint8"),
    "float16": ("float32", "float16"),  # weights are converted when the model is loaded
    "dynamic": ("float32", "int8"),  # activations are quantised on the way
}
RELU6_SCALE = 6 / 255
FREE_SCALE = 0.05
HALVES = {"uint8": 128, "int8": 0}  # the stored number for 0, of what may be negative
FLOORS = {"uint8": 0, "int8": -128}  # and of what is not


@dataclass
class Net:
    """A network under construction. Every method appends an operator and returns the tensor that it makes."""

    scheme: str  # one of SCHEMES
    size: int = 32
    seed: int = 1
    tensors: list[Tensor] = field(default_factory=list)
    buffers: list[Buffer] = field(default_factory=lambda: [Buffer()])
    operators: list[Operator] = field(default_factory=list)
    codes: list[str] = field(default_factory=list)

    def __post_init__(self) -> None:
        self.dtype, self.stored = SCHEMES[self.scheme]
        self.random = np.random.default_rng(self.seed)
        self.picture = self.tensor((1, self.size, self.size, 3), 1 / 128, True, "input")

    def file(self, *outputs: int) -> bytes:
        """The .tflite file whose outputs are these tensors."""
        given = (schema.TensorMap("images", self.picture),)
        made = tuple(schema.TensorMap(f"output_{place}", each) for place, each in enumerate(outputs))
        return encode(
            Model(
                version=3,
                operator_codes=tuple(
                    OperatorCode(min(CODES[k], 127), "", VERSIONS.get(k, 1), CODES[k]) for k in self.codes
                ),
                subgraphs=(
                    SubGraph(tuple(self.tensors), (self.picture,), outputs, tuple(self.operators), name="main"),
                ),
                description="random weights",
                buffers=(*self.buffers, Buffer(b"2.3.0\0\0\0")),
                metadata=(schema.Metadata("min_runtime_version", len(self.buffers)),),
                signature_defs=(schema.SignatureDef(given, made, "serving_default"),),
            )
        )

    def tensor(self, shape: tuple[int, ...], scale: float, signed: bool, name: str = "") -> int:
        """A computed tensor, of the network's type."""
        zeros = (HALVES if signed else FLOORS).get(self.dtype)
        quantization = None if zeros is None else Quantization(scale=(scale,), zero_point=(zeros,))
        return self.add(Tensor(shape, TYPES[self.dtype], 0, name or f"t{len(self.tensors)}", quantization))

    def add(self, tensor: Tensor) -> int:
        self.tensors.append(tensor)
        return len(self.tensors) - 1

    def constant(self, values: NDArray[np.generic], quantization: Quantization | None = None) -> int:
        self.buffers.append(Buffer(values.tobytes()))
        name = f"c{len(self.tensors)}"
        kind = TYPES[str(values.dtype)]
        return self.add(Tensor(values.shape, kind, len(self.buffers) - 1, name, quantization))

    def apply(self, kind: str, inputs: tuple[int, ...], output: int, told: Options | None = None) -> int:
        if kind not in self.codes:
            self.codes.append(kind)
        code = told.code if told else 0
        self.operators.append(Operator(self.codes.index(kind), inputs, (output,), code, told))
        return output

    def shape(self, tensor: int) -> tuple[int, ...]:
        return self.tensors[tensor].shape

    def scale(self, tensor: int) -> float:
        quantization = self.tensors[tensor].quantization
        return quantization.scale[0] if quantization else 1.0

    # layers

    def conv(self, x: int, channels: int, kernel: int = 1, stride: int = 1, activation: int = RELU6) -> int:
        _, height, width, depth = self.shape(x)
        weights = self.weights(x, (channels, kernel, kernel, depth), 0)
        out = self.made((1, -(-height // stride), -(-width // stride), channels), activation)
        return self.apply("CONV_2D", (x, *weights), out, options.Conv2D(SAME, stride, stride, activation))

    def linear(self, x: int, weights: NDArray[np.generic], bias: NDArray[np.generic]) -> int:
        """A 1x1 convolution of floats with weights that are given, (out, in)."""
        stored = self.constant(weights.astype(np.float32).reshape(len(weights), 1, 1, -1))
        out = self.made((*self.shape(x)[:3], len(weights)), NONE)
        told = options.Conv2D(SAME, 1, 1, NONE)
        return self.apply("CONV_2D", (x, stored, self.constant(bias.astype(np.float32))), out, told)

    def depthwise(self, x: int, kernel: int = 3, stride: int = 1, activation: int = RELU6) -> int:
        _, height, width, depth = self.shape(x)
        weights = self.weights(x, (1, kernel, kernel, depth), 3)
        out = self.made((1, -(-height // stride), -(-width // stride), depth), activation)
        told = options.DepthwiseConv2D(SAME, stride, stride, 1, activation)
        return self.apply("DEPTHWISE_CONV_2D", (x, *weights), out, told)

    def dense(self, x: int, width: int, activation: int = NONE, name: str = "") -> int:
        weights = self.weights(x, (width, self.shape(x)[-1]), 0, per_channel=False)
        out = self.made((1, width), activation, name)
        return self.apply("FULLY_CONNECTED", (x, *weights), out, options.FullyConnected(activation))

    def made(self, shape: tuple[int, ...], activation: int, name: str = "") -> int:
        return self.tensor(shape, *((RELU6_SCALE, False) if activation else (FREE_SCALE, True)), name)

    def weights(self, x: int, shape: tuple[int, ...], axis: int, per_channel: bool = True) -> tuple[int, int]:
        """Weights and bias, random, so scaled that a layer neither dies nor saturates."""
        channels, fan_in = shape[axis], int(np.prod(shape)) // shape[axis]
        if self.stored.startswith("float"):
            values = self.random.normal(0, 1.5 / np.sqrt(fan_in), shape)
            return self.float_weights(values), self.float_weights(self.random.normal(0, 0.1, channels))
        count = channels if per_channel and self.stored == "int8" else 1
        scales = self.random.uniform(1, 2, count) * 2 / 127 / np.sqrt(fan_in)
        zero = HALVES[self.stored]
        stored = self.constant(
            (self.random.integers(-127, 128, shape) + zero).astype(self.stored),
            _quantized(scales, zero, axis if count > 1 else 0),
        )
        if self.dtype == "float32":
            return stored, self.constant(self.random.normal(0, 0.1, channels).astype(np.float32))
        bias = self.random.integers(-300, 300, channels).astype(np.int32)
        of_bias = scales * self.scale(x)
        return stored, self.constant(bias, _quantized(of_bias, 0, 0))

    def float_weights(self, values: NDArray[np.float64]) -> int:
        stored = self.constant(values.astype(self.stored))
        if self.stored == "float32":
            return stored
        wide = self.add(Tensor(values.shape, TYPES["float32"], 0, f"t{len(self.tensors)}"))
        return self.apply("DEQUANTIZE", (stored,), wide, options.Dequantize())

    def average_pool(self, x: int) -> int:
        _, height, width, depth = self.shape(x)
        out = self.like(x, (1, 1, 1, depth))
        return self.apply("AVERAGE_POOL_2D", (x,), out, options.Pool2D(VALID, 1, 1, width, height))

    def mean(self, x: int, keep: bool = False, kind: str = "MEAN") -> int:
        depth = self.shape(x)[-1]
        out = self.like(x, (1, 1, 1, depth) if keep else (1, depth))
        axes = self.constant(np.array([1, 2], np.int32))
        return self.apply(kind, (x, axes), out, options.Reducer(int(keep)))

    def channel(self, x: int) -> int:
        """The first channel of a map."""
        ends = [self.constant(np.array(each, np.int32)) for each in ((0, 0, 0, 0), (0, 0, 0, 1), (1, 1, 1, 1))]
        told = options.StridedSlice(begin_mask=15, end_mask=7)
        return self.apply("STRIDED_SLICE", (x, *ends), self.like(x, (*self.shape(x)[:3], 1)), told)

    def attention(self, x: int, cells: int) -> int:
        """The sum of a map's cells, weighed by the softmax of the map `cells`."""
        _, height, width, _ = self.shape(cells)
        likely = self.scores(self.reshape(cells, (1, height * width)))
        return self.mean(self.times(x, self.reshape(likely, (1, height, width, 1))), kind="SUM")

    def like(self, x: int, shape: tuple[int, ...]) -> int:
        """A tensor of another shape and the same numbers."""
        name = f"t{len(self.tensors)}"
        return self.add(Tensor(shape, self.tensors[x].type, 0, name, self.tensors[x].quantization))

    def reshape(self, x: int, shape: tuple[int, ...]) -> int:
        wanted = self.constant(np.array((-1, *shape[1:]), np.int32))
        return self.apply("RESHAPE", (x, wanted), self.like(x, shape), options.Reshape((-1, *shape[1:])))

    def keras_reshape(self, x: int, shape: tuple[int, ...]) -> int:
        """As Keras writes it when the batch was left open: the batch is looked up, and packed with the other sizes."""
        rank = len(self.shape(x))
        looked = self.apply("SHAPE", (x,), self.size_tensor((rank,)), options.Shape(TYPES["int32"]))
        ends = [self.constant(np.array([end], np.int32)) for end in (0, 1, 1)]
        batch = self.apply(
            "STRIDED_SLICE", (looked, *ends), self.size_tensor(()), options.StridedSlice(shrink_axis_mask=1)
        )
        others = [self.constant(np.array(size, np.int32)) for size in shape[1:]]
        told = options.Pack(values_count=len(shape))
        packed = self.apply("PACK", (batch, *others), self.size_tensor((len(shape),)), told)
        return self.apply("RESHAPE", (x, packed), self.like(x, shape), options.Reshape())

    def size_tensor(self, shape: tuple[int, ...]) -> int:
        return self.add(Tensor(shape, TYPES["int32"], 0, f"t{len(self.tensors)}"))

    def squeeze(self, x: int) -> int:
        shape = (1, self.shape(x)[-1])
        return self.apply("SQUEEZE", (x,), self.like(x, shape), options.Squeeze((1, 2)))

    def scores(self, x: int, kind: str = "SOFTMAX") -> int:
        out = self.tensor(self.shape(x), 1 / 256, False, "scores")
        return self.apply(kind, (x,), out, options.Softmax(1.0) if kind == "SOFTMAX" else None)

    def plus(self, x: int, y: int, activation: int = NONE) -> int:
        return self.apply("ADD", (x, y), self.made(self.shape(x), activation), options.Add(activation))

    def times(self, x: int, y: int) -> int:
        return self.apply("MUL", (x, y), self.made(self.shape(x), NONE), options.Mul())

    def number(self, value: float) -> int:
        """A constant of the network's type that broadcasts."""
        if self.dtype == "float32":
            return self.constant(np.full((), value, np.float32))
        stored = np.full((), FLOORS[self.dtype] + 255, self.dtype)
        return self.constant(stored, _quantized(np.array([value / 255]), FLOORS[self.dtype], 0))

    def hard_swish(self, x: int) -> int:
        return self.apply("HARD_SWISH", (x,), self.made(self.shape(x), NONE), options.HardSwish())

    def hard_sigmoid(self, x: int) -> int:
        return self.times(self.plus(x, self.number(3.0), RELU6), self.number(1 / 6))

    def squeeze_excite(self, x: int) -> int:
        """The trap: a pool and two 1x1 convolutions of a 1x1 map, in the middle of the network."""
        inside = self.conv(self.average_pool(x), 8, activation=RELU)
        return self.times(x, self.hard_sigmoid(self.conv(inside, self.shape(x)[-1], activation=NONE)))


VERSIONS = {"CONV_2D": 3, "DEPTHWISE_CONV_2D": 3, "FULLY_CONNECTED": 4, "MEAN": 2, "ADD": 2, "MUL": 2, "SOFTMAX": 2,
            "LOGISTIC": 2, "AVERAGE_POOL_2D": 2, "RESHAPE": 1}  # fmt: skip


def _quantized(scales: NDArray[np.float64], zero: int, axis: int) -> Quantization:
    return Quantization(
        scale=tuple(float(np.float32(each)) for each in scales),
        zero_point=(zero,) * len(scales),
        quantized_dimension=axis,
    )


def _separable(net: Net, x: int, channels: int, stride: int) -> int:
    return net.conv(net.depthwise(x, stride=stride), channels)


def _inverted(net: Net, x: int, channels: int, stride: int, kernel: int = 3) -> int:
    """A bottleneck, with the shortcut where it fits."""
    inside = net.depthwise(net.conv(x, 24), kernel, stride)
    out = net.conv(inside, channels, activation=NONE)
    return net.plus(x, out) if net.shape(x) == net.shape(out) else out


def _v1_body(net: Net) -> int:
    x = net.conv(net.picture, 8, 3, 2)
    return _separable(net, _separable(net, x, 16, 2), 24, 2)


def mobilenet_v1(dtype: str, classes: int = 11) -> tuple[bytes, str]:
    """Pool, 1x1 convolution, reshape, softmax. Returns the file and the name of the tensor to be left as output."""
    net = Net(dtype)
    features = net.average_pool(_v1_body(net))
    logits = net.reshape(net.conv(features, classes, activation=NONE), (1, classes))
    return net.file(net.scores(logits)), net.tensors[features].name


def keras_v1(dtype: str, classes: int = 11) -> tuple[bytes, str]:
    """Keras's MobileNet: pooled to a row, reshaped to a map, 1x1 convolution, reshaped again, softmax."""
    net = Net(dtype)
    features = net.keras_reshape(net.mean(_v1_body(net)), (1, 1, 1, 24))
    logits = net.keras_reshape(net.conv(features, classes, activation=NONE), (1, classes))
    return net.file(net.scores(logits)), net.tensors[features].name


def mobilenet_v2(dtype: str, classes: int = 11) -> tuple[bytes, str]:
    """Shortcuts, mean, dense, no softmax: logits."""
    net = Net(dtype)
    x = _inverted(net, _inverted(net, net.conv(net.picture, 8, 3, 2), 16, 2), 16, 1)
    features = net.mean(net.conv(x, 40))
    return net.file(net.dense(features, classes)), net.tensors[features].name


def mobilenet_v3(dtype: str, classes: int = 11) -> tuple[bytes, str]:
    """Squeeze-and-excite inside; pool, 1x1 convolution, hard-swish, 1x1 convolution, squeeze, softmax."""
    net = Net(dtype)
    x = net.hard_swish(net.conv(net.picture, 8, 3, 2, NONE))
    x = net.squeeze_excite(net.hard_swish(net.depthwise(net.conv(x, 24), 5, 2, NONE)))
    pooled = net.mean(net.hard_swish(net.conv(x, 32, activation=NONE)), keep=True)
    features = net.hard_swish(net.conv(pooled, 48, activation=NONE))
    logits = net.squeeze(net.conv(features, classes, activation=NONE))
    return net.file(net.scores(logits)), net.tensors[features].name


def efficientnet_lite(dtype: str, classes: int = 11) -> tuple[bytes, str]:
    """5x5 depthwise, mean that keeps its dimensions, reshape, dense, softmax."""
    net = Net(dtype)
    x = _inverted(net, _inverted(net, net.conv(net.picture, 8, 3, 2), 12, 2, 5), 12, 1, 5)
    pooled = net.average_pool(net.conv(x, 40))
    features = net.reshape(pooled, (1, 40))
    return net.file(net.scores(net.dense(features, classes))), net.tensors[features].name


def handsign(dtype: str, classes: int = 32, scored: bool = True) -> tuple[bytes, str]:
    """The backbone that is trained here: v1, mean, a dense embedding, a dense classifier, maybe softmax."""
    net = Net(dtype)
    features = net.dense(net.mean(_v1_body(net)), 64, name="embedding")
    logits = net.dense(features, classes)
    return net.file(net.scores(logits) if scored else logits), "embedding"


def attentive(dtype: str, classes: int = 32) -> tuple[bytes, str]:
    """The backbone that looks where a hand is: v1, a hand map, a dense embedding of the cells it points at; classes."""
    net = Net(dtype)
    x = _v1_body(net)
    hand = net.conv(x, 2, activation=NONE)
    features = net.dense(net.attention(x, net.channel(hand)), 64, name="embedding")
    return net.file(hand, net.dense(features, classes)), "embedding"


def red_hands(turned: bool = False, wrong: float = 0.0, size: int = 32) -> bytes:
    """Takes red for a hand and green for its length; floats, 4 x 4 cells; `turned` has the map come out first.

    A cell that is all red, 255, has the logit 12, one with a pixel that has none -8. Without green a hand has a quarter
    of the side, all green the whole. `wrong` is added to what it says of hands.
    """
    net = Net("float32", size)
    embedding = net.mean(net.conv(net.picture, 8, 3, 2))
    dark = net.linear(net.picture, -np.eye(3), np.zeros(3))
    darkest = net.tensor((1, 4, 4, 3), 1, True)
    net.apply("MAX_POOL_2D", (dark,), darkest, options.Pool2D(VALID, *[size // 4] * 4))
    hand = net.linear(darkest, np.array([[-10, 0, 0], [0, -1, 0]]), np.array([2, -1]) + wrong)
    return net.file(hand, embedding) if turned else net.file(embedding, hand)


def every_kind() -> bytes:
    """The operators that the families do not have, one after the other; floats, with weights of half precision."""
    net = Net("float16", size=8)
    sides = net.constant(np.array([[0, 0], [1, 1], [2, 2], [0, 0]], np.int32))
    x = net.apply("PAD", (net.picture, sides), net.tensor((1, 10, 12, 3), 1, signed=True), options.Pad())
    x = net.conv(x, 4, 3, 2)
    x = net.apply("CONCATENATION", (x, x), net.tensor((1, 5, 6, 8), 1, signed=True), options.Concatenation(-1))
    x = net.apply("MAX_POOL_2D", (x,), net.tensor((1, 2, 3, 8), 1, signed=True), options.Pool2D(VALID, 2, 2, 2, 2))
    x = net.times(net.plus(x, net.number(1)), net.number(2))
    for kind in ("RELU_N1_TO_1", "RELU", "RELU6"):
        x = net.apply(kind, (x,), net.like(x, net.shape(x)))
    for kind, told in (("SUB", options.Sub()), ("DIV", options.Div()), ("MAXIMUM", None), ("MINIMUM", None)):
        x = net.apply(kind, (x, net.number(0.5)), net.like(x, net.shape(x)), told)
    x = net.mean(net.average_pool(x), keep=True)
    x = net.keras_reshape(net.reshape(x, (1, 2, 4)), (1, 8))
    x = net.apply("L2_NORMALIZATION", (x,), net.like(x, (1, 8)), options.L2Norm())
    x = net.apply("LOG_SOFTMAX", (net.scores(net.scores(x), "LOGISTIC"),), net.like(x, (1, 8)), options.LogSoftmax())
    return net.file(x)


FAMILIES = {
    "v1": mobilenet_v1,
    "keras-v1": keras_v1,
    "v2": mobilenet_v2,
    "v3": mobilenet_v3,
    "efficientnet-lite": efficientnet_lite,
    "handsign": handsign,
    "attentive": attentive,
}
