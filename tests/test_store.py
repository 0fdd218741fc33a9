"""What was taught survives restarts, kills and full cards; what is damaged is never served and always counted."""

import os
import random
import resource
import shutil
import sqlite3
import struct
import subprocess
import sys
import tempfile
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import astuple
from pathlib import Path
from time import time_ns

import numpy as np
import pytest

from edge_handsign.core.messages import NonSigns, Teach
from edge_handsign.errors import StoreError
from edge_handsign.store import Loaded, Store
from edge_handsign.store.database import open_database

REPOSITORY = Path(__file__).parents[1]
DIMENSION = 128
OURS, OTHERS = b"o" * 32, b"x" * 32
FILE, COPY = "samples.db", "samples.bak.db"
NOBODY = 65534
as_root = pytest.mark.skipif(os.geteuid() != 0, reason="needs root: mounts or changes owners")


def opened(folder: Path, fingerprint: bytes = OURS, *, keep_free: int = 0) -> Store:
    return Store(folder, fingerprint, DIMENSION, "backbone", keep_free=keep_free)


def vector(number: int) -> np.ndarray:
    made = np.random.default_rng(number).standard_normal(DIMENSION).astype(np.float32)
    return made / np.float32(np.linalg.norm(made))


def teach(store: Store, number: int, sign: str = "fist") -> int:
    return store.teach(Teach(sign, number, vector(number)))


def taught(folder: Path, count: int, signs: tuple[str, ...] = ("fist", "palm")) -> Path:
    """A closed store with lessons 1..count, one sample each, and no copy of it; its file."""
    with opened(folder) as store:
        for number in range(1, count + 1):
            teach(store, number, signs[number % len(signs)])
    return alone(folder)


def alone(folder: Path) -> Path:
    """The file of samples, its copy gone: what is damaged now is lost."""
    (folder / COPY).unlink(missing_ok=True)
    return folder / FILE


def loaded(folder: Path, fingerprint: bytes = OURS) -> Loaded:
    with opened(folder, fingerprint) as store:
        return store.load()


def room(seed: int) -> NonSigns:
    rows = np.stack([vector(100 * seed + number) for number in range(7)])
    return NonSigns(rows[:4], rows[4:], np.linspace(0, 1, 3, dtype=np.float32))


def lessons(folder: Path) -> list[int]:
    return [sample.lesson for sample in loaded(folder).samples]


def altered(file: Path, statement: str, *values: object) -> None:
    with sqlite3.connect(file) as connection:
        connection.execute(statement, values)
    connection.close()


@contextmanager
def files_up_to(size: int) -> Iterator[None]:
    """A limit on file sizes stands in for a card that stops taking writes."""
    before = resource.getrlimit(resource.RLIMIT_FSIZE)
    resource.setrlimit(resource.RLIMIT_FSIZE, (size, before[1]))
    try:
        yield
    finally:
        resource.setrlimit(resource.RLIMIT_FSIZE, before)


@contextmanager
def small_card(folder: Path, size: str) -> Iterator[Path]:
    folder.mkdir()
    mount = ["mount", "-t", "tmpfs", "-o", f"size={size}", "tmpfs", str(folder)]
    mounted = subprocess.run(mount, capture_output=True, check=False)
    if mounted.returncode:
        pytest.skip(f"cannot mount a tmpfs here: {mounted.stderr.decode().strip()}")
    try:
        yield folder
    finally:
        subprocess.run(["umount", folder], check=True)


def teach_until_refused(store: Store, lessons: range, acknowledged: list[int]) -> None:
    acknowledged.extend(teach(store, lesson) for lesson in lessons)


# --- a day in the life


def test_everything_taught_is_there_after_a_restart(tmp_path: Path) -> None:
    with opened(tmp_path) as store:
        ids = [teach(store, number, sign) for number, sign in ((1, "fist"), (1, "fist"), (2, "Blåbær ✌"))]
    found = loaded(tmp_path)
    assert [(sample.id, sample.sign, sample.lesson) for sample in found.samples] == [
        (ids[0], "fist", 1),
        (ids[1], "fist", 1),
        (ids[2], "Blåbær ✌", 2),
    ]
    assert ids == sorted(set(ids))
    assert all(np.array_equal(sample.vector, vector(sample.lesson)) for sample in found.samples)
    assert found.samples[0].vector.dtype == np.float32
    assert (found.asleep, found.damaged, found.last_lesson) == (0, 0, 2)


