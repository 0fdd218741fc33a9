"""What the figures promise: nobody is taught and asked, time is not shuffled, draws repeat, the spread is right."""

import json
import subprocess
import sys
from collections.abc import Sequence
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from numpy.typing import NDArray

from edge_handsign.core.memory import Memory, MemorySettings
from edge_handsign.core.messages import Embedding, Frame
from edge_handsign.evaluation import NONE, Example
from scripts.measures import page, plots, pose, protocols, scores, shots, table
from scripts.measures.columns import V2
from scripts.measures.confusion import confusion
from scripts.measures.evidence import Evidence, evidence
from scripts.measures.figure import Figure, over
from scripts.measures.kept import Kept, Remembering
from scripts.measures.protocols import Labels, Protocol, Trial
from scripts.measures.results import Results
from scripts.measures.rows import LETTERS, NOTHING, ROWS, STRANGER, VIDEO
from scripts.measures.scores import Score
from scripts.measures.sitting import Drawn, Measure, Sitting
from scripts.measures.timing import Timing
from scripts.training import card
from scripts.training.descent import MOBILENET_V1, MOBILENET_V2, descent
from scripts.training.photographs import Photograph
from scripts.training.ticket import Recipe, Ticket
from tests import graphs
from tests.conftest import ROOT


def album(groups: int = 4, signs: Sequence[str] = ("fist", "palm", "five"), frames: int = 30) -> Labels:
    """`groups` recordings, each of all signs, each sign filmed for `frames` frames."""
    each = [(sign, f"g{group}", frame) for group in range(groups) for sign in signs for frame in range(frames)]
    sign, group, taken = (np.array(column) for column in zip(*each, strict=True))
    return Labels(sign, group, taken)


PROTOCOLS = {
    "across groups": protocols.across_groups(5),
    "across people": protocols.across_people(2),
    "same session": protocols.same_session(5, 2),
    "across time": protocols.across_time(5),
    "and none": protocols.and_none(protocols.across_groups(5)),
}


@pytest.mark.parametrize("protocol", PROTOCOLS.values(), ids=PROTOCOLS)
def test_draws_repeat_with_the_seed_and_differ_without(protocol: Protocol) -> None:
    def rows(seed: int) -> list[list[int]]:
        drawn = protocols.draws(album(20), protocol, 3, seed)
        return [trial.taught.tolist() + trial.asked.tolist() for trials in drawn for trial in trials]

    assert rows(1) == rows(1)
    assert rows(1) != rows(2)
    assert len({str(each) for each in rows(1)}) == len(rows(1)), "two draws are the same"


@pytest.mark.parametrize("name", ["across groups", "across people", "and none"])
def test_nobody_is_asked_about_himself(name: str) -> None:
    labels = album()
    for trial in PROTOCOLS[name](labels, np.random.default_rng(1)):
        assert len(trial.taught)
        assert not set(labels.group[trial.taught]) & set(labels.group[trial.asked])


@pytest.mark.parametrize("name", ["same session", "across time"])
def test_time_is_cut_once_with_a_gap(name: str) -> None:
    """All that is taught lies before all that is asked, or after it; some frames between are neither."""
    labels = album(2)
    trials = PROTOCOLS[name](labels, np.random.default_rng(1))
    assert len(trials) == 2, "one for each recording"
    for trial in trials:
        assert set(labels.group[trial.taught]) == set(labels.group[trial.asked])
        for sign in np.unique(labels.sign[trial.taught]):
            taught, asked = (labels.taken[rows[labels.sign[rows] == sign]] for rows in (trial.taught, trial.asked))
            assert min(asked) - max(taught) > 3 or min(taught) - max(asked) > 3


def test_all_signs_share_a_time_where_the_collection_is_one() -> None:
    """No frame is asked that was taken while another sign was taught."""
    labels = album(1)
    for trial in protocols.across_time(20)(labels, np.random.default_rng(4)):
        taught, asked = labels.taken[trial.taught], labels.taken[trial.asked]
        assert max(taught) < min(asked) or max(asked) < min(taught)


def test_as_many_are_taught_as_said() -> None:
    labels = album()
    (first, *_) = protocols.across_groups(7)(labels, np.random.default_rng(0))
    assert np.unique(labels.sign[first.taught], return_counts=True)[1].tolist() == [7, 7, 7]
    (drawn,) = protocols.across_people(3)(labels, np.random.default_rng(0))
    assert len(set(labels.group[drawn.taught])) == 3


