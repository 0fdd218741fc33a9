"""Cutting the classifier off changes not one bit of what it was fed with."""

import numpy as np
import pytest

from edge_handsign.models.decapitate import Ending, decapitate
from edge_handsign.models.format.verify import verify
from tests import graphs
from tests.graphs import FAMILIES, SCHEMES
from tests.model_files import PUBLIC, interpreter, noise, photographs, public, run, showing


@pytest.mark.parametrize("scheme", SCHEMES)
@pytest.mark.parametrize("family", FAMILIES)
def test_the_cut_model_says_bit_for_bit_what_the_classifier_was_fed_with(family: str, scheme: str) -> None:
    whole, features = FAMILIES[family](scheme)
    cut = decapitate(whole)
    pictures = noise(whole)
    assert cut.features == features
    inside, outside = run(showing(whole, features), pictures, features), run(cut.model, pictures, features)
    assert all(np.array_equal(a, b) for a, b in zip(inside, outside, strict=True))
    assert len({answer.tobytes() for answer in outside}) == len(pictures), "the network is dead: nothing was compared"


@pytest.mark.parametrize("name", [name for name in PUBLIC if not name.endswith("extractor")])
def test_public_models_are_cut_bit_for_bit(name: str) -> None:
    whole = public(name)
    cut = decapitate(whole)
    pictures = noise(whole, 1) + photographs(PUBLIC[name].pixels)
    inside, outside = run(showing(whole, cut.features), pictures, cut.features), run(cut.model, pictures, cut.features)
    assert all(np.array_equal(a, b) for a, b in zip(inside, outside, strict=True))
    assert (cut.size, cut.shape[:-1], cut.dtype) == (PUBLIC[name].features, (1, 1, 1), "uint8")
    assert cut.dropped == ("CONV_2D", "RESHAPE", "SOFTMAX")
    assert len(cut.model) < len(whole) - 1001 * cut.size, "the classifier's weights are still there"


@pytest.mark.parametrize("name", ["mobilenet_v1_1.0_224_quant_embedding_extractor", "probe_v1_0.5_128_int8"])
def test_what_was_cut_elsewhere_is_left_alone(name: str) -> None:
    content = public(name)
    cut = decapitate(content)
    assert (cut.dropped, cut.model) == ((), content)


@pytest.mark.parametrize("scheme", SCHEMES)
@pytest.mark.parametrize("family", FAMILIES)
def test_cutting_twice_is_cutting_once(family: str, scheme: str) -> None:
    once = decapitate(FAMILIES[family](scheme)[0])
    twice = decapitate(once.model)
    assert (twice.model, twice.dropped, twice.features) == (once.model, (), once.features)


def test_only_the_last_layer_of_our_own_network_goes() -> None:
    for scored in (True, False):
        cut = decapitate(graphs.handsign("int8", scored=scored)[0])
        assert (cut.shape, cut.dtype, cut.features) == ((1, 64), "int8", "embedding")
        assert cut.dropped == ("FULLY_CONNECTED", "SOFTMAX")[: 1 + scored]


@pytest.mark.parametrize(
    ("width", "ending", "is_cut"),
    [
        (11, Ending.GUESS, True),
        (64, Ending.GUESS, False),
        (11, Ending.EMBEDDING, False),
        (64, Ending.CLASSIFIER, True),
    ],
)
def test_a_lone_last_layer_without_softmax_is_what_you_say_or_what_its_width_says(
    width: int, ending: Ending, is_cut: bool
) -> None:
    cut = decapitate(graphs.mobilenet_v2("int8", width)[0], ending)
    assert (bool(cut.dropped), cut.size) == ((True, 40) if is_cut else (False, width))


def test_nothing_is_left_of_the_classifier() -> None:
    whole = graphs.mobilenet_v3("int8")[0]
    before, after = verify(whole), verify(decapitate(whole).model)
    assert len(after.main.operators) == len(before.main.operators) - 3
    used = {tensor for each in after.main.operators for tensor in (*each.inputs, *each.outputs)}
    assert used == set(range(len(after.tensors)))
    noted = {each.buffer for each in after.model.metadata}
    assert {tensor.buffer for tensor in after.tensors} | noted | {0} == set(range(len(after.model.buffers)))
    assert {each.opcode_index for each in after.main.operators} == set(range(len(after.model.operator_codes)))
    assert "SOFTMAX" not in {after.kind(each) for each in after.main.operators}
    assert [each.name for each in after.model.metadata] == ["min_runtime_version", "edge_handsign.features"]


def test_the_signature_follows_the_output() -> None:
    cut = decapitate(graphs.mobilenet_v1("int8")[0]).model
    loaded = interpreter()(model_content=cut)
    assert loaded.get_signature_list() == {"serving_default": {"inputs": ["images"], "outputs": ["features"]}}
    run_ = loaded.get_signature_runner("serving_default")
    assert run_(images=noise(cut, 1)[0])["features"].shape == (1, 1, 1, 24)


@pytest.mark.parametrize("scheme", SCHEMES)
def test_the_map_of_hands_stays_on_and_says_the_same(scheme: str) -> None:
    whole, _ = graphs.attentive(scheme)
    before, after = verify(whole), verify(decapitate(whole).model)
    assert before.hand_map is not None
    assert after.hand_map is not None
    assert (after.shape(after.output), after.shape(after.hand_map)) == ((1, 64), (1, 4, 4, 2))
    name, pictures = before.tensors[before.hand_map].name, noise(whole)
    assert after.tensors[after.hand_map].name == name
    inside, outside = run(whole, pictures, name), run(decapitate(whole).model, pictures, name)
    assert all(np.array_equal(a, b) for a, b in zip(inside, outside, strict=True))
    assert len({answer.tobytes() for answer in outside}) == len(pictures), "the network is dead: nothing was compared"


def test_quantisation_is_kept() -> None:
    whole, features = graphs.mobilenet_v3("uint8")
    before, after = verify(whole), verify(decapitate(whole).model)
    kept = {tensor.name: tensor.quantization for tensor in before.tensors}
    assert all(tensor.quantization == kept[tensor.name] for tensor in after.tensors)
    assert after.tensors[after.output].name == features