def test_a_new_box_knows_nothing(tmp_path: Path) -> None:
    found = loaded(tmp_path / "deep" / "folder")
    assert (found.samples, found.asleep, found.damaged, found.last_lesson) == ((), 0, 0, 0)
    assert (tmp_path / "deep" / "folder").stat().st_mode & 0o777 == 0o700


def test_undo_takes_back_one_lesson_and_no_id_comes_twice(tmp_path: Path) -> None:
    with opened(tmp_path) as store:
        teach(store, 1)
        gone = [teach(store, 2), teach(store, 2)]
        assert store.undo(2) == 2
        assert store.undo(2) == 0
    with opened(tmp_path) as store:
        assert store.load().rescued is None
        assert store.load().last_lesson == 1
        assert teach(store, 2) > max(gone)
    assert (lessons(tmp_path), loaded(tmp_path).damaged) == ([1, 2], 0)


def test_a_forgotten_sign_is_gone_from_the_file(tmp_path: Path) -> None:
    file = taught(tmp_path, 6)
    assert vector(3).tobytes() in file.read_bytes()
    with opened(tmp_path) as store:
        assert store.forget("palm") == 3
        assert store.forget("palm") == 0
    found = loaded(tmp_path)
    assert ({sample.sign for sample in found.samples}, len(found.samples), found.damaged) == ({"fist"}, 3, 0)
    left = b"".join(path.read_bytes() for path in tmp_path.iterdir())
    assert vector(3).tobytes() not in left
    assert b"palm" not in left


def test_samples_of_another_backbone_sleep_until_it_is_back(tmp_path: Path) -> None:
    taught(tmp_path, 4)
    with opened(tmp_path, OTHERS) as store:
        found = store.load()
        assert (found.samples, found.asleep, found.last_lesson) == ((), 4, 4)
        teach(store, 5, "palm")
        assert [(count.sign, count.awake, count.asleep) for count in store.census().signs] == [
            ("palm", 1, 2),
            ("fist", 0, 2),
        ]
    assert (lessons(tmp_path), loaded(tmp_path).asleep) == ([1, 2, 3, 4], 1)
    with opened(tmp_path) as store:
        assert store.forget("palm") == 3


def test_a_visitor_without_a_backbone_counts_as_the_last_one_did(tmp_path: Path) -> None:
    taught(tmp_path, 3)
    with Store(tmp_path) as visitor:
        assert [(count.sign, count.awake, count.asleep) for count in visitor.census().signs] == [
            ("palm", 2, 0),
            ("fist", 1, 0),
        ]
    loaded(tmp_path, OTHERS)
    with Store(tmp_path) as visitor:
        assert [(count.awake, count.asleep) for count in visitor.census().signs] == [(0, 2), (0, 1)]
        assert visitor.forget("fist") == 1


def test_a_visitor_reads_what_any_backbone_taught_and_when(tmp_path: Path) -> None:
    before = time_ns()
    taught(tmp_path, 3)
    loaded(tmp_path, OTHERS)
    with Store(tmp_path) as visitor:
        dated = visitor.dated(OURS)
        assert visitor.dated(OTHERS) == ()
    assert [one.sample.lesson for one in dated] == [1, 2, 3]
    assert np.array_equal(dated[2].sample.vector, vector(3))
    assert before <= dated[0].wall_ns <= dated[2].wall_ns <= time_ns()


def test_a_visitor_makes_nothing(tmp_path: Path) -> None:
    with pytest.raises(StoreError, match="has not kept anything"):
        Store(tmp_path)
    assert list(tmp_path.iterdir()) == []


def test_a_visitor_does_not_begin_an_empty_file(tmp_path: Path) -> None:
    (tmp_path / FILE).touch()
    with pytest.raises(StoreError, match="is empty"):
        Store(tmp_path)
    assert (tmp_path / FILE).stat().st_size == 0


