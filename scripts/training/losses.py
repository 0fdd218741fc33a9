"""What the network is asked for: four wishes, weighed by ticket.Weights.

Pose and likeness keep the embedding general: they hold for signs nobody taught. Labels sharpen it on the trained
ones and make it forget the others when they weigh too much, so they count within one set only and little.
"""

# mypy: disable-error-code="no-any-return, import-not-found, misc, untyped-decorator, unused-ignore"
from typing import Any

import keras
import numpy as np
import tensorflow as tf  # noqa: TID253 - only the training environment imports this module

from edge_handsign.core import gaze

from . import pose

SHARPNESS = 16.0  # of the cosine softmax over signs
WARMTH = 0.1  # temperature of the cosines in `likeness`
NEARBY = 0.12  # mean distance of bones at which two hands count as alike, per e-fold
ALOOF = 0.2  # cosine between a hand and an empty room that costs nothing
REACH = 0.45  # lengths of the hand from its middle at which a cell shows it by 1 / e
LEAST = 0.3  # shorter hands, in sides of the picture, reach as far as one of this length


class Heads(keras.layers.Layer):
    """What is read off an embedding while training: pose and signs; none of it is in the shipped file."""

    def __init__(self, embedding: int, signs: int) -> None:
        super().__init__()
        self.pose = self.add_weight(shape=(embedding, pose.NUMBERS), initializer="glorot_uniform", name="pose")
        self.rest = self.add_weight(shape=(pose.NUMBERS,), initializer="zeros", name="rest")
        self.signs = self.add_weight(shape=(signs, embedding), initializer="glorot_uniform", name="signs")


def terms(embedding: Any, hand: Any, heads: Heads, batch: dict[str, Any], among: Any) -> dict[str, Any]:
    """Each term as a scalar, unweighted: of embeddings (b, d) and maps of the hand (b, h, w, 2).

    `batch` holds the arrays of batches.Batch, `among` (sets, signs) bool.
    """
    unit = tf.math.l2_normalize(embedding, axis=1)
    return {
        "pose": _pose(unit, heads, batch),
        "likeness": _likeness(unit, batch),
        "label": _label(unit, heads, batch, among),
        "presence": _cells(hand, batch) + _place(hand[..., 0], batch) + _aloof(unit, batch),
    }


def _mean(values: Any, counted: Any) -> Any:
    return tf.reduce_sum(values * counted) / tf.maximum(tf.reduce_sum(counted), 1.0)


def _pose(unit: Any, heads: Heads, batch: dict[str, Any]) -> Any:
    """Huber loss (delta 0.3) of the numbers of a pose, read linearly off the unit embedding."""
    error = tf.abs(unit @ (heads.pose * 4.0) + heads.rest - batch["pose"])
    huber = tf.where(error < 0.3, 0.5 * error**2 / 0.3, error - 0.15)
    return _mean(tf.reduce_mean(huber, axis=1), batch["posed"])


def _likeness(unit: Any, batch: dict[str, Any]) -> Any:
    """Cosines in a batch should rank as poses do: a twin in another room first, then hands in a like pose, of any set.

    Cross-entropy between softmax(-distance) and softmax(cosine) over the other views. Empty rooms are like each
    other and unlike any hand. Pairs of hands whose distance is unknown take no part, unless they show different
    signs of one set.
    """
    distance, counted = _distance(batch)
    wanted = tf.nn.softmax(tf.where(counted, -distance / NEARBY, -1e9), axis=1)
    given = tf.nn.log_softmax(tf.where(counted, unit @ tf.transpose(unit) / WARMTH, -1e9), axis=1)
    surplus = tf.where(counted, wanted * (tf.math.log(wanted + 1e-9) - given), 0.0)
    return tf.reduce_mean(tf.reduce_sum(surplus, axis=1))


def _distance(batch: dict[str, Any]) -> tuple[Any, Any]:
    """(b, b) mean difference of bones, 1 where views differ surely; and (b, b) bool, which pairs are known."""

    def pairs(values: Any) -> Any:
        return values[:, None] == values[None]

    def apart(numbers: slice) -> Any:
        values = batch["pose"][:, numbers]
        return tf.reduce_mean(tf.abs(values[:, None] - values[None]), axis=2)

    differing = (1 - pose.PALM) * apart(pose.BONES) + pose.PALM * apart(pose.FINGERS)
    twins = pairs(batch["twin"])  # empty rooms are all each other's
    posed = batch["posed"][:, None] * batch["posed"][None] > 0
    labelled = batch["label"][:, None] >= 0
    strangers = pairs(batch["place"]) & ~pairs(batch["label"]) & labelled & tf.transpose(labelled)
    mixed = ~pairs(batch["present"])
    known = (posed | twins | strangers | mixed) & ~tf.eye(tf.shape(twins)[0], dtype=tf.bool)
    return tf.where(twins, 0.0, tf.where(posed, differing, 1.0)), known


