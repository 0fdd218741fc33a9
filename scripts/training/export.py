"""From the trained network to the file that ships: whole-int8 TFLite.

Input uint8 RGB, weights int8 per channel, activations int8: that is what both LiteRT and tflite-runtime 2.14 run.
"""

# mypy: disable-error-code="no-any-return, import-not-found, misc, untyped-decorator, unused-ignore"
from collections.abc import Iterator

import keras
import numpy as np
from numpy.typing import NDArray

from .batches import Course

CALIBRATED = 12  # batches


def export(model: keras.Model, course: Course) -> bytes:
    """The TFLite file of `model`, picture to embedding and map of the hand, calibrated on views of the photographs."""
    import tensorflow as tf

    signature = tf.TensorSpec(model.inputs[0].shape, tf.float32, name="picture")
    function = tf.function(lambda picture: model(picture, training=False)).get_concrete_function(signature)
    converter = tf.lite.TFLiteConverter.from_concrete_functions([function])
    converter.optimizations = [tf.lite.Optimize.DEFAULT]
    converter.representative_dataset = lambda: _samples(course)
    converter.target_spec.supported_ops = [tf.lite.OpsSet.TFLITE_BUILTINS_INT8]
    converter.inference_input_type = tf.uint8
    converter.inference_output_type = tf.int8
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