def test_an_embedding_of_another_length_is_a_bug_and_not_saved(tmp_path: Path) -> None:
    with opened(tmp_path) as store, pytest.raises(ValueError, match="128"):
        store.teach(Teach("fist", 1, np.zeros(64, np.float32)))
    assert lessons(tmp_path) == []


def test_a_bug_in_the_middle_of_a_change_leaves_nothing_of_it(tmp_path: Path) -> None:
    with opened(tmp_path) as store:
        with pytest.raises(struct.error):
            teach(store, 2**63, "palm")  # found out when the sign is already in the transaction
        assert teach(store, 1) == 1
    assert b"palm" not in (tmp_path / FILE).read_bytes()


def test_only_the_thread_that_opened_it_may_use_it(tmp_path: Path) -> None:
    raised: list[Exception] = []

    def intrude() -> None:
        try:
            store.undo(1)
        except Exception as error:  # noqa: BLE001 - whatever it is, it is looked at below
            raised.append(error)

    with opened(tmp_path) as store:
        thread = threading.Thread(target=intrude)
        thread.start()
        thread.join()
    assert [type(error) for error in raised] == [sqlite3.ProgrammingError]


def test_the_room_of_the_last_quiet_minute_is_there_after_a_restart_for_its_backbone(tmp_path: Path) -> None:
    with opened(tmp_path) as store:
        assert store.load().room is None
        store.settle(room(1))
        store.settle(room(2))
    found = loaded(tmp_path).room
    assert found is not None
    for kept, read in zip(astuple(room(2)), astuple(found), strict=True):
        assert np.array_equal(kept, read)
    assert loaded(tmp_path, OTHERS).room is None


def test_a_damaged_room_is_counted_and_not_served(tmp_path: Path) -> None:
    with opened(tmp_path) as store:
        store.settle(room(1))
    altered(
        tmp_path / FILE,
        "UPDATE meta SET v = CAST(substr(v, 1, 40) || x'00' || substr(v, 42) AS BLOB) WHERE k LIKE 'room %'",
    )
    found = loaded(tmp_path)
    assert (found.room, found.damaged) == (None, 1)


def test_a_room_that_does_not_fit_on_the_card_leaves_the_one_before(tmp_path: Path) -> None:
    with opened(tmp_path) as store:
        store.settle(room(1))
    with opened(tmp_path, keep_free=2**62) as store, pytest.raises(StoreError, match="nothing was saved"):
        store.settle(room(2))
    found = loaded(tmp_path).room
    assert found is not None
    assert np.array_equal(found.near, room(1).near)


# --- what makes "saved" true


def test_the_settings_that_make_a_commit_durable_are_in_force(tmp_path: Path) -> None:
    connection = open_database(tmp_path / FILE, create=True)
    wanted = {
        "synchronous": 3,  # EXTRA; 2 (FULL) loses the last commit in a power cut
        "journal_mode": "delete",
        "locking_mode": "exclusive",
        "trusted_schema": 0,
        "cell_size_check": 1,
        "secure_delete": 1,
        "user_version": 2,
        "application_id": int.from_bytes(b"EHAN", "big"),
    }
    got = {pragma: connection.execute(f"PRAGMA {pragma}").fetchone()[0] for pragma in wanted}
    connection.close()
    assert got == wanted


def test_a_file_that_cannot_have_those_settings_is_refused() -> None:
    with pytest.raises(StoreError, match="journal_mode = memory instead of delete"):
        open_database(Path(":memory:"), create=True)


# --- one at a time


def test_a_second_process_is_refused_and_told_who_has_it(tmp_path: Path) -> None:
    program = (
        f"import pathlib, sys; from {__name__} import *\n"
        f"with opened(pathlib.Path({str(tmp_path)!r})): print('open', flush=True); sys.stdin.read()"
    )
    holder = subprocess.Popen(
        [sys.executable, "-c", program], cwd=REPOSITORY, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True
    )
    with holder:
        assert holder.stdout is not None
        assert holder.stdout.readline() == "open\n"
        with pytest.raises(StoreError, match=rf"in use by process {holder.pid}\b.*systemctl stop"):
            opened(tmp_path)
        holder.kill()
    assert lessons(tmp_path) == []


# --- files that are not what they should be