def _label(unit: Any, heads: Heads, batch: dict[str, Any], among: Any) -> Any:
    """Cosine softmax over the signs of the picture's own set, so that telling sets apart earns nothing."""
    proxies = tf.math.l2_normalize(heads.signs, axis=1)
    cosines = SHARPNESS * unit @ tf.transpose(proxies)
    competing = tf.gather(among, batch["place"])
    labelled = tf.cast(batch["label"] >= 0, tf.float32)
    logits = tf.where(competing, cosines, -1e9)
    loss = tf.nn.sparse_softmax_cross_entropy_with_logits(tf.maximum(batch["label"], 0), logits)
    return _mean(tf.where(labelled > 0, loss, 0.0), labelled)


def _cells(hand: Any, batch: dict[str, Any]) -> Any:
    """Which cells show a hand (binary cross-entropy), and how long it is there (absolute error of log2).

    A view whose hand nobody has found says nothing.
    """
    where, known = batch["where"], tf.cast((batch["where"][:, 2] > 0) | (batch["present"] < 1), tf.float32)
    shown = _shown(where, tf.shape(hand)[1]) * batch["present"][:, None, None]
    told = tf.nn.sigmoid_cross_entropy_with_logits(shown, hand[..., 0])
    length = tf.math.log(tf.maximum(where[:, 2], 0.05)) / np.log(2.0)
    wrong = shown * tf.abs(hand[..., 1] - length[:, None, None])
    return _mean(tf.reduce_mean((1.0 + 2.0 * shown) * told + wrong, axis=(1, 2)), known)


def _place(logits: Any, batch: dict[str, Any]) -> Any:
    """By how many lengths of the hand its place is missed, read as the product reads it: the cells' weighed mean.

    Where hands are told from faces cell by cell, the mean of a hand's cells and a face's lies between both.
    """
    where, size = batch["where"], tf.shape(logits)[1]
    weights = tf.nn.softmax(gaze.SHARP * tf.reshape(logits, (-1, size * size)))
    middles = (tf.range(tf.cast(size, tf.float32)) + 0.5) / tf.cast(size, tf.float32)
    by_row = tf.reshape(weights, (-1, size, size))
    x, y = (tf.reduce_sum(tf.reduce_sum(by_row, axis=axis) * middles, axis=1) for axis in (1, 2))
    missed = tf.abs(x - where[:, 0]) + tf.abs(y - where[:, 1])
    return _mean(missed / tf.maximum(where[:, 2], 0.1), tf.cast(where[:, 2] > 0, tf.float32))


def _shown(where: Any, cells: Any) -> Any:
    """(b, cells, cells) 0..1: 1 in the cell that is nearest to the middle of the hand, falling as a bell around it."""
    middles = (tf.range(tf.cast(cells, tf.float32)) + 0.5) / tf.cast(cells, tf.float32)
    square = (middles[None, None] - where[:, :1, None]) ** 2 + (middles[None, :, None] - where[:, 1:2, None]) ** 2
    reach = REACH * tf.maximum(where[:, 2], LEAST)[:, None, None]
    bell = tf.exp(-square / reach**2)
    return bell / tf.maximum(tf.reduce_max(bell, axis=(1, 2), keepdims=True), 1e-6)


def _aloof(unit: Any, batch: dict[str, Any]) -> Any:
    """Square of by how much cosines between hands and empty rooms exceed ALOOF; times ten, to weigh like the place."""
    cosines = unit @ tf.transpose(unit)
    mixed = batch["present"][:, None] * (1.0 - batch["present"][None])
    return 10.0 * _mean(tf.nn.relu(cosines - ALOOF) ** 2, mixed)


def proxies(heads: Heads) -> np.ndarray:
    """(signs, embedding) float32, unit rows: the classifier that is exported."""
    found = heads.signs.numpy()
    return found / np.maximum(np.linalg.norm(found, axis=1, keepdims=True), 1e-6)
