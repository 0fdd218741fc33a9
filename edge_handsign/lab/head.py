"""Two dense layers over frozen embeddings: relu(x A + a) B + b, softmax, cross entropy; NumPy alone, so a Pi can too.

Trained on all pictures at once by Adam (Kingma and Ba, 2015, arXiv:1412.6980) with weights drawn small towards zero
(decoupled decay, arXiv:1711.05101). Embeddings are stretched from length 1 to the root of their width, so that numbers
are about 1 where He's initialisation (arXiv:1502.01852) expects them so.
"""

from math import sqrt

import numpy as np
from numpy.typing import NDArray

from edge_handsign.lab.learner import See, Shown, Signs
from edge_handsign.lab.split import held_back

HIDDEN = 64
RATE, DECAY = 3e-3, 1e-3
STEPS = 600  # at most
STEPS_UNSEEN = 150  # where there are too few pictures to hold one back
PATIENCE = 40  # steps without a lower loss on what was held back

Floats = NDArray[np.float32]
Layers = list[Floats]  # A (d, HIDDEN), a (HIDDEN,), B (HIDDEN, signs), b (signs,)


class Head:
    """What is trained is only this; the network below stays as it is."""

    def __init__(self, shown: Shown, see: See, signs: int, seed: int) -> None:
        self.shown = shown
        self.settled = True
        self._see, self._signs, self._seed = see, signs, seed
        self._layers: Layers = []

    @property
    def parameters(self) -> int:
        """Weights and biases."""
        return sum(layer.size for layer in self._layers)

    def learn(self, shown: Shown, signs: Signs) -> None:
        """Embed, then train until what was held back is not understood better any more."""
        vectors, back = stretched(self._see(shown)), held_back(signs)
        start = fresh(vectors.shape[1], self._signs, np.random.default_rng(self._seed))
        if back.any():
            self._layers, self.settled = _watched(start, vectors, signs, back)
        else:
            self._layers, self.settled = start, True
            adam = Adam(start)
            for _ in range(STEPS_UNSEEN):
                adam.step(gradient(start, vectors, signs)[1])

    def answer(self, shown: Shown) -> Signs:
        """The likeliest of each."""
        _, logits = forward(self._layers, stretched(self._see(shown)))
        return np.asarray(np.argmax(logits, axis=1), np.intp)


class Adam:
    """Moves layers in place."""

    def __init__(self, layers: Layers) -> None:
        self._layers, self._count = layers, 0
        self._means = [np.zeros_like(layer) for layer in layers]
        self._squares = [np.zeros_like(layer) for layer in layers]

    def step(self, slopes: Layers) -> None:
        """Once, against the slopes."""
        self._count += 1
        pace = RATE * sqrt(1 - 0.999**self._count) / (1 - 0.9**self._count)
        for place, slope in enumerate(slopes):
            mean, square, layer = self._means[place], self._squares[place], self._layers[place]
            mean += 0.1 * (slope - mean)
            square += 0.001 * (slope * slope - square)
            layer -= pace * mean / (np.sqrt(square) + 1e-8) + RATE * DECAY * layer


def fresh(width: int, signs: int, chance: np.random.Generator) -> Layers:
    """He's normal weights, biases of zero."""
    sizes = ((width, HIDDEN), (HIDDEN, signs))
    return [
        layer
        for size in sizes
        for layer in (
            chance.normal(0, sqrt(2 / size[0]), size).astype(np.float32),
            np.zeros(size[1], np.float32),
        )
    ]


def stretched(vectors: Floats) -> Floats:
    """(n, d) from length 1 to the root of d."""
    return vectors * np.float32(sqrt(vectors.shape[1]))


def forward(layers: Layers, vectors: Floats) -> tuple[Floats, Floats]:
    """(n, HIDDEN) what the first layer makes of (n, d), and (n, signs) the logits."""
    first, bias, second, offset = layers
    hidden = np.maximum(vectors @ first + bias, 0)
    return hidden, hidden @ second + offset


def gradient(layers: Layers, vectors: Floats, signs: Signs) -> tuple[float, Layers]:
    """The mean cross entropy, in nats, and its slope for every number of the layers."""
    hidden, logits = forward(layers, vectors)
    shifted = logits - logits.max(axis=1, keepdims=True)
    share = np.exp(shifted)
    share /= share.sum(axis=1, keepdims=True)
    places = np.arange(len(signs))
    loss = -float(np.log(np.maximum(share[places, signs], 1e-30)).mean())
    share[places, signs] -= 1
    share /= np.float32(len(signs))
    below = share @ layers[2].T * (hidden > 0)
    return loss, [vectors.T @ below, below.sum(axis=0), hidden.T @ share, share.sum(axis=0)]


def _watched(layers: Layers, vectors: Floats, signs: Signs, back: NDArray[np.bool_]) -> tuple[Layers, bool]:
    """The layers at the lowest loss on what is held back, and whether it had stopped falling."""
    adam, best, lowest, since = Adam(layers), layers, float("inf"), 0
    for _ in range(STEPS):
        adam.step(gradient(layers, vectors[~back], signs[~back])[1])
        loss, _ = gradient(layers, vectors[back], signs[back])
        since += 1
        if loss < lowest:
            best, lowest, since = [layer.copy() for layer in layers], loss, 0
        if since >= PATIENCE:
            return best, True
    return best, False
