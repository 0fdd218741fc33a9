"""From the trained network to the file that ships: whole-int8 TFLite with its classifier, then the project's own cut.

Input uint8 RGB, weights int8 per channel, activations int8: that is what both LiteRT and tflite-runtime 2.14 run.
"""

# mypy: disable-error-code="no-any-return, import-not-found, misc, untyped-decorator, unused-ignore"
import sys
from collections.abc import Iterator
from pathlib import Path

import keras
import numpy as np
from numpy.typing import NDArray

from .batches import Course

CALIBRATED = 12  # batches


def whole(model: keras.Model, course: Course) -> bytes:
    """The TFLite file of `model`, picture to probabilities, calibrated on views of the training photographs."""
    import tensorflow as tf

    signature = tf.TensorSpec(model.inputs[0].shape, tf.float32, name="picture")
    function = tf.function(lambda picture: model(picture, training=False)).get_concrete_function(signature)
    converter = tf.lite.TFLiteConverter.from_concrete_functions([function])
    converter.optimizations = [tf.lite.Optimize.DEFAULT]
    converter.representative_dataset = lambda: _samples(course)
    converter.target_spec.supported_ops = [tf.lite.OpsSet.TFLITE_BUILTINS_INT8]
    converter.inference_input_type = tf.uint8
    converter.inference_output_type = tf.uint8
    return bytes(converter.convert())


def _samples(course: Course) -> Iterator[list[NDArray[np.float32]]]:
    """Views as the network takes them; the first is black and white, so that the input's range is exactly -1...1."""
    side = course.studio.pixels
    extremes = np.full((1, side, side, 3), -1.0, np.float32)
    extremes[:, side // 2 :] = 1.0
    yield [extremes]
    for step in range(CALIBRATED):
        for picture in course.batch(2**31, step).pictures:
            yield [picture[None].astype(np.float32) / 127.5 - 1.0]


def cut(content: bytes) -> bytes:
    """The file without its classifier, made by the product's own code; its output is the embedding."""
    sys.path.insert(0, str(Path(__file__).resolve().parents[2]))
    from edge_handsign.models.decapitate import decapitate

    return bytes(decapitate(content).model)