def test_who_shows_too_few_signs_only_answers() -> None:
    both, one = album(1), album(1, ["fist"])
    group = np.append(both.group, ["late"] * 30)
    labels = Labels(np.append(both.sign, one.sign), group, np.append(both.taken, one.taken))
    trials = protocols.across_groups(5, 3)(labels, np.random.default_rng(0))
    assert [set(labels.group[trial.asked]) for trial in trials] == [{"late"}]
    assert len(set(labels.sign[trials[0].taught])) == 3, (
        "what nobody else shows is still taught, and can be said wrongly"
    )


def test_one_group_may_be_asked_alone() -> None:
    labels = album(3)
    trials = protocols.across_groups(5, asked="g1")(labels, np.random.default_rng(0))
    assert [set(labels.group[trial.taught]) for trial in trials] == [{"g0"}, {"g2"}]
    assert all(set(labels.group[trial.asked]) == {"g1"} for trial in trials)


def test_what_is_worth_something_is_what_is_asked() -> None:
    """A set that was left out of training counts as unseen, also when sets that trained teach it."""
    taught, asked = (photograph(role="train", set=name, path=f"{name}/1.jpg") for name in LETTERS[:2])
    row = next(row for row in ROWS if row.asked == asked.set)
    assert Sitting([taught, asked], left_out=frozenset({asked.set})).worth(row) is Evidence.UNSEEN_SET
    assert Sitting([taught, asked], left_out=frozenset({taught.set})).worth(row) is Evidence.SEEN


def test_what_is_no_hand_is_asked_and_never_taught() -> None:
    labels = album(2)
    with_none = Labels(
        np.append(labels.sign, [NONE] * 3), np.append(labels.group, ["office"] * 3), np.append(labels.taken, [0, 1, 2])
    )
    for trial in PROTOCOLS["and none"](with_none, np.random.default_rng(0)):
        assert (with_none.sign[trial.taught] != NONE).all()
        assert (with_none.sign[trial.asked] == NONE).sum() == 3


def test_the_spread_is_that_of_the_draws() -> None:
    figure = over([90.0, 94.0])
    assert (figure.mean, figure.spread, figure.draws) == (92, 2, 2)
    assert str(figure) == "92.0 ± 2.0"


def shown(*signs: str) -> Labels:
    return Labels(np.array(signs), np.arange(len(signs)).astype(str), np.arange(len(signs)))


ONE_ASKED = Trial(np.arange(3), np.array([3]))


def remembered(vectors: NDArray[np.float32], labels: Labels, trial: Trial) -> float:
    """By the product's memory."""
    examples = [Example(str(sign), vector) for sign, vector in zip(labels.sign, vectors, strict=True)]
    return scores.by_memory(Memory(vectors.shape[1], MemorySettings()), examples, trial)


@pytest.mark.parametrize("score", [scores.right, remembered])
def test_well_separated_signs_are_answered_right_and_turned_ones_wrong(score: Score) -> None:
    vectors = np.array([[1, 0], [1, 0], [0, 1], [1, 0]], np.float32)
    assert score(vectors, shown("fist", "fist", "palm", "fist"), ONE_ASKED) == 100
    assert score(vectors, shown("palm", "palm", "fist", "fist"), ONE_ASKED) == 0


def test_a_missed_hand_is_wrong_and_teaches_nothing() -> None:
    missed = np.array([[1, 0], [1, 0], [0, 1], [0, 0]], np.float32)
    assert scores.right(missed, shown("fist", "fist", "palm", "fist"), ONE_ASKED) == 0
    untaught = np.array([[0, 0], [0, 0], [0, 1], [1, 0]], np.float32)
    assert scores.voted(untaught, shown("fist", "fist", "palm", "fist"), ONE_ASKED).tolist() == ["palm"]


@pytest.mark.parametrize("score", [scores.told, remembered])
def test_a_hand_is_told_from_none_by_its_nearest(score: Score) -> None:
    labels = shown("fist", "palm", "fist", NONE)
    trial = Trial(np.arange(2), np.arange(2, 4))
    near = np.array([[1, 0, 0], [0, 1, 0], [1, 0, 0], [0, 0, 1]], np.float32)
    assert score(near, labels, trial) == 100
    assert score(near[[0, 1, 3, 2]], labels, trial) == 0


