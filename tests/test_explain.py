"""`explain` as a person calls it: the real backbone, the real memory and store, and hands that the project draws."""

import json
from importlib import import_module
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from numpy.typing import NDArray

from edge_handsign.__main__ import main
from edge_handsign.commands import choice
from edge_handsign.config import Config
from edge_handsign.core.messages import Frame, Teach
from edge_handsign.devices.album import read_picture
from edge_handsign.devices.drawing import POSES, Stance, draw
from edge_handsign.hardware import Backbone
from edge_handsign.store import Store

Image = import_module("PIL.Image")

SIGNS = ("fist", "palm", "peace")
SIZE = (240, 240)  # px; the backbone's own may change
# Away from the middle, so that a map that is turned or mirrored is not right by chance.
ASIDE = Stance(centre=(0.22, 0.28), scale=0.24, room=5, skin=3)
KEYS = {"image", "backbone", "sign", "nearest_sign", "similarity", "margin", "nearest", "evidence", "occlusion"}
COARSE = ("--patch", "30", "--stride", "30")
COARSER = ("--patch", "60", "--stride", "60")  # of many maps that nobody looks at


def save(path: Path, pixels: NDArray[np.uint8]) -> Path:
    path.parent.mkdir(parents=True, exist_ok=True)
    Image.fromarray(pixels).save(path)
    return path


def drawn(sign: str, room: int, size: tuple[int, int] = SIZE) -> NDArray[np.uint8]:
    return draw(POSES[sign], size, Stance(room=room, skin=room % 6, turn=4.0 * room - 6, scale=0.28))


@pytest.fixture(scope="module")
def backbone() -> Backbone:
    return choice.backbone(Config())


