"""The network: a public one without its classifier, batch norm already folded in, that looks where the hand is.

Its last features, a cell for each 32nd pixel, say how likely each cell shows a hand; the embedding is linear in their
mean weighed by the softmax of that. With all cells alike this is the plain mean that the public one was trained with.

Input: RGB in -1...1, that is pixel / 127.5 - 1, which the exported file does by its input's scale and zero point.
"""

# mypy: disable-error-code="no-any-return, import-not-found, misc, untyped-decorator, unused-ignore"
from typing import Any

import keras
import numpy as np
from keras import layers

from .base import MAPS, Base, Layer

ACTIVATIONS = {1: None, 3: 6.0}  # TFLite's number → where a ReLU ends


def build(base: Base, embedding: int, frozen: int) -> keras.Model:
    """Pictures (n, any, any, 3) float32 -> embeddings (n, embedding), linear, and maps (n, h, w, 2).

    A map has for each cell the logit that a hand covers it, and log2 of the hand's length in sides of the picture.
    The first `frozen` layers with weights never learn.
    """
    picture = keras.Input((None, None, 3))
    made = {-1: picture}
    for number, layer in enumerate(base.trunk):
        made[number] = _result(layer, f"c{number:02d}", [made[each] for each in layer.fed])
    features = made[len(base.trunk) - 1]
    hand = layers.Conv2D(MAPS, 1, kernel_initializer=keras.initializers.VarianceScaling(0.01), name="hand")(features)
    gentle = keras.initializers.VarianceScaling(0.06)
    out = layers.Dense(embedding, kernel_initializer=gentle, name="embedding")(Attention()(features, hand))
    model = keras.Model(picture, [out, hand])
    model.get_layer("hand").set_weights([model.get_layer("hand").get_weights()[0], np.array([-1.0, -1.0])])
    named = [(f"c{number:02d}", layer) for number, layer in enumerate(base.trunk) if layer.kernel is not None]
    for name, _ in named[:frozen]:
        model.get_layer(name).trainable = False
    ours = [("hand", base.hand), ("embedding", base.embedding)]
    for name, layer in [*named, *((name, layer) for name, layer in ours if layer)]:
        model.get_layer(name).set_weights([layer.kernel, layer.bias])
    return model


def _result(layer: Layer, name: str, fed: list[Any]) -> Any:
    if layer.kind == "ADD":
        result = layers.Add(name=name)(fed)
    elif layer.kind == "MAX_POOL_2D":
        result = layers.MaxPooling2D(layer.stride, layer.stride, padding="same", name=name)(fed[0])
    else:
        result = _convolution(layer, name)(fed[0])
    return layers.ReLU(ACTIVATIONS[layer.activation])(result) if layer.activation else result


def _convolution(layer: Layer, name: str) -> layers.Layer:
    height, width, _, channels = np.asarray(layer.kernel).shape
    if layer.kind == "DEPTHWISE_CONV_2D":
        return layers.DepthwiseConv2D((height, width), layer.stride, padding="same", name=name)
    return layers.Conv2D(channels, (height, width), layer.stride, padding="same", name=name)


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


def to_export(backbone: keras.Model, pixels: int) -> keras.Model:
    """The same network for one picture of fixed size."""
    picture = keras.Input((pixels, pixels, 3), batch_size=1)
    return keras.Model(picture, backbone(picture))
