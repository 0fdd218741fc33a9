"""What a model file is, and how a name finds it."""

from pathlib import Path

import pytest

from edge_handsign.errors import ModelError
from edge_handsign.models import shelf
from edge_handsign.models.info import describe
from tests import graphs
from tests.model_files import PUBLIC, public


def test_info_knows_the_published_figures() -> None:
    found = describe(public("mobilenet_v2_1.0_224_quant"))
    assert round(found.multiply_adds / 1e6) == 301  # 300 in the paper
    assert round(found.parameters / 1e6, 1) == 3.5  # 3.4 in the paper
    assert (found.input.shape, found.input.dtype, found.input.zero_point) == ((1, 224, 224, 3), "uint8", 128)
    assert (found.classifier, found.operators["CONV_2D"], found.operators["DEPTHWISE_CONV_2D"]) == (True, 36, 17)
    assert found.sha256 == PUBLIC["mobilenet_v2_1.0_224_quant"].sha256


@pytest.mark.parametrize(
    ("scheme", "sentence"),
    [
        ("float16", "float32 activations, float16 weights"),
        ("dynamic", "float32 activations, int8 weights, one scale for each channel"),
        ("float32", "float32 activations, float32 weights"),
        ("int8", "int8 activations, int8 weights, one scale for each channel"),
        ("uint8", "uint8 activations, uint8 weights, one scale for each layer"),
    ],
)
def test_info_tells_how_numbers_are_stored(scheme: str, sentence: str) -> None:
    assert describe(graphs.mobilenet_v1(scheme)[0]).scheme == sentence


def test_info_tells_of_a_map_of_hands() -> None:
    found = describe(graphs.attentive("int8")[0])
    assert found.hand_map is not None
    assert (found.hand_map.shape, found.hand_map.dtype) == ((1, 4, 4, 2), "int8")
    assert dict(found.rows())["hand map"].startswith("int8 1x4x4x2, scale 0.05, zero point 0")
    assert describe(graphs.handsign("int8")[0]).hand_map is None


@pytest.fixture
def shelves(tmp_path: Path) -> tuple[Path, Path]:
    folders = (tmp_path / "first", tmp_path / "second")
    for number, folder in enumerate(folders):
        folder.mkdir()
        (folder / "both.tflite").write_bytes(graphs.mobilenet_v1("int8", 11 + number)[0])
    (folders[1] / "mobilenet_v2_1.0.tflite").write_bytes(b"")
    return folders


def test_a_name_is_found_in_the_first_folder_that_has_it(shelves: tuple[Path, Path]) -> None:
    assert shelf.find("both", shelves) == shelves[0] / "both.tflite"
    assert shelf.find("mobilenet_v2_1.0", shelves) == shelves[1] / "mobilenet_v2_1.0.tflite"
    assert shelf.find(str(shelves[1] / "both.tflite"), ()) == shelves[1] / "both.tflite"
    assert sorted(shelf.installed(shelves)) == ["both", "mobilenet_v2_1.0"]


@pytest.mark.parametrize(
    ("name", "sentence"),
    [
        ("bth", "did you mean 'both'"),
        ("zebra", "there are both, mobilenet_v2_1.0"),
        ("/no/such.tflite", "there is no model file /no/such.tflite"),
        ("mobilenet_v1_0.5_160_quant", "edge-handsign model install mobilenet_v1_0.5_160_quant"),
    ],
)
def test_a_name_that_is_not_there_is_answered_with_what_is(
    shelves: tuple[Path, Path], name: str, sentence: str
) -> None:
    with pytest.raises(ModelError, match=sentence):
        shelf.find(name, shelves)


def test_loading_verifies_cuts_and_fingerprints_what_is_left(shelves: tuple[Path, Path]) -> None:
    first, second = (shelf.load("both", [folder]) for folder in shelves)
    assert len(first.fingerprint) == 32
    assert first.dropped == ("CONV_2D", "RESHAPE", "SOFTMAX")
    assert first.fingerprint == second.fingerprint, "the same net behind another classifier embeds the same"
    (shelves[0] / "other.tflite").write_bytes(graphs.mobilenet_v2("int8")[0])
    assert shelf.load("other", shelves).fingerprint != first.fingerprint
    with pytest.raises(ModelError, match=r"mobilenet_v2_1\.0\.tflite: this is not a TFLite model"):
        shelf.load("mobilenet_v2_1.0", shelves)


def test_folders_come_from_the_environment(tmp_path: Path) -> None:
    told = shelf.search_path({"EDGE_HANDSIGN_MODELS": str(tmp_path), "XDG_DATA_HOME": "/xdg"})
    assert told == (tmp_path, shelf.SYSTEM, Path("/xdg/edge-handsign/models"), shelf.packaged())
    assert shelf.target({"EDGE_HANDSIGN_MODELS": str(tmp_path)}) == tmp_path
