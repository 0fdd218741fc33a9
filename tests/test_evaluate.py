"""`classify` and `evaluate` as a person calls them, on real photographs through the real backbone."""

import json
from pathlib import Path

import pytest

from edge_handsign.__main__ import main
from tests import graphs
from tests.simulator import linked

SIGNS = ("paper", "rock", "scissors")
KEYS = {"accuracy", "accuracy_closed", "auroc_none", "n_teach", "n_test", "per_sign", "confusion", "ms_per_picture"}


def some(folder: Path, start: int, count: int) -> list[Path]:
    return sorted(folder.glob("*.jpg"))[start : start + count]


@pytest.fixture
def taught(data: Path, tmp_path: Path) -> Path:
    album = data / "rps_laya_webcam"
    return linked(tmp_path / "taught", {sign: some(album / sign, 0, 8) for sign in SIGNS})


@pytest.fixture
def asked(data: Path, tmp_path: Path) -> Path:
    album = data / "rps_laya_webcam"
    pictures = {sign: some(album / sign, 8, 4) for sign in SIGNS}
    return linked(tmp_path / "asked", pictures | {"none": some(data / "neg_faces_office/face_no_sign", 0, 4)})


def evaluated(capsys: pytest.CaptureFixture[str], *arguments: str | Path) -> dict[str, object]:
    assert main(["evaluate", *map(str, arguments), "--json"]) == 0
    found: dict[str, object] = json.loads(capsys.readouterr().out)
    return found


def test_json_has_every_figure(taught: Path, asked: Path, capsys: pytest.CaptureFixture[str]) -> None:
    found = evaluated(capsys, taught, asked)
    assert set(found) >= KEYS
    assert "handsign.tflite" in str(found["backbone"])
    assert (found["n_teach"], found["n_test"]) == (24, 16)
    assert isinstance(found["per_sign"], dict)
    assert set(found["per_sign"]) == {*SIGNS, "none"}


def test_what_was_taught_is_recognised(taught: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert evaluated(capsys, taught, taught)["accuracy_closed"] == 1.0


def test_the_same_seed_teaches_the_same_pictures(taught: Path, asked: Path, capsys: pytest.CaptureFixture[str]) -> None:
    first, again, other = (evaluated(capsys, taught, asked, "--shots", "2", "--seed", seed) for seed in ("1", "1", "2"))
    assert first["n_teach"] == 6
    assert first["confusion"] == again["confusion"]
    assert any(first[key] != other[key] for key in KEYS - {"ms_per_picture"})


def test_a_sign_that_was_not_taught_is_said_and_counts_as_none(
    taught: Path, asked: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    (asked / "rock").rename(asked / "vulcan salute")
    assert main(["evaluate", str(taught), str(asked)]) == 0
    said = capsys.readouterr()
    assert "vulcan salute" in said.err
    assert "vulcan salute" not in said.out


def test_folders_without_a_sign_in_common_are_refused(taught: Path, tmp_path: Path, data: Path) -> None:
    other = linked(tmp_path / "other", {"A": some(data / "asl_hackmit/A", 0, 2)})
    assert main(["evaluate", str(taught), str(other)]) == 66


def test_classify_names_the_sign_and_its_reasons(taught: Path, capsys: pytest.CaptureFixture[str]) -> None:
    picture = next((taught / "scissors").iterdir())
    assert main(["classify", str(taught), str(picture)]) == 0
    answer, *reasons = capsys.readouterr().out.splitlines()
    assert "scissors" in answer
    assert str(picture) in reasons[0]
    assert "1.000" in reasons[0]


def test_another_backbone_can_be_measured(
    taught: Path, public_models: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    probe = public_models / "probe_v1_0.5_128_int8.tflite"
    assert "probe" in str(evaluated(capsys, taught, taught, "--backbone", probe)["backbone"])


def test_a_classifier_that_is_still_on_is_left_out_and_that_is_said(
    taught: Path, public_models: Path, capsys: pytest.CaptureFixture[str], caplog: pytest.LogCaptureFixture
) -> None:
    whole = public_models / "mobilenet_v1_0.25_128_quant.tflite"
    assert "-> 256)" in str(evaluated(capsys, taught, taught, "--backbone", whole)["backbone"])
    assert "decapitate" in caplog.text


@pytest.mark.parametrize("arguments", [["evaluate", "nowhere", "nowhere"], ["classify", "nowhere", "x.jpg"]])
def test_a_folder_that_is_not_there_is_a_sentence(arguments: list[str], capsys: pytest.CaptureFixture[str]) -> None:
    assert main(arguments) == 66
    assert capsys.readouterr().err.count("\n") == 1


@pytest.mark.parametrize("second_look", [True, False])
def test_photographs_are_seen_as_the_settings_would_have_the_camera_see(
    tmp_path: Path, second_look: bool, capsys: pytest.CaptureFixture[str]
) -> None:
    """Two signs that differ in the left half only are told apart, unless only the right half is looked at."""
    image = pytest.importorskip("PIL.Image")
    model, settings = tmp_path / "net.tflite", tmp_path / "settings.yaml"
    model.write_bytes(graphs.red_hands())
    for sign, colour in (("blue", (0, 0, 250)), ("green", (0, 250, 0))):
        (tmp_path / "album" / sign).mkdir(parents=True)
        picture = image.new("RGB", (200, 100), (90, 90, 90))
        picture.paste(colour, (0, 0, 100, 100))
        picture.save(tmp_path / "album" / sign / "1.png")
    found = {}
    for region in ("[0, 0, 0.5, 1]", "[0.5, 0, 1, 1]"):
        settings.write_text(f"camera: {{region: {region}}}\nbackbone: {{second_look: {str(second_look).lower()}}}\n")
        command = ["classify", tmp_path / "album", tmp_path / "album/green/1.png", "--backbone", model]
        assert main([*map(str, command), "--config", str(settings)]) == 0
        *_, nearest, next_ = capsys.readouterr().out.splitlines()
        found[region] = float(nearest.split()[0]) - float(next_.split()[0])
    assert found["[0, 0, 0.5, 1]"] > 0.01
    assert found["[0.5, 0, 1, 1]"] == 0
