"""Copies, rescues, migrations: what is damaged comes back from what is good, and what is forgotten does not."""

import random
import sqlite3
from collections.abc import Callable
from contextlib import closing
from pathlib import Path

import numpy as np
import pytest

from edge_handsign.core.messages import Teach
from edge_handsign.errors import PlainError, StoreError
from edge_handsign.store import Loaded, Store, quarantine
from edge_handsign.store.copying import BETWEEN_S, IDLE_S, Schedule
from edge_handsign.store.places import Places
from edge_handsign.store.rescue import Remains
from tests import make_format_1
from tests.test_store import COPY, DIMENSION, FILE, OTHERS, altered, files_up_to, loaded, opened, taught, teach, vector


def with_copy(folder: Path, count: int) -> Path:
    """A closed store with lessons 1..count, and its copy; the file."""
    file = taught(folder, count)
    with opened(folder) as store:
        store.orders.copying().run()
    return file


def lessons_of(found: Loaded) -> list[int]:
    for sample in found.samples:
        assert np.array_equal(sample.vector, vector(sample.lesson))
        assert sample.sign == ("fist", "palm")[sample.lesson % 2]
    return [sample.lesson for sample in found.samples]


def in_copy(folder: Path) -> list[int]:
    return [row.lesson for row in Remains.of(folder / COPY).rows]


def tend(store: Store, begin: float, end: float) -> None:
    """As the main loop does, ten times a second."""
    for tick in range(round((end - begin) * 10)):
        store.tend(begin + tick / 10)


# --- when a copy is made


def test_a_copy_is_due_half_a_minute_after_the_last_change_and_not_more_often_than_every_ten_minutes() -> None:
    schedule = Schedule(behind=False)
    assert not schedule.due(0)
    assert not schedule.due(1e6), "nothing has changed"
    schedule.changed()
    assert not schedule.due(1e6)
    schedule.changed()
    assert not schedule.due(1e6 + 20)
    assert not schedule.due(1e6 + 20 + IDLE_S - 1)
    assert schedule.due(1e6 + 20 + IDLE_S)
    schedule.begun()
    schedule.made(1e6 + 60)
    schedule.changed()
    assert not schedule.due(1e6 + 100)
    assert not schedule.due(1e6 + 60 + BETWEEN_S - 1)
    assert schedule.due(1e6 + 60 + BETWEEN_S)


def test_a_copy_that_failed_is_tried_again_later_and_one_that_had_to_go_is_made_anew_at_once() -> None:
    schedule = Schedule(behind=True)
    schedule.due(0)
    assert schedule.due(IDLE_S)
    schedule.begun()
    schedule.failed(IDLE_S)
    assert not schedule.due(IDLE_S + 60)
    assert schedule.due(IDLE_S + BETWEEN_S)
    schedule.changed(urgent=True)
    assert schedule.due(IDLE_S + 61)


def test_the_copy_is_made_while_the_box_rests_and_holds_everything(tmp_path: Path) -> None:
    with opened(tmp_path) as store:
        for number in range(1, 201):
            teach(store, number, ("fist", "palm")[number % 2])
        tend(store, 0, 29)
        assert not (tmp_path / COPY).exists()
        tend(store, 29, 32)
        assert in_copy(tmp_path) == list(range(1, 201))
        teach(store, 201, "palm")
        tend(store, 32, 500)
        assert 201 not in in_copy(tmp_path), "too soon for another one"
        tend(store, 630, 632)
        assert 201 in in_copy(tmp_path)
    assert (tmp_path / COPY).stat().st_mode & 0o777 == 0o600
    assert not (tmp_path / "samples.new.db").exists()


def test_a_press_while_the_copy_is_written_begins_it_again(tmp_path: Path) -> None:
    with opened(tmp_path) as store:
        for number in range(1, 300):
            teach(store, number)
        tend(store, 0, 30.2)
        teach(store, 300)
        tend(store, 31, 62)
        assert in_copy(tmp_path) == list(range(1, 301))


