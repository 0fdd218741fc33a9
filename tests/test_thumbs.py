"""Pictures of samples: only if wanted, gone with their samples, and lost without anything else being lost."""

from pathlib import Path

import numpy as np
import pytest

from edge_handsign.__main__ import main
from edge_handsign.commands import choice
from edge_handsign.config import Config
from edge_handsign.core.messages import Frame, Teach
from edge_handsign.devices.drawing import POSES, Stance, draw
from edge_handsign.store import Store
from tests.test_store import DIMENSION, OTHERS, OURS, vector

THUMBS = "thumbs.db"


def opened(folder: Path, fingerprint: bytes = OURS, *, pictures: bool = True) -> Store:
    return Store(folder, fingerprint, DIMENSION, "backbone", keep_free=0, pictures=pictures)


def picture(number: int, proportion: float = 1.0) -> Frame:
    return Frame(np.full((32, 32, 3), number * 20, np.uint8), 0.0, proportion)


def teach(store: Store, number: int, sign: str = "fist") -> int:
    return store.teach(Teach(sign, number, vector(number), picture(number)))


def shades(store: Store) -> dict[int, int]:
    """The ids of the pictures, and which one each is."""
    pictures = store._upkeep.pictures
    found = {sample_id: pictures.of(sample_id) for sample_id in pictures.ids()}
    return {sample_id: round(one.pixels.mean() / 20) for sample_id, one in found.items() if one is not None}


def test_no_picture_is_kept_unless_the_owner_wants_it(tmp_path: Path) -> None:
    with opened(tmp_path, pictures=False) as store:
        teach(store, 1)
        store.undo(1)
        assert store.load().samples == ()
    assert not (tmp_path / THUMBS).exists()
    assert not Config().store.pictures


def test_pictures_go_with_their_samples(tmp_path: Path) -> None:
    with opened(tmp_path) as store:
        ids = [teach(store, number, ("fist", "palm")[number % 2]) for number in range(1, 6)]
        assert shades(store) == {sample_id: number for number, sample_id in enumerate(ids, 1)}
        store.undo(2)
        store.forget("palm")
        assert shades(store) == {ids[3]: 4}
    assert (tmp_path / THUMBS).stat().st_mode & 0o777 == 0o600
    with opened(tmp_path, pictures=False) as store:  # not wanted any more: those that there are still go
        store.undo(4)
        assert shades(store) == {}


def test_pictures_that_a_power_cut_left_behind_go_at_the_next_start(tmp_path: Path) -> None:
    with opened(tmp_path) as store:
        first, second = teach(store, 1), teach(store, 2)
        store._upkeep.pictures.keep(99, picture(9))
        store._upkeep.pictures.renumber({second: 98})
    with opened(tmp_path) as store:
        store.load()
        assert shades(store) == {first: 1}


@pytest.mark.parametrize("damage", ["text", "cut", "other"])
def test_a_damaged_file_of_pictures_is_begun_anew_and_loses_no_sample(
    tmp_path: Path, damage: str, caplog: pytest.LogCaptureFixture
) -> None:
    with opened(tmp_path) as store:
        for number in range(1, 9):
            teach(store, number)
    file = tmp_path / THUMBS
    whole = file.read_bytes()
    file.write_bytes(
        {"text": b"no database " * 99, "cut": whole[:-5000], "other": whole[:100] + bytes(len(whole))}[damage]
    )
    with opened(tmp_path) as store:
        assert [sample.lesson for sample in store.load().samples] == list(range(1, 9))
        last = teach(store, 9)
        assert shades(store) == {last: 9}
    assert "EH-307" in caplog.text


def test_a_picture_that_cannot_be_read_is_none(tmp_path: Path) -> None:
    with opened(tmp_path) as store:
        sample_id = teach(store, 1)
        store._upkeep.pictures._opened().execute("UPDATE picture SET jpeg = x'ffd8ff00'")
        assert store._upkeep.pictures.of(sample_id) is None


@pytest.mark.parametrize("proportion", [1.0, 4 / 3, 3 / 4])
def test_a_picture_tells_how_it_was_squeezed(tmp_path: Path, proportion: float) -> None:
    with opened(tmp_path) as store:
        sample_id = store.teach(Teach("fist", 1, vector(1), picture(1, proportion)))
        kept = store._upkeep.pictures.of(sample_id)
    assert kept is not None
    assert kept.proportion == pytest.approx(proportion, abs=0.01)


def test_samples_move_to_another_backbone_from_their_pictures(tmp_path: Path) -> None:
    with opened(tmp_path) as store:
        teach(store, 1)
        teach(store, 2, "palm")
    with opened(tmp_path, pictures=False) as store:
        store.teach(Teach("palm", 3, vector(3)))
    seen = []

    def embed(frame: Frame) -> np.ndarray:
        seen.append(round(frame.pixels.mean() / 20))
        return vector(seen[-1] + 50)

    with opened(tmp_path, OTHERS) as store:
        done = store.orders.reembed(embed)
        assert (done.moved, done.asleep, seen) == (2, 1, [1, 2])
        found = store.load()
        assert [(sample.sign, sample.lesson) for sample in found.samples] == [("fist", 1), ("palm", 2)]
        assert np.array_equal(found.samples[0].vector, vector(51))
        assert (found.asleep, found.damaged) == (1, 0)
        assert list(shades(store).values()) == [1, 2]
        assert store.orders.reembed(embed).moved == 0


def test_what_fails_in_the_middle_of_moving_moves_nothing(tmp_path: Path) -> None:
    with opened(tmp_path) as store:
        teach(store, 1)
        teach(store, 2)

    def embed(frame: Frame) -> np.ndarray:
        if frame.pixels.mean() > 30:
            raise OSError(5, "Input/output error")
        return vector(1)

    with opened(tmp_path, OTHERS) as store, pytest.raises(Exception, match="Input/output error"):
        store.orders.reembed(embed)
    with opened(tmp_path) as store:
        assert (len(store.load().samples), store.load().damaged, list(shades(store).values())) == (2, 0, [1, 2])


def test_reembed_on_the_command_line(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    config = tmp_path / "box.yaml"
    config.write_text(f"store: {{folder: {tmp_path / 'box'}, pictures: true}}\n")
    backbone = choice.backbone(Config())
    hand = draw(POSES["fist"], backbone.input_size, Stance())
    with Store(tmp_path / "box", OTHERS, DIMENSION, "an old one", keep_free=0, pictures=True) as store:
        store.teach(Teach("fist", 1, vector(1), Frame(hand, 0.0)))
    assert main(["samples", "reembed", "--config", str(config)]) == 0
    assert capsys.readouterr().out.startswith("1 sample moved to handsign.tflite")
    with Store(tmp_path / "box", backbone.fingerprint, backbone.dimension, backbone.name) as store:
        (sample,) = store.load().samples
    assert float(np.dot(sample.vector, backbone.embed(Frame(hand, 0.0)).vector)) > 0.9
    assert main(["samples", "reembed", "--config", str(config), "--folder", str(tmp_path / "nowhere")]) == 74


def test_without_pictures_reembed_says_why_it_does_nothing(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    with opened(tmp_path, OTHERS, pictures=False) as store:
        teach(store, 1)
    assert main(["samples", "reembed", "--folder", str(tmp_path)]) == 1
    assert "no pictures of the 1 sample" in capsys.readouterr().err