@pytest.fixture(scope="module")
def album(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("album")
    for sign in SIGNS:
        for room in range(4):
            save(folder / sign / f"{room}.png", drawn(sign, room))
    return folder


@pytest.fixture(scope="module")
def asked(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return save(tmp_path_factory.mktemp("asked") / "asked.png", draw(POSES["peace"], SIZE, ASIDE))


@pytest.fixture(scope="module")
def box(backbone: Backbone, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A folder that a box has kept: two lessons of each sign."""
    folder = tmp_path_factory.mktemp("box")
    with Store(folder, backbone.fingerprint, backbone.dimension, backbone.name, keep_free=0) as store:
        for lesson, sign in enumerate(SIGNS * 2, 1):
            store.teach(
                Teach(sign, lesson, backbone.embed(Frame(drawn(sign, lesson, backbone.input_size), 0.0)).vector)
            )
    return folder


def explained(capsys: pytest.CaptureFixture[str], *arguments: str | Path) -> dict[str, Any]:
    assert main(["explain", *map(str, arguments), "--json"]) == 0
    found: dict[str, Any] = json.loads(capsys.readouterr().out)
    return found


def heat(found: dict[str, Any]) -> NDArray[np.float64]:
    """What the places of the patch took away, row by row."""
    return np.array(found["occlusion"]["drops"])


def test_the_evidence_lies_on_the_hand_and_not_in_the_corners(
    album: Path, asked: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    found = explained(capsys, asked, "--from", album)
    assert found["sign"] == found["nearest_sign"] == "peace"
    size = tuple(found["occlusion"]["size"])
    room = draw(None, size, ASIDE).astype(int)
    hand = np.abs(draw(POSES["peace"], size, ASIDE).astype(int) - room).max(2) > 40
    drops, side = heat(found), found["occlusion"]["patch"]
    tops, lefts = found["occlusion"]["tops"], found["occlusion"]["lefts"]
    covers = np.array([[hand[top : top + side, left : left + side].mean() for left in lefts] for top in tops])
    assert drops[covers > 0.3].mean() > 5 * abs(drops[covers == 0].mean())
    assert covers[np.unravel_index(drops.argmax(), drops.shape)] > 0.3
    corners = drops[[0, 0, -1, -1], [0, -1, 0, -1]]
    assert np.abs(corners).max() < 0.25 * drops.max()
    assert found["evidence"]["where"] in {"upper left", "left"}


def test_json_has_every_figure(
    album: Path, asked: Path, backbone: Backbone, capsys: pytest.CaptureFixture[str]
) -> None:
    found = explained(capsys, asked, "--from", album, *COARSE)
    assert set(found) == KEYS
    assert set(found["evidence"]) == {"where", "most", "against", "half_on", "at_rim", "doubt"}
    assert (found["occlusion"]["size"], found["occlusion"]["patch"]) == ([*backbone.input_size], 30)
    assert heat(found).shape == (len(found["occlusion"]["tops"]), len(found["occlusion"]["lefts"]))
    assert found["occlusion"]["score"] == pytest.approx(found["margin"], abs=1e-4)
    assert len(found["nearest"]) == 3
    assert {"id", "sign", "similarity", "lesson", "taught", "picture"} == set(found["nearest"][0])
    assert Path(found["nearest"][0]["picture"]).is_file()


def test_the_answer_is_that_of_classify(album: Path, asked: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["classify", str(album), str(asked)]) == 0
    classified = capsys.readouterr().out.splitlines()
    assert main(["explain", str(asked), "--from", str(album), *COARSE]) == 0
    told = capsys.readouterr().out.splitlines()
    assert told[0] == classified[0]
    assert [line.split()[0] for line in told[-3:]] == [line.split()[0] for line in classified[1:]]


def test_in_words_it_says_where_and_shows_it(album: Path, asked: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["explain", str(asked), "--from", str(album)]) == 0
    told = capsys.readouterr().out
    assert "of the picture: half of the evidence lies on" in told
    assert "nearest samples:" in told
    assert any(mark in told for mark in "█@")


def test_the_page_is_a_picture_with_the_map_in_colours(
    album: Path, asked: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    page = tmp_path / "why.png"
    assert main(["explain", str(asked), "--from", str(album), "--png", str(page), *COARSE]) == 0
    assert str(page) in capsys.readouterr().out
    with Image.open(page) as image:
        assert image.format == "PNG"
        assert 1200 < image.width < 1500
        assert 600 < image.height < 900
        seen = np.asarray(image.convert("RGB")).astype(int)
    panel = seen[154 : 154 + 440, 508 : 508 + 440]
    orange = panel[..., 0] - panel[..., 2] > 80
    assert orange[:220, :220].sum() > 4 * orange[220:, 220:].sum()


def test_what_a_box_was_taught_speaks_too(
    box: Path, asked: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    before = (box / "samples.db").read_bytes()
    page = tmp_path / "why.png"
    found = explained(capsys, asked, "--folder", box, "--png", page, *COARSE)
    assert found["nearest_sign"] == "peace"
    nearest = found["nearest"][0]
    assert (nearest["sign"], nearest["lesson"], nearest["picture"]) == ("peace", nearest["id"], None)
    assert nearest["taught"][:2] == "20"
    assert page.stat().st_size > 10_000
    assert (box / "samples.db").read_bytes() == before


def test_the_box_is_found_through_the_settings(
    box: Path, asked: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    config = tmp_path / "config.yaml"
    config.write_text(f"store:\n  folder: {box}\n")
    assert main(["explain", str(asked), "--config", str(config), *COARSE]) == 0
    assert "lesson" in capsys.readouterr().out


def test_a_picture_without_a_hand_is_explained_too(
    album: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    room = save(tmp_path / "room.png", draw(None, SIZE, Stance(room=77)))
    found = explained(capsys, room, "--from", album, "--png", tmp_path / "why.png", *COARSE)
    assert found["nearest_sign"] in SIGNS
    assert (tmp_path / "why.png").is_file()


def test_the_only_sign_has_no_other_to_be_told_from(
    asked: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    save(tmp_path / "one" / "peace" / "1.png", drawn("peace", 1))
    assert main(["explain", str(asked), "--from", str(tmp_path / "one"), *COARSE]) == 0
    told = capsys.readouterr().out
    assert "the only sign" in told
    assert "of the picture" in told


def test_units_are_shown_with_what_excites_them(
    album: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    page = tmp_path / "units.png"
    found = explained(capsys, "--features", album, "--top", "2", "--png", page, *COARSER)
    assert len(found["units"]) == 2
    spreads = [unit["spread"] for unit in found["units"]]
    assert spreads == sorted(spreads, reverse=True)
    for unit in found["units"]:
        said = [picture["activation"] for picture in unit["pictures"]]
        assert len(said) == 6
        assert said == sorted(said, reverse=True)
    with Image.open(page) as image:
        image.load()
        assert image.width > 1200


def test_a_named_unit_says_what_the_backbone_says(
    album: Path, backbone: Backbone, capsys: pytest.CaptureFixture[str]
) -> None:
    (unit,) = explained(capsys, "--features", album, "--unit", "7", *COARSER)["units"]
    best = unit["pictures"][0]
    embedding = backbone.embed(read_picture(Path(best["picture"]), backbone.input_size))
    assert unit["unit"] == 7
    assert best["sign"] == Path(best["picture"]).parent.name
    assert best["activation"] == pytest.approx(float(embedding.vector[7]) * embedding.norm, rel=1e-5)
    assert main(["explain", "--features", str(album), "--unit", "7", *COARSER]) == 0
    assert "unit 7" in capsys.readouterr().out


def test_another_backbone_is_explained_alike(
    album: Path, asked: Path, public_models: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    probe = public_models / "probe_v1_0.5_128_int8.tflite"
    found = explained(capsys, asked, "--from", album, "--backbone", probe, *COARSE)
    assert found["occlusion"]["size"] == [128, 128]
    assert "probe" in found["backbone"]


MISTAKES = {
    "no folder": (["{asked}", "--from", "{tmp}/nowhere"], 66, "does not exist"),
    "no picture": (["{tmp}/nobody.jpg", "--from", "{album}"], 66, "cannot be read"),
    "no box": (["{asked}", "--folder", "{tmp}"], 74, "has not kept anything there yet"),
    "patch": (["{asked}", "--from", "{album}", "--patch", "999"], 1, "does not fit into"),
    "stride": (["{asked}", "--from", "{album}", "--patch", "20", "--stride", "21"], 1, "leaves gaps"),
    "unit": (["--features", "{album}", "--unit", "9999"], 1, "its units are 0 to"),
    "top": (["--features", "{album}", "--top", "0"], 1, "is not possible"),
    "unit of a picture": (["{asked}", "--unit", "3"], 1, "--unit belongs to --features"),
    "features from": (["--features", "{album}", "--from", "{album}"], 1, "--from belongs to a picture"),
    "png": (["{asked}", "--from", "{album}", *COARSE, "--png", "{tmp}/no/x.png"], 1, "cannot be written"),
}


@pytest.mark.parametrize("mistake", MISTAKES)
def test_a_mistake_is_a_sentence(
    mistake: str, album: Path, asked: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    arguments, status, told = MISTAKES[mistake]
    filled = [argument.format(album=album, asked=asked, tmp=tmp_path) for argument in arguments]
    assert main(["explain", *filled]) == status
    said = capsys.readouterr().err
    assert told in said
    assert said.count("\n") == 1


def test_a_box_that_was_taught_with_another_backbone_is_told_so(
    tmp_path: Path, asked: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    with Store(tmp_path, b"f" * 32, 4, "old backbone", keep_free=0) as store:
        store.teach(Teach("fist", 1, np.array([1, 0, 0, 0], np.float32)))
    assert main(["explain", str(asked), "--folder", str(tmp_path)]) == 74
    said = capsys.readouterr().err
    assert "nothing that was taught with handsign.tflite" in said
    assert "--backbone" in said