def test_the_copy_is_brought_up_to_date_at_the_orderly_end(tmp_path: Path) -> None:
    with opened(tmp_path) as store:
        teach(store, 1)
        store.undo(1)
        teach(store, 2)
    assert in_copy(tmp_path) == [2]
    written = (tmp_path / COPY).stat().st_mtime_ns
    loaded(tmp_path)
    assert (tmp_path / COPY).stat().st_mtime_ns == written, "nothing had changed"


def test_what_a_killed_process_did_not_copy_is_copied_by_the_next(tmp_path: Path) -> None:
    taught(tmp_path, 3)  # its copy is gone
    with opened(tmp_path) as store:
        tend(store, 0, 31)
        assert in_copy(tmp_path) == [1, 2, 3]


def test_a_good_copy_is_never_replaced_by_a_worse_one(tmp_path: Path) -> None:
    file = with_copy(tmp_path, 100)
    with opened(tmp_path) as store:
        teach(store, 101)
        page = file.read_bytes().index(vector(50).tobytes()) + 7
        with file.open("r+b") as damaged:  # a bit that flips while the box runs
            damaged.seek(page)
            damaged.write(b"?")
        store._db.execute("PRAGMA cache_size = 0")
        tend(store, 0, 40)
        assert "damaged" in store.trouble
        assert len(in_copy(tmp_path)) == 100
    found = loaded(tmp_path)
    assert ([sample.lesson for sample in found.samples], found.damaged) == (list(range(1, 102)), 0)


def test_a_card_too_full_for_the_copy_does_not_stop_the_box(tmp_path: Path, caplog: pytest.LogCaptureFixture) -> None:
    with opened(tmp_path) as store:
        for number in range(1, 100):
            teach(store, number)
        with files_up_to(40_000):
            tend(store, 0, 31)
        assert "EH-304" in caplog.text
        assert teach(store, 100) == 100
    assert len(in_copy(tmp_path)) == 100


# --- what comes back


def test_a_file_that_has_vanished_comes_back_from_the_copy(tmp_path: Path, caplog: pytest.LogCaptureFixture) -> None:
    with_copy(tmp_path, 5).unlink()
    with pytest.raises(StoreError, match=r"has vanished.*samples restore"):
        Store(tmp_path)
    with opened(tmp_path) as store:
        found = store.load()
        assert lessons_of(found) == [1, 2, 3, 4, 5]
        assert found.rescued is not None
        assert (found.rescued.kept, found.rescued.from_copy, found.rescued.lost) == (5, 5, None)
        store.tend(7.0)
        assert "had vanished: 5 kept" in store.trouble
        store.tend(36.0)
        assert store.trouble
        store.tend(37.0)
        assert not store.trouble
        assert teach(store, 6) == 6
    assert "EH-302" in caplog.text
    assert loaded(tmp_path).rescued is None