def test_an_empty_file_is_a_first_start(tmp_path: Path) -> None:
    (tmp_path / FILE).touch()  # what a power cut while the file is made leaves behind
    with opened(tmp_path) as store:
        assert store.load().rescued is None
        teach(store, 1)
    assert lessons(tmp_path) == [1]


def test_a_format_that_never_was_is_damage_and_what_it_holds_is_rescued(tmp_path: Path) -> None:
    with opened(tmp_path) as store:
        teach(store, 1)
    altered(tmp_path / FILE, "PRAGMA user_version = -2147483646")  # one bit of it flipped
    assert lessons(tmp_path) == [1]


def newer(file: Path, change: str) -> None:
    altered(file, change)
    altered(file, "PRAGMA user_version = 3")


FOREIGN: dict[str, tuple[Callable[[Path], object], str]] = {
    "a text": (lambda file: file.write_text("not a database " * 100), "not a database of edge-handsign"),
    "another program's": (
        lambda file: altered(file, "CREATE TABLE song (name TEXT)"),
        "not a database of edge-handsign",
    ),
    "another program's, marked": (lambda file: altered(file, "PRAGMA application_id = 7"), "not a database of"),
    "a newer version's with other columns": (
        lambda file: newer(file, "ALTER TABLE sample RENAME COLUMN emb TO embedding"),
        "newer edge-handsign.*cannot even be read",
    ),
    "a newer version's with other digests": (
        lambda file: newer(file, "UPDATE sample SET digest = zeroblob(16)"),
        "newer edge-handsign.*cannot even be read",
    ),
}


@pytest.mark.parametrize("kind", FOREIGN)
def test_a_file_that_is_not_ours_is_refused_and_not_written(tmp_path: Path, kind: str) -> None:
    make, told = FOREIGN[kind]
    if "version" in kind:
        taught(tmp_path, 2)
    make(tmp_path / FILE)
    before = (tmp_path / FILE).read_bytes()
    with pytest.raises(StoreError, match=told):
        opened(tmp_path)
    assert (tmp_path / FILE).read_bytes() == before


def test_a_newer_versions_file_is_recognised_from_and_not_written(
    tmp_path: Path, caplog: pytest.LogCaptureFixture
) -> None:
    newer(taught(tmp_path, 3), "ALTER TABLE sample ADD COLUMN weight INT")
    before = {path.name: path.read_bytes() for path in tmp_path.iterdir()}
    with opened(tmp_path) as store:
        assert [sample.lesson for sample in store.load().samples] == [1, 2, 3]
        for change in (
            lambda: teach(store, 4),
            lambda: store.undo(3),
            lambda: store.forget("fist"),
            lambda: store.settle(room(1)),
            lambda: store.orders.renaming("fist", "rock").run(),
        ):
            with pytest.raises(StoreError, match=r"newer edge-handsign .*install the newer version again"):
                change()
        for now in (1.0, 100.0):
            store.tend(now)
            assert "newer edge-handsign" in store.trouble
        assert len(store.load().samples) == 3
    with Store(tmp_path) as visitor:
        assert [counted.awake for counted in visitor.census().signs] == [2, 1]
        with pytest.raises(StoreError, match="newer edge-handsign"):
            visitor.forget("fist")
        with pytest.raises(StoreError, match="in use by process"):
            opened(tmp_path)
    assert {path.name: path.read_bytes() for path in tmp_path.iterdir()} == before
    assert "EH-310" in caplog.text


def test_two_ways_to_one_page_do_not_bring_its_samples_twice(tmp_path: Path) -> None:
    file = taught(tmp_path, 60)
    content = bytearray(file.read_bytes())
    (inner,) = (page for page in range(0, len(content), 8192) if content[page] == 5)  # the root of the samples
    first, second = (inner + int.from_bytes(content[place : place + 2], "big") for place in (inner + 12, inner + 14))
    content[second : second + 4] = content[first : first + 4]
    file.write_bytes(content)
    found = loaded(tmp_path)
    kept = [sample.lesson for sample in found.samples]
    assert kept == sorted(set(kept))
    assert found.damaged == 60 - len(kept) > 0


