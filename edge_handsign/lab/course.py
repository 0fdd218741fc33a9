"""How a network is trained on a handful of pictures: slightly other views of them, round after round, until what was
held back is not understood better any more. The asked pictures are never seen.

Nothing is mirrored: a thumb to the left may be another sign than one to the right.
"""

# mypy: disable-error-code="no-any-return"
from typing import TYPE_CHECKING, Any

import numpy as np
from numpy.typing import NDArray

from edge_handsign.lab.learner import Shown, Signs
from edge_handsign.lab.split import held_back

if TYPE_CHECKING:
    import keras

BATCH = 16
BATCHES = 10  # in a round, at least: few pictures come more often, each time a little different
ROUNDS = 60  # at most
ROUNDS_UNSEEN = 20  # where there are too few pictures to hold one back
PATIENCE = 8  # rounds without a lower loss on what was held back


class Course:
    """A Keras network with its way of learning."""

    def __init__(self, shown: Shown, network: "keras.Model", rate: float, seed: int) -> None:
        """`network` makes a probability for each sign of pixels 0..255, (n, height, width, 3); `rate` is Adam's."""
        import keras

        self.shown = shown
        self.settled = True
        self._network, self._seed = network, seed
        picture = keras.Input(network.input_shape[1:])
        self._trained = keras.Model(picture, network(_other_views(seed)(picture)))
        self._trained.compile(keras.optimizers.Adam(rate), "sparse_categorical_crossentropy")

    @property
    def parameters(self) -> int:
        """Of the layers that may change."""
        return sum(int(np.prod(weight.shape)) for weight in self._network.trainable_weights)

    def learn(self, shown: Shown, signs: Signs) -> None:
        """Train; afterwards the weights are those of the best round."""
        import keras

        back = held_back(signs)
        rows = np.flatnonzero(~back)
        rows = np.tile(rows, -(-BATCHES * BATCH // len(rows))) if len(rows) < BATCHES * BATCH else rows
        watch = keras.callbacks.EarlyStopping(patience=PATIENCE, restore_best_weights=True)
        told: dict[str, Any] = {"epochs": ROUNDS_UNSEEN}
        if back.any():
            told = {"epochs": ROUNDS, "validation_data": (shown[back], signs[back]), "callbacks": [watch]}
        self._trained.fit(shown[rows], signs[rows], batch_size=BATCH, verbose=0, **told)
        self.settled = not back.any() or watch.stopped_epoch > 0

    def answer(self, shown: Shown) -> NDArray[np.intp]:
        """The likeliest of each."""
        ends = range(0, len(shown), BATCH)
        return np.concatenate(
            [np.argmax(self._network.predict_on_batch(shown[at : at + BATCH]), axis=1) for at in ends]
        )


def _other_views(seed: int) -> Any:
    """Moved, nearer or farther, turned a little, in other light."""
    import keras
    from keras import layers

    return keras.Sequential(
        [
            layers.RandomTranslation(0.1, 0.1, fill_mode="nearest", seed=seed),
            layers.RandomZoom(0.15, fill_mode="nearest", seed=seed),
            layers.RandomRotation(0.03, fill_mode="nearest", seed=seed),  # of a whole turn
            layers.RandomBrightness(0.15, seed=seed),
            layers.RandomContrast(0.2, seed=seed),
        ]
    )
