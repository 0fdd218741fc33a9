"""Training itself: one step after the other, a line of progress, a checkpoint, and on again from there after a stop."""

# mypy: disable-error-code="no-any-return, import-not-found, misc, untyped-decorator, unused-ignore"
import time
from dataclasses import asdict
from pathlib import Path
from typing import Any

import keras
import numpy as np
import tensorflow as tf  # noqa: TID253 - only the training environment imports this module

from .batches import Batch, Lessons, flow
from .losses import Heads, terms
from .ticket import Recipe, Weights

KEPT = 0.998  # of the running mean of the weights, which is what is exported


class Run:
    """A network, its heads, their optimiser and how far they are; `folder` holds checkpoint and history."""

    def __init__(self, backbone: keras.Model, heads: Heads, recipe: Recipe, weights: Weights, folder: Path) -> None:
        self.backbone, self.heads, self.recipe, self.weights, self.folder = backbone, heads, recipe, weights, folder
        self.step, self.history = 0, []  # type: tuple[int, list[list[float]]]
        self._learning = [*backbone.trainable_variables, *heads.trainable_variables]
        self._optimizer = keras.optimizers.Adam(recipe.rate, global_clipnorm=5.0)
        self._optimizer.build(self._learning)
        self._means = [tf.Variable(v.value) for v in self._learning]
        self._resume()

    def go(self, course: Lessons, until: int | None = None) -> None:
        """Train from where the checkpoint stands to the last step, or to step `until`."""
        among = tf.constant(course.signs.among)
        begun, done = time.monotonic(), 0
        heard: list[list[float]] = []
        for batch in flow(course, self.recipe.seed, self.step, until or self.recipe.steps):
            self._optimizer.learning_rate = self._rate()
            heard.append([float(x) for x in self._learn(_tensors(batch), among)])
            self.step, done = self.step + 1, done + len(batch.pictures)
            if self.step % self.recipe.said_every == 0:
                self._say(np.mean(heard, axis=0), done / (time.monotonic() - begun), len(batch.pictures))
                heard.clear()
            if self.step % self.recipe.kept_every == 0 or self.step == self.recipe.steps:
                self.keep()

    def settle(self) -> None:
        """Put the running mean of the weights in place of the last ones."""
        for variable, mean in zip(self._learning, self._means, strict=True):
            variable.assign(mean)

    def keep(self) -> None:
        """Write the checkpoint, whole or not at all."""
        arrays = {f"v{i:03d}": np.asarray(v) for i, v in enumerate(self._state())}
        np.savez(self.folder / "new.npz", step=self.step, history=np.array(self.history), **arrays)  # type: ignore[arg-type]
        (self.folder / "new.npz").replace(self.folder / "checkpoint.npz")

    def _state(self) -> list[Any]:
        return [*self.backbone.variables, *self.heads.variables, *self._optimizer.variables, *self._means]

    def _resume(self) -> None:
        path = self.folder / "checkpoint.npz"
        if path.exists():
            with np.load(path) as stored:
                for i, variable in enumerate(self._state()):
                    variable.assign(stored[f"v{i:03d}"])
                self.step, self.history = int(stored["step"]), stored["history"].tolist()
            print(f"going on from step {self.step}", flush=True)

    def _rate(self) -> float:
        """Up linearly, then down along a cosine to a hundredth."""
        warm = min(1.0, (self.step + 1) / self.recipe.warm_steps)
        cosine = 0.5 * (1 + np.cos(np.pi * self.step / self.recipe.steps))
        return float(self.recipe.rate * warm * max(cosine, 0.01))

    def _say(self, heard: Any, speed: float, size: int) -> None:
        self.history.append([self.step, *heard])
        left = (self.recipe.steps - self.step) * size / speed
        named = " ".join(f"{name} {value:.3f}" for name, value in zip(asdict(self.weights), heard, strict=True))
        print(
            f"step {self.step}/{self.recipe.steps}  {speed:.0f} pictures/s  {named}  {left / 60:.0f} min left",
            flush=True,
        )

    @tf.function  # traced once for each resolution
    def _learn(self, batch: dict[str, Any], among: Any) -> list[Any]:
        with tf.GradientTape() as tape:
            picture = tf.cast(batch["pictures"], tf.float32) / 127.5 - 1.0
            embedding, hand = self.backbone(picture, training=True)
            each = terms(embedding, hand, self.heads, batch, among)
            total = tf.add_n([each[name] * weight for name, weight in asdict(self.weights).items()])
        self._optimizer.apply(tape.gradient(total, self._learning), self._learning)
        seen = tf.cast(self._optimizer.iterations, tf.float32)
        kept = tf.minimum(KEPT, seen / (seen + 10.0))
        for variable, mean in zip(self._learning, self._means, strict=True):
            mean.assign(kept * mean + (1.0 - kept) * variable)
        return list(each.values())


def _tensors(batch: Batch) -> dict[str, Any]:
    names = ("pictures", "pose", "posed", "label", "place", "present", "twin", "where")
    return {name: tf.constant(getattr(batch, name)) for name in names}