def test_a_torn_last_page_costs_the_samples_on_it_and_no_others(tmp_path: Path) -> None:
    file = taught(tmp_path, 60)
    whole = file.read_bytes()
    file.write_bytes(whole[:-4096])
    found = loaded(tmp_path)
    kept = {sample.lesson for sample in found.samples}
    assert 30 < len(kept) < 60
    assert found.damaged == 60 - len(kept)
    assert all(np.array_equal(sample.vector, vector(sample.lesson)) for sample in found.samples)


def test_a_visitor_leaves_a_file_cut_short_as_it_is(tmp_path: Path) -> None:
    file = taught(tmp_path, 60)
    cut = file.read_bytes()[:-20_000]
    file.write_bytes(cut)
    with pytest.raises(StoreError, match="damaged and was left as it is"):
        Store(tmp_path)
    assert file.read_bytes() == cut


def test_a_schema_that_is_no_text_any_more_is_damage(tmp_path: Path) -> None:
    file = taught(tmp_path, 3)
    content = file.read_bytes()
    assert content.count(b"TABLE meta  (k") == 1
    file.write_bytes(content.replace(b"TABLE meta  (k", b"TABLE meta \xf4(k"))
    with pytest.raises(StoreError, match="damaged and was left as it is"):
        opened(tmp_path)


def test_a_page_that_cannot_be_read_does_not_hide_those_behind_it(tmp_path: Path) -> None:
    file = taught(tmp_path, 100)
    content = bytearray(file.read_bytes())
    page = content.index(vector(50).tobytes()) // 8192 * 8192
    content[page : page + 8] = bytes(8)
    file.write_bytes(content)
    found = loaded(tmp_path)
    kept = {sample.lesson for sample in found.samples}
    assert {1, 100} <= kept
    assert 50 not in kept
    assert found.damaged == 100 - len(kept) < 20


def test_one_flipped_bit_in_an_embedding_is_seen(tmp_path: Path) -> None:
    file = taught(tmp_path, 3)
    content = bytearray(file.read_bytes())
    content[content.index(vector(2).tobytes()) + 77] ^= 4
    file.write_bytes(content)
    found = loaded(tmp_path)
    assert ([sample.lesson for sample in found.samples], found.damaged) == ([1, 3], 1)
    with opened(tmp_path) as store:
        assert store.census().damaged == 0, "it was not mended"
        assert teach(store, 4) == 4
    assert (lessons(tmp_path), loaded(tmp_path).damaged) == ([1, 3, 4], 0)


def test_one_flipped_bit_in_the_type_of_a_field_is_seen(tmp_path: Path) -> None:
    file = taught(tmp_path, 3)
    blobs = b"\x2c\x88\x0c\x2c"  # 16, 512 and 16 bytes, as the header of a row says it
    content = file.read_bytes()
    assert content.count(blobs) == 3
    file.write_bytes(content.replace(blobs, b"\x2c\x88\x0d\x2c", 1))  # the embedding is now a text
    found = loaded(tmp_path)
    assert (len(found.samples), found.damaged) == (2, 1)


COVERED = {
    "id": "UPDATE sample SET id = 9 WHERE lesson = 2",
    "sign": "UPDATE sample SET sign_id = 3 - sign_id WHERE lesson = 2",
    "sign's name": "UPDATE sign SET name = 'palm2' WHERE id = (SELECT sign_id FROM sample WHERE lesson = 2)",
    "no such sign": "UPDATE sample SET sign_id = 77 WHERE lesson = 2",
    "lesson": "UPDATE sample SET lesson = 20 WHERE lesson = 2",
    "backbone": "UPDATE sample SET model_id = model_id + 1 WHERE lesson = 2",
    "wall clock": "UPDATE sample SET wall_ns = wall_ns + 1 WHERE lesson = 2",
    "embedding": "UPDATE sample SET emb = (SELECT emb FROM sample WHERE lesson = 1) WHERE lesson = 2",
    "embedding's length": "UPDATE sample SET emb = substr(emb, 1, 508) WHERE lesson = 2",
    "digest": "UPDATE sample SET digest = (SELECT digest FROM sample WHERE lesson = 1) WHERE lesson = 2",
    "no digest": "UPDATE sample SET digest = x'' WHERE lesson = 2",
    "vanished": "DELETE FROM sample WHERE lesson = 2",
}


