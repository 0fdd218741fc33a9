"""The source model trained on: a new classifier on its end, and its last layers free to follow the new pictures."""

from edge_handsign.lab.course import Course
from edge_handsign.lab.learner import Shown
from edge_handsign.lab.source import network

FREE = 6  # layers with weights at the end that learn: three blocks of MobileNet
RATE = 3e-4  # gentle, because most of what it knows is right


def tuned(shown: Shown, content: bytes, signs: int, seed: int) -> Course:
    """`shown` at the size of the network in `content`, a verified .tflite file without its classifier."""
    import keras

    keras.utils.set_random_seed(seed)
    source = network(content)
    learned = [layer for layer in source.layers if layer.weights]
    for layer in learned[: len(learned) - FREE]:
        layer.trainable = False
    classifier = keras.layers.Dense(signs, activation="softmax")
    return Course(shown, keras.Model(source.input, classifier(source.output)), RATE, seed)
