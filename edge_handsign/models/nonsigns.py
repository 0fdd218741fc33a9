"""The statistics of non-signs beside a backbone: NAME.nonsigns.json beside NAME.tflite, made by scripts/nonsigns.

They belong to one backbone, named by its fingerprint; with another one they would be noise, so they are then not used.
Vectors are kept as int8, each at a scale of its own, which turns them by less than the backbone's own rounding does.
"""

import base64
import json
import logging
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from edge_handsign.core.doubt import Prior
from edge_handsign.core.messages import NonSigns
from edge_handsign.errors import ModelError

SUFFIX = ".nonsigns.json"
log = logging.getLogger(__name__)


def beside(model: Path) -> Path:
    """Where the statistics of this model file lie."""
    return model.with_name(model.name.removesuffix(".tflite") + SUFFIX)


def load(model: Path, fingerprint: bytes) -> Prior | None:
    """The statistics beside a model file; None, and a line in the log, where there are none for this backbone.

    ModelError when there is a file but it cannot be read: it came with the model and is damaged.
    """
    path = beside(model)
    try:
        found = json.loads(path.read_text(encoding="utf-8"))
    except FileNotFoundError:
        _say_without(f"there is no {path.name}")
        return None
    except (OSError, ValueError) as error:
        raise ModelError(f"{path} cannot be read ({error}): put it beside the model again, or remove it") from error
    try:
        if found["backbone"] != fingerprint.hex():
            _say_without(f"{path} is of another backbone")
            return None
        return _prior(found)
    except (KeyError, TypeError, ValueError) as error:
        raise ModelError(f"{path} is not what scripts/nonsigns writes ({error!r}): make it again") from error


def _say_without(reason: str) -> None:
    log.warning("%s: what is unknown is judged from what is taught alone (scripts/nonsigns makes statistics)", reason)


def _prior(found: dict[str, Any]) -> Prior:
    dimension, presence = int(found["dimension"]), np.array(found["presence_of_trials"], np.float32)
    trials = unpacked(found["trials"], dimension)
    if len(trials) != len(presence):
        raise ValueError(f"{len(trials)} trials, {len(presence)} presences")
    near, right = unpacked(found["near"], dimension), np.array(found["right"], np.float64)
    of_hands = np.array(found["presence_of_hands"], np.float64)
    return Prior(NonSigns(near, trials, presence), right, float(found["presence_weight"]), of_hands)


def written(fingerprint: bytes, prior: Prior, about: dict[str, Any]) -> str:
    """The file's text; `about` says for people what it was made from."""
    lots = prior.nonsigns
    content = {
        "backbone": fingerprint.hex(),
        **about,
        "right": [round(float(one), 3) for one in prior.right],
        "presence_weight": prior.presence_weight,
        "presence_of_hands": [round(float(one), 4) for one in prior.presence],
        "presence_of_trials": [round(float(one), 4) for one in lots.presence],
        "dimension": lots.near.shape[1],
        "near": packed(lots.near),
        "trials": packed(lots.trials),
    }
    return json.dumps(content, indent=1) + "\n"


def packed(vectors: NDArray[np.float32]) -> str:
    """(n, d) as base64 of int8."""
    largest = np.maximum(np.abs(vectors).max(axis=1, keepdims=True), 1e-9)
    return base64.b64encode(np.rint(vectors * (127 / largest)).astype(np.int8).tobytes()).decode()


def unpacked(text: str, dimension: int) -> NDArray[np.float32]:
    """(n, dimension), unit length."""
    raw = np.frombuffer(base64.b64decode(text, validate=True), np.int8).reshape(-1, dimension).astype(np.float32)
    unit: NDArray[np.float32] = raw / np.maximum(np.linalg.norm(raw, axis=1, keepdims=True), 1e-9)
    return unit
