"""A small convolutional network that begins with random weights: all it will ever know is what it is taught."""

from edge_handsign.lab.course import Course
from edge_handsign.lab.learner import Shown

FILTERS = (16, 32, 64, 128)
RATE = 1e-3
MOMENTUM = 0.9  # of batch normalisation's averages; Keras's 0.99 forgets its start only after hundreds of batches


def scratch(shown: Shown, signs: int, seed: int) -> Course:
    """`shown` is (n, height, width, 3); the first convolution halves it, each pooling halves it again."""
    import keras
    from keras import layers

    keras.utils.set_random_seed(seed)
    picture = keras.Input(shown.shape[1:])
    features = layers.Rescaling(1 / 127.5, -1.0)(picture)
    for number, filters in enumerate(FILTERS):
        stride = 2 if number == 0 else 1
        features = layers.Conv2D(filters, 3, stride, padding="same", use_bias=False)(features)
        features = layers.ReLU()(layers.BatchNormalization(momentum=MOMENTUM)(features))
        features = layers.MaxPooling2D()(features)
    pooled = layers.Dropout(0.2)(layers.GlobalAveragePooling2D()(features))
    return Course(shown, keras.Model(picture, layers.Dense(signs, activation="softmax")(pooled)), RATE, seed)
