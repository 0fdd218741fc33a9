"""The statistics of non-signs: written, found beside their backbone, refused beside another."""

import json
import logging
from collections.abc import Callable
from pathlib import Path

import numpy as np
import pytest

from edge_handsign.commands import choice
from edge_handsign.config import Config
from edge_handsign.core.doubt import Prior
from edge_handsign.core.messages import NonSigns
from edge_handsign.errors import ModelError
from edge_handsign.models import nonsigns, shelf

OURS = b"o" * 32


def units(count: int, seed: int) -> np.ndarray:
    vectors = np.random.default_rng(seed).normal(size=(count, 128)).astype(np.float32)
    return np.asarray(vectors / np.linalg.norm(vectors, axis=1, keepdims=True))


@pytest.fixture
def prior() -> Prior:
    lots = NonSigns(units(20, 1), units(30, 2), np.linspace(0, 1, 30, dtype=np.float32))
    return Prior(lots, np.linspace(-1, 9, 20), 2.0, np.linspace(0.5, 0.9, 20))


@pytest.fixture
def model(tmp_path: Path, prior: Prior) -> Path:
    """A name of a model beside which its statistics lie."""
    path = tmp_path / "hand.tflite"
    nonsigns.beside(path).write_text(nonsigns.written(OURS, prior, {"made_by": "a test"}))
    return path


def test_what_is_written_is_read(model: Path, prior: Prior) -> None:
    found = nonsigns.load(model, OURS)
    assert found is not None
    assert found.presence_weight == 2.0
    assert found.presence == pytest.approx(prior.presence, abs=1e-4)
    assert found.right == pytest.approx(prior.right, abs=1e-3)
    assert found.nonsigns.presence == pytest.approx(prior.nonsigns.presence, abs=1e-4)
    for read, kept in ((found.nonsigns.near, prior.nonsigns.near), (found.nonsigns.trials, prior.nonsigns.trials)):
        assert (read * kept).sum(axis=1).min() > 0.999


@pytest.mark.parametrize(("name", "owner"), [("hand.tflite", b"x" * 32), ("other.tflite", OURS)])
def test_without_statistics_of_its_own_a_backbone_still_works_and_the_log_says_so(
    model: Path, name: str, owner: bytes, caplog: pytest.LogCaptureFixture
) -> None:
    with caplog.at_level(logging.WARNING):
        assert nonsigns.load(model.with_name(name), owner) is None
    assert [record.message for record in caplog.records if "judged from what is taught alone" in record.message]


@pytest.mark.parametrize(
    "spoil",
    [
        lambda text: text[: len(text) // 2],
        lambda text: json.dumps({**json.loads(text), "near": "§"}),
        lambda text: json.dumps({**json.loads(text), "presence_of_trials": [1.0]}),
        lambda text: json.dumps({key: value for key, value in json.loads(text).items() if key != "trials"}),
        lambda _: "[]",
    ],
    ids=["half", "not base64", "too few presences", "no trials", "a list"],
)
def test_what_is_damaged_is_said_not_served(model: Path, spoil: Callable[[str], str]) -> None:
    path = nonsigns.beside(model)
    path.write_text(spoil(path.read_text()))
    with pytest.raises(ModelError, match="nonsigns"):
        nonsigns.load(model, OURS)


def test_the_backbone_that_ships_has_its_statistics(embedded_model: Path) -> None:
    backbone = choice.backbone(Config(), str(embedded_model))
    assert backbone.prior is not None, "the backbone changed; run scripts/nonsigns"
    assert backbone.prior.nonsigns.near.shape[1] == backbone.dimension
    assert nonsigns.beside(embedded_model).name == "handsign.nonsigns.json"


def test_a_copy_elsewhere_has_none(embedded_model: Path, tmp_path: Path) -> None:
    copy = tmp_path / "mine.tflite"
    copy.write_bytes(embedded_model.read_bytes())
    assert shelf.load(str(copy)).fingerprint == shelf.load(str(embedded_model)).fingerprint
    assert choice.backbone(Config(), str(copy)).prior is None