def figures(**means: float) -> dict[str, Figure]:
    return {name: Figure(mean, 1.5, 5) for name, mean in means.items()}


def results(worth: Evidence = Evidence.UNSEEN_PEOPLE) -> Results:
    """Two models and two rows, of which the first model meets the first."""
    letters = next(row for row in ROWS if row.stands_for == STRANGER)
    words = next(row for row in ROWS if row.stands_for == VIDEO)
    met = Measure(letters, worth, 2000, 3, 4.0, figures(ours=71.25, theirs=8), figures(ours=72))
    missed = Measure(words, Evidence.UNSEEN_SET, 1080, 2, 10.0, figures(ours=40, theirs=16), figures(ours=41))
    times = {"ours": Timing(1.0, 9.0), V2: Timing(5.0, 90.0), "theirs": Timing(6.0, None)}
    return Results(("ours", "theirs"), ("ours",), [met, missed], times, {"ours": 1.5, "theirs": 6.5})


def test_a_line_tells_the_aim_the_chance_the_pictures_and_what_it_is_worth() -> None:
    line = table.line(results().measures[0], ("ours", "theirs"))
    for said in ("letters, asl_", " 70 ", " 4 ", "2000 in 3", "71.2 ± 1.5", "8.0 ± 1.5", "unseen people"):
        assert said in line


def test_columns_stand_under_their_names() -> None:
    head, line = table.heading(("ours", "theirs")), table.line(results().measures[0], ("ours", "theirs"))
    for name, cell in (("ours", "71.2 ± 1.5"), ("theirs", "8.0 ± 1.5")):
        assert head.index(name) + len(name) == line.index(cell) + len(cell)


def test_times_are_shares_of_mobilenet_v2() -> None:
    ours, _, theirs, frames = table.lines_of_time(results())
    assert "0.20 and 0.10 of MobileNet v2, aim 0.3" in ours
    assert "1.20 of MobileNet v2" in theirs, "tflite-runtime was not measured"
    assert "ours 1.50, theirs 6.50" in frames


def test_missed_aims_are_those_below() -> None:
    assert [measure.row.stands_for for measure in results().missed()] == [VIDEO]


def test_told_from_no_sign_is_what_the_product_calls_unknown() -> None:
    row = next(row for row in ROWS if row.stands_for == NOTHING)
    told = Measure(row, Evidence.UNSEEN_SET, 100, 2, 50.0, figures(ours=60, theirs=99), figures(ours=99.5))
    found = Results(("ours", "theirs"), ("ours",), [told], {}, {})
    assert not found.missed()
    assert "| **99.5 ± 1.5 (nearest cosine 60.0 ± 1.5)** | 99.0 ± 1.5 |" in "".join(page.sections(found))


def test_the_page_has_each_row_with_all_columns() -> None:
    rows = [line for section in page.sections(results()) for line in section.splitlines() if line.startswith("| ")]
    assert any("**71.2 ± 1.5**" in row and "| 70 |" in row and "| 8.0 ± 1.5 |" in row for row in rows), "an aim met"
    assert any("| 40.0 ± 1.5 |" in row and "unseen set" in row for row in rows)
    assert "**" not in "".join(page.sections(results(Evidence.SEEN))), "no aim is met on what was seen"


def test_the_card_has_the_same_rows(embedded_model: Path, tmp_path: Path) -> None:
    findings = card.Findings(results(), ["'yes' is taken for 'i'"])
    card.write(tmp_path / "ours.md", Ticket(Recipe(1, 1, 8e-4)), embedded_model.read_bytes(), findings, [], "0")
    written = (tmp_path / "ours.md").read_text(encoding="utf-8")
    for said in ("(unseen people) | 71.2 ± 1.5 | 8.0 ± 1.5 |", "160 x 160", "LiteRT 1.00", "'yes' is taken for 'i'"):
        assert said in written
    assert "hand landmark model of MediaPipe" in " ".join(written.split()), "whose network it was"
    assert "(unseen set): 40.0" in written, "what is weak is named again"


def test_the_card_knows_whose_network_it_was() -> None:
    told = [descent(family("int8")[0]) for family in (graphs.mobilenet_v1, graphs.keras_v1, graphs.mobilenet_v2)]
    assert told == [MOBILENET_V1, MOBILENET_V1, MOBILENET_V2]


