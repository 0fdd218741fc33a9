"""The network: Google's MobileNet v1, batch norm already folded in, that looks where the hand is.

Its last features, a cell for each 32nd pixel, say how likely each cell shows a hand; the embedding is linear in their
mean weighed by the softmax of that. With all cells alike this is the plain mean that MobileNet was trained with.

It starts from a public 8-bit TFLite file, whose numbers are turned back into floats. Input: RGB in -1...1, that is
pixel / 127.5 - 1, which the exported file does by its input's scale and zero point.
"""

# mypy: disable-error-code="no-any-return, import-not-found, misc, untyped-decorator, unused-ignore"
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import keras
import numpy as np
from keras import layers
from numpy.typing import NDArray

LAYERS = ("CONV_2D", "FULLY_CONNECTED")
MAPS = 2  # numbers a cell says of the hand


@dataclass(frozen=True, slots=True)
class Convolution:
    """One layer of the public network, dequantised."""

    kind: str  # one of LAYERS
    kernel: NDArray[np.float32]  # (h, w, in, out), depthwise (h, w, in, 1)
    bias: NDArray[np.float32]  # (out,)
    stride: int


@dataclass(frozen=True, slots=True)
class Base:
    """What a run starts from, dequantised."""

    convolutions: list[Convolution]  # first to last
    hand: Convolution | None  # the map, if the file is one of ours that has it
    embedding: Convolution | None  # if the file is one of ours, and as long


def read_base(path: Path, embedding: int) -> Base:
    """The weights of a MobileNet v1: a public one, or one of ours to go on from."""
    import tensorflow as tf

    interpreter = tf.lite.Interpreter(
        str(path), num_threads=1, experimental_op_resolver_type=tf.lite.experimental.OpResolverType.BUILTIN_REF
    )
    tensors = {tensor["index"]: tensor for tensor in interpreter.get_tensor_details()}
    layers_ = [op for op in interpreter._get_ops_details() if op["op_name"].endswith(LAYERS)]  # noqa: SLF001
    *convolutions, last = [_read(interpreter, op, tensors) for op in layers_]
    ours = last.kind == "FULLY_CONNECTED" and len(last.bias) == embedding
    hand = convolutions.pop() if len(convolutions[-1].bias) == MAPS else None
    return Base(convolutions, hand, last if ours else None)


def _read(interpreter: Any, operator: dict[str, Any], tensors: dict[int, Any]) -> Convolution:
    source, weights, bias = operator["inputs"]
    kernel = _floats(interpreter, tensors[weights])
    kind = operator["op_name"]
    if kind == "FULLY_CONNECTED":
        return Convolution(kind, kernel.T, _floats(interpreter, tensors[bias]), 1)
    stride = round(tensors[source]["shape"][1] / tensors[operator["outputs"][0]]["shape"][1])
    kernel = kernel.transpose(1, 2, 3, 0)  # stored (out, h, w, in), depthwise (1, h, w, in)
    return Convolution(kind, kernel, _floats(interpreter, tensors[bias]), stride)


def _floats(interpreter: Any, tensor: dict[str, Any]) -> NDArray[np.float32]:
    about = tensor["quantization_parameters"]
    shape = np.ones(len(tensor["shape"]), int)
    shape[about["quantized_dimension"]] = len(about["scales"])
    scale, zero = (
        np.reshape(about[key], shape if len(about["scales"]) > 1 else 1) for key in ("scales", "zero_points")
    )
    return ((interpreter.get_tensor(tensor["index"]).astype(np.float64) - zero) * scale).astype(np.float32)


def build(base: Base, embedding: int, frozen: int) -> keras.Model:
    """Pictures (n, any, any, 3) float32 -> embeddings (n, embedding), linear, and maps (n, h, w, 2).

    A map has for each cell the logit that a hand covers it, and log2 of the hand's length in sides of the picture.
    The first `frozen` layers never learn.
    """
    picture = keras.Input((None, None, 3))
    features = picture
    for number, convolution in enumerate(base.convolutions):
        layer = _layer(convolution, f"c{number:02d}")
        layer.trainable = number >= frozen
        features = layers.ReLU(6.0)(layer(features))
    hand = layers.Conv2D(MAPS, 1, kernel_initializer=keras.initializers.VarianceScaling(0.01), name="hand")(features)
    gentle = keras.initializers.VarianceScaling(0.06)
    out = layers.Dense(embedding, kernel_initializer=gentle, name="embedding")(Attention()(features, hand))
    model = keras.Model(picture, [out, hand])
    model.get_layer("hand").set_weights([model.get_layer("hand").get_weights()[0], np.array([-1.0, -1.0])])
    for name, layer in _named(base):
        model.get_layer(name).set_weights([layer.kernel, layer.bias])
    return model


def _named(base: Base) -> list[tuple[str, Convolution]]:
    """The layers of the network that `base` has weights for."""
    named = [(f"c{number:02d}", convolution) for number, convolution in enumerate(base.convolutions)]
    return [*named, *((n, layer) for n, layer in [("hand", base.hand), ("embedding", base.embedding)] if layer)]


class Attention(layers.Layer):
    """(n, h, w, c) and (n, h, w, 2) -> (n, c): the mean over cells, weighed by the softmax of their first number."""

    def call(self, features: Any, hand: Any) -> Any:
        """The weighed mean."""
        import tensorflow as tf

        _, height, width, _ = (size or tf.shape(hand)[axis] for axis, size in enumerate(hand.shape))
        weights = tf.nn.softmax(tf.reshape(hand[..., :1], (-1, height * width)))
        return tf.reduce_sum(features * tf.reshape(weights, (-1, height, width, 1)), axis=(1, 2))

    def compute_output_shape(self, features_shape: Any, hand_shape: Any) -> Any:  # noqa: ARG002
        """(n, c)."""
        return (features_shape[0], features_shape[3])


def _layer(convolution: Convolution, name: str) -> layers.Layer:
    size = convolution.kernel.shape[:2]
    if convolution.kind == "DEPTHWISE_CONV_2D":
        return layers.DepthwiseConv2D(size, convolution.stride, padding="same", name=name)
    return layers.Conv2D(convolution.kernel.shape[3], size, convolution.stride, padding="same", name=name)


def to_export(backbone: keras.Model, pixels: int) -> keras.Model:
    """The same network for one picture of fixed size."""
    picture = keras.Input((pixels, pixels, 3), batch_size=1)
    return keras.Model(picture, backbone(picture))
