"""What teaches is never asked: the lab's splits, by recording, lesson or block."""

from collections.abc import Iterable
from pathlib import Path

import numpy as np
import pytest

from edge_handsign.core.messages import Sample
from edge_handsign.devices.album import Album
from edge_handsign.errors import PlainError
from edge_handsign.lab import material, split
from edge_handsign.lab.material import Apart
from tests.learning import some


@pytest.mark.parametrize("groups", [2, 3, 7])
def test_a_recording_teaches_or_is_asked_and_every_sign_does_both(groups: int) -> None:
    made = some(4, groups, 3)
    for number in range(20):
        one = split.draw(made, 1, number)
        taught = np.concatenate(one.taught)
        assert not set(made.group[taught]) & set(made.group[one.asked])
        assert set(made.sign[taught]) == set(made.sign[one.asked]) == set(range(4))
        assert len(taught) + len(one.asked) == len(made.sign)


def test_draws_differ_and_come_again_with_their_seed() -> None:
    made = some(3, 6, 4)
    first, again, other = split.draw(made, 7, 0), split.draw(made, 7, 0), split.draw(made, 7, 1)
    assert first.shots(4).tolist() == again.shots(4).tolist() != other.shots(4).tolist()


def test_fewer_samples_are_among_more() -> None:
    one = split.draw(some(3, 6, 4), 0, 0)
    assert set(one.shots(2)) < set(one.shots(5))
    assert np.bincount(some(3, 6, 4).sign[one.shots(5)]).tolist() == [5, 5, 5]


@pytest.mark.parametrize(("shots", "back"), [(1, 0), (4, 0), (5, 1), (20, 4)])
def test_one_in_five_is_held_back_to_say_when_to_stop(shots: int, back: int) -> None:
    sign = np.repeat([0, 1], shots)
    assert np.bincount(sign[split.held_back(sign)], minlength=2).tolist() == [back, back]


def album(folder: Path, pictures: Iterable[str]) -> Album:
    for sign in ("fist", "palm"):
        for picture in pictures:
            (folder / sign / picture).parent.mkdir(parents=True, exist_ok=True)
            (folder / sign / picture).touch()
    return Album(folder)


def test_an_album_is_split_by_its_recordings(tmp_path: Path) -> None:
    made, paths = material.of_album(album(tmp_path, [f"room {room}/{n}.png" for room in range(3) for n in range(4)]))
    assert made.apart is Apart.RECORDINGS
    rooms = [path.parent.name for path in paths]
    assert all(len({rooms[row] for row in np.flatnonzero(made.group == group)}) == 1 for group in set(made.group))
    assert len(set(made.group)) == 3


def test_without_recordings_neighbours_stay_together(tmp_path: Path) -> None:
    made, paths = material.of_album(album(tmp_path, [f"{number}.png" for number in range(9)]))
    assert made.apart is Apart.BLOCKS
    asked = split.draw(made, 0, 0).asked
    fists = sorted(int(paths[row].stem) for row in asked if made.sign[row] == 0)
    assert fists in ([0, 1, 2], [3, 4, 5], [6, 7, 8])


def test_two_folders_are_never_mixed(tmp_path: Path) -> None:
    pictures = [f"{number}.png" for number in range(4)]
    made, paths = material.of_albums(album(tmp_path / "monday", pictures), album(tmp_path / "tuesday", pictures))
    one = split.draw(made, 0, 0)
    assert {paths[row].parts[-3] for row in one.asked} == {"tuesday"}
    assert {paths[row].parts[-3] for row in np.concatenate(one.taught)} == {"monday"}


def test_samples_are_split_by_lesson_and_a_sign_of_one_lesson_is_left_out() -> None:
    vector = np.array([1, 0], np.float32)
    lessons = [("fist", 1), ("fist", 1), ("fist", 2), ("palm", 3), ("palm", 4), ("peace", 5), ("peace", 5)]
    made, vectors = material.of_samples(Sample(n, sign, lesson, vector) for n, (sign, lesson) in enumerate(lessons))
    assert made.signs == ("fist", "palm")
    assert vectors.shape == (5, 2)
    one = split.draw(made, 0, 0)
    assert not set(made.group[one.asked]) & set(made.group[np.concatenate(one.taught)])


def test_too_few_lessons_is_a_sentence() -> None:
    with pytest.raises(PlainError, match="0 signs were taught in more than one lesson"):
        material.of_samples([Sample(1, "fist", 1, np.ones(1, np.float32))])