def test_commonest_mistakes_come_first() -> None:
    """Shown twice a palm and once a fist, it says fist each time."""
    vectors = np.array([[1, 0], [0, 1], [1, 0], [1, 0], [1, 0]], np.float32)
    labels = shown("fist", "palm", "palm", "palm", "fist")
    drawn = Drawn(ROWS[0], [], labels, [[Trial(np.arange(2), np.arange(2, 5))]])
    found = confusion(vectors, drawn)
    assert found.commonest(3) == [("palm", "fist", 100.0)]


def test_the_map_keeps_what_differs_most() -> None:
    flat = plots.plane(np.array([[9, 0, 0], [-9, 0, 0], [0, 1, 0], [0, -1, 0]], np.float32))
    assert np.abs(flat[0, 0] - flat[1, 0]) == pytest.approx(18)


def photograph(**changes: Any) -> Photograph:
    about: dict[str, Any] = dict.fromkeys(("set", "sign", "person", "session", "sha256_16"), "x")
    picture = {"path": "x/1.jpg", "role": "dev", "licence": "MIT", "width": 400, "height": 300}
    return Photograph(**{**about, **picture, **changes})


def inside(region: tuple[float, float, float, float] | None) -> tuple[float, float, float, float]:
    assert region is not None
    left, top, right, bottom = region
    assert 0 <= left < right <= 1
    assert 0 <= top < bottom <= 1
    assert (right - left) * 400 == pytest.approx((bottom - top) * 300), "not square"
    return region


@pytest.mark.parametrize(("name", "upright"), [("rps_drgfreeman", True), ("rps_laya_webcam", False)])
def test_hands_from_the_side_are_turned_upright(name: str, upright: bool, tmp_path: Path) -> None:
    """What points left in the file, points up in the picture."""
    from PIL import Image

    pixels = np.zeros((300, 400, 3), np.uint8)
    pixels[140:160, 60:200] = 255
    Image.fromarray(pixels).save(tmp_path / "1.png")
    seen = shots.hand(photograph(set=name, path="1.png"), "set").picture(tmp_path, (30, 30)).pixels
    assert (seen[5, 15, 0] > 200, seen[15, 5, 0] > 200) == (upright, not upright), "above the middle, left of it"


def test_a_crop_is_a_square_inside_with_the_hand() -> None:
    for box in ((0.0, 0.0, 0.2, 0.3), (0.8, 0.5, 1.0, 1.0), (0.1, 0.1, 0.9, 0.9)):
        region = inside(shots.around(photograph(box=box), 1.8))
        assert region[0] <= (box[0] + box[2]) / 2 <= region[2]
    assert shots.around(photograph(), 1.8) is None


def test_what_is_beside_a_hand_has_no_hand() -> None:
    left, _, right, _ = inside(shots.beside(photograph(box=(0.0, 0.2, 0.4, 0.9))))
    assert left >= 0.4
    assert right <= 1
    assert shots.beside(photograph(box=(0.1, 0.1, 0.9, 0.9))) is None, "too little is left"


def test_pictures_are_in_the_order_of_their_numbers() -> None:
    paths = ("a/10.jpg", "a/9.jpg", "a/glu_100_png_jpg.rf.77.jpg", "a/glu_20_png_jpg.rf.99.jpg")
    known = shots.labels([shots.hand(photograph(path=path), "set") for path in paths])
    assert np.argsort(known.taken).tolist() == [1, 0, 3, 2]


def test_thinning_keeps_both_ends_and_every_sign() -> None:
    many = [shots.hand(photograph(path=f"a/{n}.jpg", sign=sign), "set") for sign in "ab" for n in range(50)]
    kept = shots.evenly(many, 5)
    assert [shot.photograph.path for shot in kept if shot.sign == "a"] == [f"a/{n}.jpg" for n in (0, 12, 24, 37, 49)]
    assert len(kept) == 10