@pytest.mark.parametrize("field", COVERED)
def test_no_field_of_a_sample_can_change_unnoticed(tmp_path: Path, field: str) -> None:
    taught(tmp_path, 3, ("fist", "fist", "palm"))
    with opened(tmp_path, OTHERS) as store:
        teach(store, 4)  # so that there is another backbone to be mistaken for
    altered(alone(tmp_path), COVERED[field])
    found = loaded(tmp_path)
    assert ([sample.lesson for sample in found.samples], found.asleep, found.damaged) == ([1, 3], 1, 1)


@pytest.mark.parametrize("field", ["digest", "no digest", "embedding"])
def test_taking_a_damaged_sample_back_ends_the_damage(tmp_path: Path, field: str) -> None:
    altered(taught(tmp_path, 3), COVERED[field])
    with Store(tmp_path) as store:
        assert store.load().damaged == 1
        assert store.undo(2) == 1
        assert store.load().damaged == 0
    assert lessons(tmp_path) == [1, 3]


def test_an_old_row_in_the_place_of_a_new_one_is_noticed(tmp_path: Path) -> None:
    file = taught(tmp_path, 2)
    old = tmp_path / "old.db"
    shutil.copy(file, old)
    with opened(tmp_path) as store:
        store.undo(2)
        teach(store, 3)
    altered(alone(tmp_path), "DELETE FROM sample WHERE lesson = 3")
    with sqlite3.connect(file) as connection:
        connection.execute("ATTACH ? AS old", (str(old),))
        connection.execute("INSERT INTO sample SELECT * FROM old.sample WHERE lesson = 2")
    connection.close()
    assert loaded(tmp_path).damaged == 1


def test_whatever_is_hit_no_wrong_sample_is_served_and_no_loss_is_silent(tmp_path: Path) -> None:
    whole = taught(tmp_path, 40).read_bytes()
    chance = random.Random(7)
    served = 0
    for _ in range(200):
        content = bytearray(whole)
        at = chance.randrange(len(content) // 8192) * 8192 + chance.choice(
            (chance.randrange(8192), chance.randrange(100))
        )
        content[at] ^= 1 << chance.randrange(8)
        (tmp_path / FILE).write_bytes(content)
        try:
            found = loaded(tmp_path)
        except StoreError:
            continue
        served += len(found.samples)
        for sample in found.samples:
            assert np.array_equal(sample.vector, vector(sample.lesson))
            assert sample.sign == ("fist", "palm")[sample.lesson % 2]
        assert len(found.samples) + found.damaged >= 40, f"bit at {at}"
    assert served > 100 * 40


# --- cards that are full, worn out or forbidden


def test_teaching_is_refused_before_the_card_is_full(tmp_path: Path) -> None:
    with opened(tmp_path, keep_free=2**62) as store:
        with pytest.raises(StoreError, match="nothing was saved: free some space"):
            teach(store, 1)
        assert store.load().samples == ()


def test_a_write_that_fails_half_way_changes_nothing_and_the_next_one_succeeds(tmp_path: Path) -> None:
    with opened(tmp_path) as store:
        acknowledged = [teach(store, 1), teach(store, 1)]
        with files_up_to((tmp_path / FILE).stat().st_size + 8192):
            with pytest.raises(StoreError, match=FILE):
                teach_until_refused(store, range(2, 200), acknowledged)
            failed_at = len(acknowledged)
            assert [sample.id for sample in store.load().samples] == acknowledged
        assert 2 < failed_at < 199
        acknowledged.append(teach(store, 500))
    found = loaded(tmp_path)
    assert ([sample.id for sample in found.samples], found.damaged) == (acknowledged, 0)


def test_a_file_that_could_not_be_made_is_made_the_next_time(tmp_path: Path) -> None:
    with files_up_to(20_000), pytest.raises(StoreError, match=FILE):
        opened(tmp_path)
    taught(tmp_path, 1)
    assert lessons(tmp_path) == [1]


