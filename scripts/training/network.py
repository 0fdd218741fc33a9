"""The network: a public one without its classifier, batch norm already folded in, that looks where the hand is.

Its last features, a cell for each 32nd pixel, say how likely each cell shows a hand; the embedding is linear in their
mean weighed by the softmax of that. With all cells alike this is the plain mean that the public one was trained with.
The map that comes out has cells half as wide and high: what the last features say of each, and what those of twice the
resolution add to it.

Input: RGB in -1...1, that is pixel / 127.5 - 1, which the exported file does by its input's scale and zero point.
"""

# mypy: disable-error-code="no-any-return, import-not-found, misc, untyped-decorator, unused-ignore"
from typing import Any

import keras
import numpy as np
from keras import layers

from .base import MAPS, Base, Layer

ACTIVATIONS = {1: None, 3: 6.0}  # TFLite's number → where a ReLU ends
DETAILS = 32  # numbers that both resolutions say of a cell, before these are taken together


def build(base: Base, embedding: int, frozen: int) -> keras.Model:
    """Pictures (n, any, any, 3) float32 -> embeddings (n, embedding), linear, and maps (n, 2h, 2w, 2).

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
    model = keras.Model(picture, [out, _finer(made[base.finer], features, hand)])
    model.get_layer("hand").set_weights([model.get_layer("hand").get_weights()[0], np.array([-1.0, -1.0])])
    named = [(f"c{number:02d}", layer) for number, layer in enumerate(base.trunk) if layer.kernel is not None]
    for name, _ in named[:frozen]:
        model.get_layer(name).trainable = False
    for name, layer in [*named, *base.ours.items()]:
        model.get_layer(name).set_weights([layer.kernel, layer.bias])
    return model


def _finer(finer: Any, features: Any, hand: Any) -> Any:
    """The map (n, 2h, 2w, 2) of features (n, 2h, 2w, any), (n, h, w, any), and what the latter say (n, h, w, 2)."""
    far = Twice()(layers.Conv2D(DETAILS, 1, name="far")(features))
    both = layers.ReLU(6.0)(layers.Add()([layers.Conv2D(DETAILS, 1, name="near")(finer), far]))
    around = layers.ReLU(6.0)(layers.DepthwiseConv2D(3, padding="same", name="around")(both))
    little = keras.initializers.VarianceScaling(0.01)
    return layers.Add()([Twice()(hand), layers.Conv2D(MAPS, 1, kernel_initializer=little, name="detail")(around)])


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


class Twice(layers.Layer):
    """(n, h, w, c) -> (n, 2h, 2w, c): each cell four times, by what every interpreter can do."""

    def call(self, cells: Any) -> Any:
        """Each cell beside itself, then each row below itself."""
        import tensorflow as tf

        _, height, width, channels = (size or tf.shape(cells)[axis] for axis, size in enumerate(cells.shape))
        wide = tf.reshape(tf.concat([cells, cells], 3), (-1, height, 1, 2 * width * channels))
        return tf.reshape(tf.concat([wide, wide], 3), (-1, 2 * height, 2 * width, channels))

    def compute_output_shape(self, cells_shape: Any) -> Any:
        """Twice the height and width, where they are known."""
        batch, height, width, channels = cells_shape
        return (batch, height and 2 * height, width and 2 * width, channels)


def to_export(backbone: keras.Model, pixels: int) -> keras.Model:
    """The same network for one picture of fixed size."""
    picture = keras.Input((pixels, pixels, 3), batch_size=1)
    return keras.Model(picture, backbone(picture))
