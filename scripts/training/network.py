"""The network: Google's MobileNet v1, batch norm already folded in, then a pooled linear embedding and its heads.

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

POSE = 21 * 3 + 20 * 3  # joints, then directions of bones


@dataclass(frozen=True, slots=True)
class Convolution:
    """One layer of the public network, dequantised."""

    kind: str  # "CONV_2D" or "DEPTHWISE_CONV_2D"
    kernel: NDArray[np.float32]  # (h, w, in, out), depthwise (h, w, in, 1)
    bias: NDArray[np.float32]  # (out,)
    stride: int


def read_convolutions(path: Path) -> list[Convolution]:
    """The convolutions of a public MobileNet v1 without its classifier, first to last."""
    import tensorflow as tf

    interpreter = tf.lite.Interpreter(str(path), num_threads=1)
    operators = [op for op in interpreter._get_ops_details() if op["op_name"].endswith("CONV_2D")]  # noqa: SLF001
    sizes = {tensor["index"]: tensor["shape"] for tensor in interpreter.get_tensor_details()}
    return [_convolution(interpreter, op, sizes) for op in operators[:-1]]


def _convolution(interpreter: Any, operator: dict[str, Any], sizes: dict[int, Any]) -> Convolution:
    source, weights, bias = operator["inputs"]
    stride = round(sizes[source][1] / sizes[operator["outputs"][0]][1])
    kernel = _floats(interpreter, weights).transpose(1, 2, 3, 0)  # stored (out, h, w, in), depthwise (1, h, w, in)
    return Convolution(operator["op_name"], kernel, _floats(interpreter, bias), stride)


def _floats(interpreter: Any, index: int) -> NDArray[np.float32]:
    scale, zero = next(t for t in interpreter.get_tensor_details() if t["index"] == index)["quantization"]
    return ((interpreter.get_tensor(index).astype(np.float64) - zero) * scale).astype(np.float32)


def build(convolutions: list[Convolution], embedding: int, frozen: int) -> keras.Model:
    """Pictures (n, any, any, 3) float32 -> embeddings (n, embedding), linear; the first `frozen` layers never learn."""
    picture = keras.Input((None, None, 3))
    features = picture
    for number, convolution in enumerate(convolutions):
        layer = _layer(convolution, f"c{number:02d}")
        layer.trainable = number >= frozen
        features = layers.ReLU(6.0)(layer(features))
    pooled = layers.GlobalAveragePooling2D()(features)
    gentle = keras.initializers.VarianceScaling(0.06)  # lengths near 10, where presence is decided
    model = keras.Model(picture, layers.Dense(embedding, kernel_initializer=gentle, name="embedding")(pooled))
    for number, convolution in enumerate(convolutions):
        model.get_layer(f"c{number:02d}").set_weights([convolution.kernel, convolution.bias])
    return model


def _layer(convolution: Convolution, name: str) -> layers.Layer:
    size = convolution.kernel.shape[:2]
    if convolution.kind == "DEPTHWISE_CONV_2D":
        return layers.DepthwiseConv2D(size, convolution.stride, padding="same", name=name)
    return layers.Conv2D(convolution.kernel.shape[3], size, convolution.stride, padding="same", name=name)


def with_classifier(backbone: keras.Model, proxies: NDArray[np.float32], pixels: int) -> keras.Model:
    """The network to export: one picture (1, pixels, pixels, 3) -> probability of each trained sign (1, signs)."""
    picture = keras.Input((pixels, pixels, 3), batch_size=1)
    classifier = layers.Dense(proxies.shape[0], use_bias=False, activation="softmax", name="signs")
    model = keras.Model(picture, classifier(backbone(picture)))
    classifier.set_weights([proxies.T])
    return model