@as_root
def test_a_full_card_keeps_all_that_was_acknowledged_and_takes_more_when_there_is_room(tmp_path: Path) -> None:
    with small_card(tmp_path / "card", "1m") as card:
        acknowledged: list[int] = []
        (card / "ballast").write_bytes(bytes(300_000))
        with opened(card) as store:
            with pytest.raises(StoreError, match="full"):
                teach_until_refused(store, range(1, 5000), acknowledged)
            assert len(acknowledged) > 100
            assert [sample.id for sample in store.load().samples] == acknowledged
            (card / "ballast").unlink()
            acknowledged.append(teach(store, 5000))
        found = loaded(card)
        assert ([sample.id for sample in found.samples], found.damaged) == (acknowledged, 0)
        with Store(card, OURS, DIMENSION) as store, pytest.raises(StoreError, match="less than 16 MB"):
            teach(store, 5001)


@as_root
def test_a_read_only_card_is_recognised_from_and_taught_again_when_it_can_be_written(tmp_path: Path) -> None:
    with small_card(tmp_path / "card", "1m") as card:
        taught(card, 2)
        subprocess.run(["mount", "-o", "remount,ro", card], check=True)
        with opened(card) as store:
            assert [sample.lesson for sample in store.load().samples] == [1, 2]
            with pytest.raises(StoreError, match="remount the card writable"):
                teach(store, 3)
            with pytest.raises(StoreError, match="remount the card writable"):
                store.orders.renaming("fist", "rock").run()
            assert store.orders.copying().run().stat().st_size > 8192, "what is there cannot be carried away"
            store.tend(100.0)
            assert "remount the card writable" in store.trouble
            subprocess.run(["mount", "-o", "remount,rw", card], check=True)
            store.tend(159.0)
            with pytest.raises(StoreError, match="remount the card writable"):
                teach(store, 3)
            store.tend(160.0)
            assert teach(store, 3) == 3
            store.tend(191.0)
            assert not store.trouble
        assert lessons(card) == [1, 2, 3]


@as_root
def test_on_a_read_only_card_a_half_done_transaction_is_taken_back_in_memory(tmp_path: Path) -> None:
    with small_card(tmp_path / "card", "2m") as card:
        file = taught(card, 60)
        journal = card / f"{FILE}-journal"
        connection = sqlite3.connect(file, isolation_level=None)
        connection.execute("PRAGMA cache_size = 1")
        connection.execute("BEGIN")
        connection.execute("UPDATE sample SET emb = zeroblob(512)")
        half_done = file.read_bytes(), journal.read_bytes()
        connection.execute("ROLLBACK")
        connection.close()
        file.write_bytes(half_done[0])
        journal.write_bytes(half_done[1])
        assert file.read_bytes().count(bytes(512)) > 10, "nothing of the transaction had reached the card"
        subprocess.run(["mount", "-o", "remount,ro", card], check=True)
        found = loaded(card)
        assert ([sample.lesson for sample in found.samples], found.damaged) == (list(range(1, 61)), 0)
        assert (file.read_bytes(), journal.read_bytes()) == half_done


def test_a_folder_of_somebody_else_is_no_permission() -> None:
    root = os.geteuid() == 0
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        folder.chmod(0o555)
        if root:
            os.seteuid(NOBODY)
        try:
            with pytest.raises(StoreError, match="no permission: run as the user that owns the folder"):
                opened(folder)
            with pytest.raises(StoreError, match="no permission"):
                opened(folder / "new")
        finally:
            if root:
                os.seteuid(0)
            folder.chmod(0o755)


def test_a_file_where_the_folder_should_be(tmp_path: Path) -> None:
    (tmp_path / "file").touch()
    with pytest.raises(StoreError, match=r"not a folder: correct store\.folder"):
        opened(tmp_path / "file")


@as_root
def test_what_root_makes_belongs_to_the_owner_of_the_folder(tmp_path: Path) -> None:
    os.chown(tmp_path, NOBODY, NOBODY)
    taught(tmp_path, 1)
    with opened(tmp_path) as store:
        store.orders.renaming("palm", "rock").run()
        store.orders.copying().run()
    assert {path.name: path.stat().st_uid for path in tmp_path.iterdir()} == dict.fromkeys(("lock", FILE, COPY), NOBODY)
