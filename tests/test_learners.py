"""The four learners of the lab: that they learn, what a trial measures, and that a failure stays one learner's."""

import subprocess
import sys
from collections.abc import Callable
from importlib.util import find_spec
from pathlib import Path

import numpy as np
import pytest

from edge_handsign.core.memory import MemorySettings
from edge_handsign.devices.drawing import POSES, Stance, draw
from edge_handsign.devices.tflite import BackboneSettings
from edge_handsign.lab import curve, head, source
from edge_handsign.lab.bundle import Bundle, Network, kind
from edge_handsign.lab.curve import Record
from edge_handsign.lab.kinds import seen
from edge_handsign.lab.trial import Outcome, Trial, TrialFailed, run
from edge_handsign.models import shelf
from edge_handsign.models.decapitate import decapitate
from tests import graphs
from tests.conftest import ROOT
from tests.learning import some, unit

needs_keras = pytest.mark.skipif(
    find_spec("tensorflow") is None or find_spec("keras") is None, reason="TensorFlow comes with the [lab] extra"
)


def test_the_head_goes_where_its_loss_falls() -> None:
    """Against differences, in doubles, because the loss is a curve and floats are coarse."""
    chance = np.random.default_rng(0)
    layers = [layer.astype(np.float64) for layer in head.fresh(6, 3, chance)]
    vectors, signs = chance.normal(size=(8, 6)), chance.integers(0, 3, 8)
    _, slopes = head.gradient(layers, vectors, signs)  # type: ignore[arg-type]
    for layer, slope in zip(layers, slopes, strict=True):
        place = tuple(chance.integers(0, size) for size in layer.shape)
        around = []
        for step in (1e-6, -2e-6):
            layer[place] += step
            around.append(head.gradient(layers, vectors, signs)[0])  # type: ignore[arg-type]
        layer[place] += 1e-6
        assert slope[place] == pytest.approx((around[0] - around[1]) / 2e-6, abs=1e-6)


def test_the_head_tells_apart_what_no_plane_does() -> None:
    """Two signs, each in two opposite corners: one layer would be right half of the time."""
    chance = np.random.default_rng(1)
    corner = chance.integers(0, 4, 400)
    vectors = unit(np.array([[1, 1], [-1, -1], [1, -1], [-1, 1]])[corner] + chance.normal(0, 0.2, (400, 2)))
    learner = head.Head(vectors, np.asarray, 2, 0)
    learner.learn(vectors[:200], corner[:200] // 2)
    assert np.mean(learner.answer(vectors[200:]) == corner[200:] // 2) > 0.95
    assert learner.parameters == 2 * 64 + 64 + 64 * 2 + 2


COLOURS = np.array([[200, 40, 40], [40, 40, 200]])


@pytest.fixture
def colours(tmp_path: Path) -> Callable[[str], Outcome]:
    """A trial on 32 x 32 pictures that are reddish or blueish, with a little network of random weights that attends."""
    content = decapitate(graphs.attentive("int8")[0]).model
    network = Network("random.tflite", content, (32, 32))
    bundle = Bundle(tmp_path, 2, MemorySettings(), BackboneSettings(second_look=False), network, network)
    sign = np.tile([0, 1], 20)
    noise = np.random.default_rng(2).normal(0, 20, (40, 32, 32, 3))
    frames = np.ones(40, kind((32, 32)))
    frames["pixels"] = np.clip(COLOURS[sign][:, None, None] + noise, 0, 255)
    np.save(tmp_path / "pictures-32x32.npy", frames)
    taught, asked = np.arange(20), np.arange(20, 40)
    return lambda name: run(Trial(name, 10, 0, 0, taught, asked, sign), bundle, 300)


@pytest.mark.parametrize("name", ["knn", "head"])
def test_a_trial_measures_its_own_process(name: str, colours: Callable[[str], Outcome]) -> None:
    found = colours(name)
    assert found.accuracy == 1.0
    assert 0 < found.learn_s < 30
    assert 0 < found.answer_ms < 1000
    if Path("/proc/self/status").exists():
        assert found.growth_mb is not None
        assert 0 < found.growth_mb < 500


@needs_keras
@pytest.mark.parametrize("name", ["tuned", "scratch"])
def test_networks_learn_to_tell_colours(name: str, colours: Callable[[str], Outcome]) -> None:
    found = colours(name)
    assert found.accuracy > 0.9
    assert found.parameters > 100


@needs_keras
def test_a_network_turned_back_says_what_its_file_says(embedded_model: Path, tmp_path: Path) -> None:
    """Nearly: rounding to 8 bits differs. In a process of its own, because TensorFlow warns while it is imported."""
    program = """if True:
        import sys
        import numpy as np
        from edge_handsign.lab import source
        from edge_handsign.models import shelf
        pictures = np.load(sys.argv[2])["pixels"]
        np.save(sys.argv[3], source.network(shelf.load(sys.argv[1]).content).predict_on_batch(pictures))
    """
    size = (160, 160)
    network = Network("handsign", shelf.load(str(embedded_model)).content, size)
    bundle = Bundle(tmp_path, 2, MemorySettings(), BackboneSettings(second_look=False), network, None)
    pictures, answers = tmp_path / "pictures-160x160.npy", tmp_path / "answers.npy"
    frames = np.ones(len(POSES), kind(size))
    frames["pixels"] = [draw(pose, size, Stance()) for pose in POSES.values()]
    np.save(pictures, frames)
    subprocess.run([sys.executable, "-c", program, embedded_model, pictures, answers], check=True, cwd=ROOT)
    shown, see = seen(bundle)
    assert (see(shown) * unit(np.load(answers))).sum(axis=1).min() > 0.99


def test_what_cannot_be_trained_on_is_named() -> None:
    content = decapitate(graphs.mobilenet_v3("int8")[0]).model
    told = source.obstacle(content, "v3.tflite")
    assert told.startswith("v3.tflite cannot be trained on, because it has the operator HARD_SWISH")
    assert "model install" in told
    for able in (graphs.mobilenet_v1, graphs.mobilenet_v2, graphs.keras_v1, graphs.handsign, graphs.attentive):
        assert not source.obstacle(decapitate(able("int8")[0]).model, "able")


def test_a_learner_that_fails_is_told_and_the_others_go_on(tmp_path: Path) -> None:
    made = some(2, 3, 4)
    bundle = Bundle(tmp_path, 2, MemorySettings(), BackboneSettings(), None, None)
    trials = list(curve.plan(made, ["head", "knn"], [1, 2], 1, 0))
    record = Record()
    curve.trace(trials[:2], bundle, 1, record, print)
    assert set(record.ended) == {"head", "knn"}
    assert "vectors.npy" in record.ended["knn"]
    bundle.keep_vectors(unit(np.eye(2)[made.sign] + 0.1))
    after = Record(ended={"head": record.ended["head"]})
    curve.trace(trials, bundle, 1, after, print)
    assert set(after.figures()) == {("knn", 1), ("knn", 2)}


def test_a_trial_that_says_nothing_has_failed(tmp_path: Path) -> None:
    bundle = Bundle(tmp_path, 2, MemorySettings(), BackboneSettings(), None, None)
    rows = np.arange(2)
    with pytest.raises(TrialFailed, match="vectors"):
        run(Trial("knn", 1, 0, 0, rows, rows, rows), bundle, 60)