@pytest.mark.parametrize(
    ("role", "name", "left_out", "worth"),
    [
        ("dev", "other", "", Evidence.UNSEEN_SET),
        ("dev", "known", "", Evidence.UNSEEN_PEOPLE),
        ("train", "known", "", Evidence.SEEN),
        ("train", "known", "known", Evidence.UNSEEN_SET),
    ],
)
def test_what_a_figure_is_worth(role: str, name: str, left_out: str, worth: Evidence) -> None:
    trained, asked = photograph(role="train", set="known"), photograph(role=role, set=name, path=f"{role}.jpg")
    assert evidence([trained, asked], [shots.hand(asked, "set")], frozenset({left_out})) is worth


def test_a_pose_does_not_depend_on_place_size_or_handedness() -> None:
    joints = np.random.default_rng(2).random((21, 2)).astype(np.float32)
    right = pose.in_plane(found(0, joints))
    smaller = pose.in_plane(found(0, 0.3 * joints + 0.2))
    left = pose.in_plane(found(1, joints * [-1, 1]))
    assert np.allclose(right, smaller, atol=1e-5)
    assert np.allclose(right, left, atol=1e-5)
    assert not pose.in_plane(found(0, 0 * joints)).any(), "no hand, no direction"


def test_bones_hardly_depend_on_which_side_of_the_hand_is_seen() -> None:
    random = np.random.default_rng(3)
    one, other = random.normal(size=(2, 21, 3))
    turned = one @ np.diag([-1, 1, -1])  # seen from behind
    alike, unlike = (pose.in_space(found(0, one)) @ pose.in_space(found(0, each)) for each in (turned, other))
    assert alike > 0.5 > unlike
    mirrored = pose.in_space(found(1, one * [-1, 1, 1]))
    assert np.allclose(mirrored, pose.in_space(found(0, one)), atol=1e-5)
    assert np.linalg.norm(mirrored) == pytest.approx(1, abs=1e-5)
    assert not pose.in_space(found(0, 0 * one)).any(), "no hand, no direction"


def found(left: int, joints: np.ndarray[Any, Any]) -> np.ndarray[Any, np.dtype[np.float32]]:
    """A row as the finder keeps it, of joints in the plane or in space."""
    row = np.zeros(pose.NUMBERS, np.float32)
    row[0], row[pose.PLANE if joints.shape[1] == 2 else pose.SPACE] = left, joints.ravel()
    return row


def test_a_network_is_asked_once_about_the_same_pixels(tmp_path: Path) -> None:
    asked: list[Frame] = []

    def embed(frame: Frame) -> Embedding:
        asked.append(frame)
        return Embedding(np.array([0.6, 0.8], np.float32), 7.5)

    one, other = (Frame(np.full((2, 2, 3), value, np.uint8), 0.0) for value in (1, 2))
    for frames in ([one, one], [one, other]):
        kept = Kept(tmp_path / "kept.npz")
        said = [Remembering(embed, kept)(frame) for frame in frames]
        kept.save()
        assert all(each.vector.tolist() == pytest.approx([0.6, 0.8]) and each.norm == 7.5 for each in said)
    assert asked == [one, other]


def accuracy(*arguments: str | Path) -> "subprocess.CompletedProcess[str]":
    command = [sys.executable, str(ROOT / "scripts" / "accuracy"), *map(str, arguments)]
    return subprocess.run(command, capture_output=True, text=True, check=False)


def test_the_command_says_where_it_looked_for_photographs(tmp_path: Path) -> None:
    done = accuracy("--data", tmp_path)
    assert (done.returncode, str(tmp_path) in done.stdout) == (66, True), done.stderr


def test_a_file_that_is_no_model_is_one_sentence(shared: Path, tmp_path: Path) -> None:
    (tmp_path / "junk.tflite").write_bytes(b"no model")
    done = accuracy(tmp_path / "junk.tflite", "--data", shared, "--quick")
    assert done.returncode == 65
    assert done.stderr.startswith("accuracy: ")
    assert "junk.tflite" in done.stderr


def test_a_row_on_real_photographs_through_the_real_network(shared: Path, embedded_model: Path, tmp_path: Path) -> None:
    found = tmp_path / "found.json"
    done = accuracy(embedded_model, "--data", shared, "--quick", "--rows", "six people", "--json", found)
    assert done.returncode == 0, done.stderr
    (row,) = json.loads(found.read_text())["rows"]
    assert (row["pictures"], row["groups"], row["chance"], row["evidence"]) == (589, 60, 10, "unseen people")
    assert row["plain"]["handsign"]["mean"] > 90