Damage = Callable[[bytes], bytes]
WHOLE_FILE: dict[str, Damage] = {
    "empty": lambda _: b"",
    "cut in the middle": lambda whole: whole[: len(whole) // 2],
    "cut within the head": lambda whole: whole[:60],
    "no head": lambda whole: bytes(100) + whole[100:],
    "a bit of the head": lambda whole: bytes([whole[0] ^ 1]) + whole[1:],
    "no version": lambda whole: whole[:60] + bytes(4) + whole[64:],
    "a lost block": lambda whole: bytes(4096) + whole[4096:],
    "a blank block": lambda whole: b"\xff" * 4096 + whole[4096:],
    "all lost": lambda whole: bytes(len(whole)),
}


@pytest.mark.parametrize("kind", WHOLE_FILE)
def test_a_file_that_cannot_be_opened_comes_back_from_the_copy(tmp_path: Path, kind: str) -> None:
    file = with_copy(tmp_path, 60)
    damaged = WHOLE_FILE[kind](file.read_bytes())
    file.write_bytes(damaged)
    found = loaded(tmp_path)
    assert (lessons_of(found), found.damaged) == (list(range(1, 61)), 0)
    assert found.rescued is not None
    assert (found.rescued.aside.read_bytes() if found.rescued.aside else b"") == damaged
    assert loaded(tmp_path).rescued is None


@pytest.mark.parametrize("kind", set(WHOLE_FILE) - {"empty", "cut within the head"})
def test_without_a_copy_the_box_starts_all_the_same_and_says_so(
    tmp_path: Path, kind: str, caplog: pytest.LogCaptureFixture
) -> None:
    file = taught(tmp_path, 60)
    file.write_bytes(WHOLE_FILE[kind](file.read_bytes()))
    found = loaded(tmp_path)
    assert set(lessons_of(found)) <= set(range(1, 61))
    assert "EH-301" in caplog.text
    assert len(list((tmp_path / "quarantine").glob("*.db"))) == 1


def test_what_the_copy_has_not_yet_is_taken_from_the_damaged_file(tmp_path: Path) -> None:
    file = with_copy(tmp_path, 80)
    with opened(tmp_path) as store:
        for number in range(81, 101):
            teach(store, number, ("fist", "palm")[number % 2])
        copied = (tmp_path / COPY).read_bytes()
        store._upkeep.copier._schedule.behind = False  # as if the plug had been pulled
    (tmp_path / COPY).write_bytes(copied)
    content = bytearray(file.read_bytes())
    page = content.index(vector(20).tobytes()) // 8192 * 8192
    content[page : page + 4096] = bytes(4096)
    file.write_bytes(content)
    found = loaded(tmp_path)
    assert (lessons_of(found), found.damaged) == (list(range(1, 101)), 0)
    assert found.rescued is not None
    assert 0 < found.rescued.from_copy < 80


def test_taken_back_and_forgotten_samples_do_not_come_back_from_the_copy(tmp_path: Path) -> None:
    file = with_copy(tmp_path, 20)
    old = (tmp_path / COPY).read_bytes()
    with opened(tmp_path) as store:
        store.undo(20)
        store.forget("palm")
        store._upkeep.copier._schedule.behind = False
    (tmp_path / COPY).write_bytes(old)
    altered(file, "UPDATE sample SET emb = zeroblob(512) WHERE lesson = 4")
    found = loaded(tmp_path)
    assert (lessons_of(found), found.damaged) == ([2, 4, *range(6, 20, 2)], 0)


def test_forgetting_reaches_every_copy(tmp_path: Path) -> None:
    file = with_copy(tmp_path, 6)
    altered(file, "UPDATE sample SET emb = zeroblob(512) WHERE lesson = 2")
    assert loaded(tmp_path).rescued is not None
    for name in ("samples.v1.bak.db", "samples.new.db"):
        (tmp_path / name).write_bytes(file.read_bytes())
    with opened(tmp_path) as store:
        store.forget("palm")
        for path in filter(Path.is_file, tmp_path.rglob("*")):
            assert vector(3).tobytes() not in path.read_bytes(), path
            assert b"palm" not in path.read_bytes(), path
        tend(store, 0, 1)
        assert in_copy(tmp_path) == [2, 4, 6], "a new copy was not made at once"


def test_everything_beside_the_samples_survives_a_rescue(tmp_path: Path) -> None:
    file = with_copy(tmp_path, 3)
    with opened(tmp_path, OTHERS) as store:
        gone = teach(store, 9)
        store.undo(9)
    altered(file, "INSERT INTO meta VALUES ('quiet', x'0102')")
    altered(file, "DELETE FROM sample WHERE lesson = 2")
    with opened(tmp_path) as store:
        assert lessons_of(store.load()) == [1, 2, 3]
        assert teach(store, 4) > gone, "an id was given twice"
    with closing(sqlite3.connect(file)) as connection:
        assert connection.execute("SELECT v FROM meta WHERE k = 'quiet'").fetchone() == (b"\x01\x02",)
        assert connection.execute("SELECT count(*) FROM model").fetchone() == (2,)
        assert connection.execute("SELECT id FROM gone").fetchall() == [(gone,)]


def test_where_the_card_takes_no_fresh_file_what_is_good_is_served(
    tmp_path: Path, caplog: pytest.LogCaptureFixture
) -> None:
    altered(taught(tmp_path, 60), "UPDATE sample SET emb = zeroblob(512) WHERE lesson = 4")
    with opened(tmp_path) as store, files_up_to(30_000):
        found = store.load()
        assert (len(found.samples), found.damaged) == (59, 1)
        store.tend(1.0)
        assert store.trouble
    assert "EH-305" in caplog.text


def test_the_newest_three_damaged_files_are_kept(tmp_path: Path) -> None:
    for number in range(5):
        file = with_copy(tmp_path, 3) if not number else tmp_path / FILE
        altered(file, f"UPDATE sample SET emb = zeroblob({number}) WHERE lesson = 1")
        assert lessons_of(loaded(tmp_path)) == [1, 2, 3]
    assert len(list((tmp_path / "quarantine").iterdir())) == quarantine.MOST


def test_random_damage_never_keeps_the_box_from_starting_nor_serves_what_was_not_taught(tmp_path: Path) -> None:
    file, chance = with_copy(tmp_path, 40), random.Random(5)
    whole, copied = file.read_bytes(), (tmp_path / COPY).read_bytes()
    for _ in range(60):
        content = bytearray(whole)
        size = chance.choice((1, 16, 512, 4096))
        at = chance.randrange(len(content) - size)
        content[at : at + size] = chance.choice((bytes(size), chance.randbytes(size)))
        file.write_bytes(content)
        (tmp_path / COPY).write_bytes(copied)
        found = loaded(tmp_path)
        assert (lessons_of(found), found.damaged) == (list(range(1, 41)), 0), (at, size)


# --- from format to format


def old_box(folder: Path, count: int) -> Path:
    make_format_1.make(folder / FILE, [vector(number).tobytes() for number in range(1, count + 1)])
    return folder / FILE


def test_a_file_of_format_1_is_brought_along_and_a_copy_of_it_is_kept(tmp_path: Path) -> None:
    before = old_box(tmp_path, 5).read_bytes()
    found = loaded(tmp_path)
    assert (lessons_of(found), found.damaged, found.rescued) == ([1, 2, 3, 4, 5], 0, None)
    with opened(tmp_path) as store:
        assert teach(store, 6, "fist") == 6
    assert lessons_of(loaded(tmp_path)) == [1, 2, 3, 4, 5, 6]
    kept = tmp_path / "samples.v1.bak.db"
    with closing(sqlite3.connect(kept)) as connection:
        assert connection.execute("PRAGMA user_version").fetchone() == (1,)
    assert len(kept.read_bytes()) == len(before)


def test_a_damaged_file_of_format_1_is_rescued_and_brought_along(tmp_path: Path) -> None:
    altered(old_box(tmp_path, 5), "UPDATE sample SET emb = zeroblob(512) WHERE lesson = 2")
    found = loaded(tmp_path)
    assert (lessons_of(found), found.damaged) == ([1, 3, 4, 5], 1)
    assert loaded(tmp_path).rescued is None


def test_a_migration_for_which_there_is_no_room_leaves_the_file_as_it_was(tmp_path: Path) -> None:
    file = old_box(tmp_path, 60)
    before = file.read_bytes()
    with files_up_to(30_000), pytest.raises(StoreError):
        opened(tmp_path)
    assert file.read_bytes() == before
    assert len(loaded(tmp_path).samples) == 60


# --- names


def test_a_renamed_sign_keeps_its_samples_and_its_old_name_is_gone(tmp_path: Path) -> None:
    with_copy(tmp_path, 6)
    with opened(tmp_path) as store:
        assert store.orders.renaming("palm", "stop").run() == 3
        copy = tmp_path / COPY
        assert not copy.exists() or b"palm" not in copy.read_bytes()
        with pytest.raises(PlainError, match="there is a sign fist already"):
            store.orders.renaming("stop", "fist").run()
    found = loaded(tmp_path)
    assert ([sample.sign for sample in found.samples], found.damaged) == (["stop", "fist"] * 3, 0)
    assert all(b"palm" not in path.read_bytes() for path in (tmp_path / FILE, tmp_path / COPY))


def test_a_new_backbone_beside_the_old_one_is_copied_too(tmp_path: Path) -> None:
    taught(tmp_path, 2)
    with opened(tmp_path, OTHERS) as store:
        store.teach(Teach("fist", 3, vector(3)))
    Places(tmp_path).main.unlink()
    assert (loaded(tmp_path).asleep, len(loaded(tmp_path, OTHERS).samples), DIMENSION) == (1, 1, 128)
