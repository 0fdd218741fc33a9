"""`lab` as a person calls it. Hands are drawn, so no photograph is needed."""

import json
import re
import signal
import subprocess
import sys
from importlib.util import find_spec
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from edge_handsign.__main__ import main
from edge_handsign.core.messages import Teach
from edge_handsign.devices.drawing import POSES, Stance, draw
from edge_handsign.lab.claims import INSTANT_S
from edge_handsign.store import Store
from tests.conftest import ROOT
from tests.learning import unit

SIGNS = ("fist", "palm", "peace")
ROOMS = 3
EACH = 5  # drawings of a sign in a room


@pytest.fixture(scope="module")
def hands(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Drawn hands, DIR/sign/room/picture."""
    image = pytest.importorskip("PIL.Image")
    folder, chance = tmp_path_factory.mktemp("hands"), np.random.default_rng(5)
    for sign in SIGNS:
        for room in range(ROOMS):
            (folder / sign / f"room {room}").mkdir(parents=True)
            for number in range(EACH):
                turn, swing = chance.uniform(-12, 12, 2)
                stance = Stance(turn=float(turn), swing=float(swing), room=room, seed=number, skin=2 * room)
                picture = image.fromarray(draw(POSES[sign], (160, 160), stance))
                picture.save(folder / sign / f"room {room}" / f"{number}.png")
    return folder


def lab(capsys: pytest.CaptureFixture[str], *arguments: str | Path) -> dict[str, Any]:
    assert main(["lab", *map(str, arguments), "--json"]) == 0
    found: dict[str, Any] = json.loads(capsys.readouterr().out)
    return found


def test_knn_and_head_learn_drawn_hands(hands: Path, capsys: pytest.CaptureFixture[str]) -> None:
    found = lab(capsys, hands, "--learners", "ab", "--shots", "1,10,99", "--draws", "2")
    assert [(each["learner"], each["shots"], each["draws"]) for each in found["figures"]] == [
        ("knn", 1, 2),
        ("knn", 10, 2),
        ("head", 1, 2),
        ("head", 10, 2),
    ]
    assert all(each["accuracy"] > 0.8 for each in found["figures"] if each["shots"] == 10)
    assert (found["split_by"], found["asked"], found["missing"]) == ("recording", 15, {})
    fresh, instant = (claim["verdict"] for claim in found["claims"])
    assert fresh == "not answered"
    of_each = next(each for each in found["figures"] if (each["learner"], each["shots"]) == ("knn", 10))
    at_once = of_each["learn_s"] / (10 * len(SIGNS)) < INSTANT_S
    assert instant.startswith("supported here" if at_once else "not supported here"), "slow interpreters are slow"


def test_another_folder_is_asked_and_a_person_can_read_it(hands: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["lab", str(hands), str(hands), "--learners", "a", "--shots", "5,99", "--draws", "1"]) == 0
    said = capsys.readouterr()
    assert "split by folder, about 45 asked in a draw" in said.out
    assert "a KNN on the cut network" in said.out
    assert re.search(
        r"2\. A KNN on the embedding needs no training run: teaching is instant: (not )?supported", said.out
    )
    assert "99 of each sign are left out" in said.err


def test_without_tensorflow_it_says_what_to_install(hands: Path, capsys: pytest.CaptureFixture[str]) -> None:
    if find_spec("tensorflow") is not None:
        pytest.skip("TensorFlow is here")
    found = lab(capsys, hands, "--learners", "ad", "--shots", "1", "--draws", "1")
    assert found["missing"] == {"scratch": "it needs TensorFlow and Keras: pip install 'edge-handsign[lab]'"}


def test_the_plot_is_drawn(hands: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    pytest.importorskip("matplotlib", reason="matplotlib comes with the [plot] extra")
    lab(capsys, hands, "--learners", "a", "--shots", "1,5", "--draws", "2", "--plot", tmp_path / "curve.svg")
    drawn = (tmp_path / "curve.svg").read_text(encoding="utf-8")
    assert drawn.startswith("<?xml")


@pytest.fixture
def box(tmp_path: Path) -> Path:
    """A box that was taught fist and palm in six lessons each, and peace in one."""
    folder, chance = tmp_path / "box", np.random.default_rng(3)
    with Store(folder, b"f" * 32, 8, "backbone", keep_free=0) as store:
        for lesson in range(12):
            vector = unit(np.eye(8)[[lesson % 2]] + chance.normal(0, 0.1, 8))[0]
            store.teach(Teach(("fist", "palm")[lesson % 2], lesson + 1, vector))
        store.teach(Teach("peace", 13, unit(np.eye(8)[[2]])[0]))
    return folder


def test_what_was_taught_is_enough_for_knn_and_head(box: Path, capsys: pytest.CaptureFixture[str]) -> None:
    found = lab(capsys, "--taught", box, "--shots", "1,4", "--draws", "2")
    assert found["signs"] == ["fist", "palm"]
    assert found["split_by"] == "lesson"
    assert {each["learner"]: each["accuracy"] for each in found["figures"] if each["shots"] == 4} == {
        "knn": 1.0,
        "head": 1.0,
    }
    assert {"tuned", "scratch"} == set(found["missing"])
    assert "without pictures" in found["missing"]["scratch"]


def test_time_that_is_up_leaves_what_there_is(hands: Path, capsys: pytest.CaptureFixture[str]) -> None:
    found = lab(capsys, hands, "--learners", "ab", "--shots", "1", "--draws", "1", "--minutes", "0")
    assert found["figures"] == []
    assert found["missing"] == dict.fromkeys(("knn", "head"), "stopped after 0 minutes")
    assert {claim["verdict"] for claim in found["claims"]} == {"not answered"}


def test_interrupted_it_prints_what_it_knows(hands: Path) -> None:
    before = signal.signal(signal.SIGINT, signal.default_int_handler)  # a shell's background ignores it, for all below
    with subprocess.Popen(
        [sys.executable, "-m", "edge_handsign", "lab", hands, "--learners", "a", "--shots", "1,2", "--draws", "500"],
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
        cwd=ROOT,
    ) as process:
        try:
            assert process.stderr
            next(line for line in process.stderr if line.startswith("2 of 1000"))
            process.send_signal(signal.SIGINT)
            told, said = process.communicate(timeout=30)
        finally:
            process.kill()
            signal.signal(signal.SIGINT, before)
    assert process.returncode == 130
    assert "interrupted" in said
    assert "Traceback" not in said
    assert "a KNN on the cut network" in told


MISTAKES: dict[str, tuple[list[str], int, str]] = {
    "nothing to learn from": ([], 2, "give TEACH_DIR, or --taught"),
    "two things to learn from": (["{hands}", "--taught", "{hands}"], 2, "give TEACH_DIR, or --taught"),
    "nothing to look at": (["--taught", "--source", "x"], 2, "--source and --backbone have nothing to look at"),
    "no shots": (["{hands}", "--shots", "0"], 2, "must be at least 1"),
    "no seed": (["{hands}", "--seed", "-1"], 2, "must be at least 0"),
    "no such learner": (["{hands}", "--learners", "xyz"], 2, "must be some of abcd"),
    "a plot of no known kind": (["{hands}", "--plot", "curve.doc"], 2, "must end in .png, .svg, .pdf"),
    "a plot nowhere": (["{hands}", "--plot", "nowhere/curve.png"], 2, "there is no folder nowhere"),
    "no folder": (["nowhere"], 66, "nowhere does not exist"),
    "one sign": (["{one}"], 66, "two are needed to tell apart"),
    "no sign in common": (["{hands}", "{other}"], 66, "shows none of the signs of"),
    "too few pictures": (["{hands}", "--learners", "a", "--shots", "500"], 1, "has fewer than 500 pictures to teach"),
    "nothing taught": (["--taught", "{one}"], 74, "has not kept anything there yet"),
}


@pytest.mark.parametrize("mistake", MISTAKES)
def test_a_mistake_is_a_sentence(mistake: str, hands: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    arguments, status, told = MISTAKES[mistake]
    for name, signs in {"one": ["fist"], "other": ["A", "B"]}.items():
        for sign in signs:
            (tmp_path / name / sign).mkdir(parents=True)
            (tmp_path / name / sign / "1.png").symlink_to(next((hands / "fist").rglob("*.png")))
    places = {"hands": str(hands), "one": str(tmp_path / "one"), "other": str(tmp_path / "other")}
    try:
        ended = main(["lab", *(argument.format(**places) for argument in arguments)])
    except SystemExit as error:
        ended = int(error.code or 0)
    said = capsys.readouterr().err
    assert told in said
    assert ended == status
    assert "Traceback" not in said
