"""What a box that runs is asked about samples: done between its ticks, as a whole or not at all, and known at once."""

import os
import socket
import threading
import time
from collections.abc import Callable, Generator, Iterator
from io import BytesIO
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from edge_handsign.__main__ import main
from edge_handsign.control import Client, Refusal
from edge_handsign.control.sealed import NotSealed, received, sealed
from edge_handsign.core.memory import Memory, MemorySettings
from edge_handsign.core.messages import Sample, Teach
from edge_handsign.core.session import Habits, Session
from edge_handsign.devices.bench import BenchBackbone, BenchCamera, Scene
from edge_handsign.errors import PlainError, StoreError
from edge_handsign.store import Parcel, Store, Unpacking
from edge_handsign.store.backbone import Backbone
from edge_handsign.store.errand import Errand, Errands
from edge_handsign.store.packing import packed
from edge_handsign.store.row import Row
from tests.test_control import Place, lines, running
from tests.test_parcel import WRONG
from tests.test_store import DIMENSION, FILE, OURS, files_up_to, lessons, loaded, opened, taught, teach, vector

BENCH = BenchBackbone()


@pytest.fixture(scope="module")
def box() -> Iterator[Place]:
    with running() as place:
        yield place


@pytest.fixture
def fresh() -> Iterator[Place]:
    with running() as place:
        yield place


def seen(sign: str, count: int) -> list[np.ndarray]:
    """What the bench's backbone says of that many pictures of a sign."""
    scene = Scene(seed=3)
    scene.show(sign)
    camera = BenchCamera(scene, BENCH.input_size, 1000)
    return [BENCH.embed(camera.capture()).vector for _ in range(count)]


def parcel(*taught_: tuple[str, np.ndarray], each: int = 2) -> bytes:
    """A file of another box's lessons, of so many samples each."""
    rows = tuple(
        Row(number, sign, 1 + (number - 1) // each, BENCH.fingerprint, 5, packed(emb))
        for number, (sign, emb) in enumerate(taught_, 1)
    )
    return Parcel((Backbone(BENCH.fingerprint, BENCH.dimension, "bench"),), rows).packed()


def random_parcel(count: int, sign: str = "guest") -> bytes:
    numbers = np.random.default_rng(count).standard_normal((count, BENCH.dimension)).astype(np.float32)
    numbers /= np.linalg.norm(numbers, axis=1, keepdims=True)
    return parcel(*((sign, one) for one in numbers))


def shows(client: Client, sign: str | None, patience_s: float = 10) -> bool:
    deadline = time.monotonic() + patience_s
    while time.monotonic() < deadline:
        if client.ask("status")["decision"] == sign:
            return True
        time.sleep(0.2)
    return False


# --- what people type


def test_the_verbs_of_samples_while_the_box_runs(
    fresh: Place, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    def said(*arguments: object) -> str:
        assert fresh.command("samples", *map(str, arguments)) == 0
        return capsys.readouterr().out

    kitchen = tmp_path / "kitchen.handsigns"
    kitchen.write_bytes(parcel(*(("fist", one) for one in seen("fist", 6))))
    assert said("import", kitchen) == "imported 6 samples\n"
    assert said("import", kitchen) == "imported 0 samples; here already: 6\n"
    with fresh.client() as client:
        assert shows(client, "fist"), "what came in is not recognised"
        assert said("rename", "fist", "palm").startswith("fist is called palm now")
        assert shows(client, "palm"), "the new name is not shown"
    assert [line.split()[:2] for line in said("list").splitlines()[1:]] == [["palm", "6"]]
    assert [line.split()[:2] for line in said("show", "palm").splitlines()[1:]] == [["1", "2"], ["2", "2"], ["3", "2"]]
    shed = tmp_path / "shed.handsigns"
    assert said("export", shed).startswith(f"6 samples in {shed}")
    assert {row.sign for row in Parcel.unpacked(shed.read_bytes()).rows} == {"palm"}
    assert said("backup", tmp_path / "stick.db") == f"copied to {tmp_path / 'stick.db'}\n"
    assert (tmp_path / "stick.db").stat().st_mode & 0o077 == 0
    assert said("backup") == "the box's own copy is fresh\n"
    assert said("forget", "palm") == "forgot 6 samples of palm\n"
    assert main(["samples", "restore", str(tmp_path / "stick.db"), "--folder", str(tmp_path / "new")]) == 74
    (tmp_path / "new").mkdir()
    assert main(["samples", "restore", str(tmp_path / "stick.db"), "--folder", str(tmp_path / "new")]) == 0
    assert [sample.sign for sample in loaded_by_bench(tmp_path / "new")] == ["palm"] * 6


def loaded_by_bench(folder: Path) -> tuple[Sample, ...]:
    with Store(folder, BENCH.fingerprint, BENCH.dimension, "bench", keep_free=0) as store:
        return store.load().samples


def test_what_cannot_be_done_while_it_runs_says_what_to_type(
    box: Place, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    for verb in (["restore", "x.db"], ["reembed"]):
        assert box.command("samples", *verb) == 1
        told = capsys.readouterr().err
        assert f"systemctl stop edge-handsign; sudo edge-handsign samples {' '.join(verb)}; sudo systemctl st" in told
    (tmp_path / "file").write_bytes(b"hello")
    assert box.command("samples", "import", str(tmp_path / "file")) == 65
    assert box.command("samples", "import", str(tmp_path / "nowhere")) == 1
    assert box.command("samples", "export", str(tmp_path / "no" / "where")) == 1
    assert box.command("samples", "rename", "zebra", "zoo") == 1
    assert box.command("samples", "show", "zebra") == 1
    assert "Traceback" not in capsys.readouterr().err


def test_a_file_that_cannot_be_written_leaves_the_one_before(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    taught(tmp_path / "box", 200)
    stick = tmp_path / "stick.db"
    stick.write_text("the backup of last year")
    with opened(tmp_path / "box"):
        pass
    with files_up_to(150_000):
        assert main(["samples", "export", str(stick), "--folder", str(tmp_path / "box")]) == 0
    with files_up_to(50_000):
        assert main(["samples", "export", str(tmp_path / "second"), "--folder", str(tmp_path / "box")]) == 1
        assert "nothing was written there" in capsys.readouterr().err
    assert {path.name for path in tmp_path.iterdir()} == {"box", "stick.db"}


# --- what programs ask


def test_a_long_answer_comes_in_parts(fresh: Place) -> None:
    vectors = np.eye(BENCH.dimension, dtype=np.float32)
    signs = [f"sign {number:03}" for number in range(BENCH.dimension)]
    with fresh.client() as client:
        client.give("import", parcel(*zip(signs, vectors, strict=True), each=1))
        told = client.ask("samples")
        assert told["more"] == (len(signs) > 50)
        assert [sign["sign"] for sign in client.all("samples", "signs")] == signs
        assert client.ask("samples", skip=3)["signs"][0]["sign"] == signs[3]
        assert client.ask("samples", skip=10**6)["signs"] == []
    with fresh.client() as client:
        client.give("import", random_parcel(900))
        found = client.all("show", "lessons", sign="guest")
        assert [one["samples"] for one in found] == [2] * 450


def test_what_comes_in_is_numbered_behind_what_was_taught_here(fresh: Place) -> None:
    with fresh.client() as client:
        for _ in range(2):
            client.ask("teach", sign="palm")
        assert client.give("import", parcel(*(("guest", one) for one in seen("peace", 4))))["imported"] == 4
        told = client.ask("teach", sign="palm")
        assert told["lesson"] == 5
        client.ask("undo")
        assert client.ask("status")["samples"] == {"palm": 2, "guest": 4}
        assert [one["lesson"] for one in client.ask("show", sign="guest")["lessons"]] == [3, 4]


def test_who_asks_for_what_is_not_there_learns_what_is(box: Place) -> None:
    with box.client() as client:
        for do, more, reason in (
            ("show", {"sign": "zebra"}, "no sample of zebra"),
            ("rename", {"sign": "zebra", "name": "zoo"}, "no sample of zebra"),
        ):
            with pytest.raises(Refusal, match=reason):
                client.ask(do, **more)


def test_a_name_that_is_taken_is_refused(fresh: Place) -> None:
    with fresh.client() as client:
        client.ask("teach", sign="fist")
        client.ask("teach", sign="palm")
        with pytest.raises(Refusal, match="there is a sign palm already"):
            client.ask("rename", sign="fist", name="palm")
        assert client.ask("status")["samples"] == {"fist": 1, "palm": 1}
        assert client.ask("status")["condition"] == "ready", "the storage is not at fault"


# --- descriptors of every kind


def descriptors(place: Place) -> int:
    return len(list(Path(f"/proc/{place.pid}/fd").iterdir()))


def lets_go(place: Place, before: int) -> bool:
    """Whether it soon has no more open than before."""
    deadline = time.monotonic() + 10
    while descriptors(place) > before and time.monotonic() < deadline:
        time.sleep(0.1)
    return descriptors(place) <= before


def unsealed() -> int:
    return os.memfd_create("x", os.MFD_ALLOW_SEALING)


def a_pipe() -> int:
    reading, writing = os.pipe()
    os.close(writing)
    return reading


NO_FILES: dict[str, Callable[[], int]] = {
    "a folder": lambda: os.open("/", os.O_RDONLY),
    "a file": lambda: os.open(__file__, os.O_RDONLY),
    "a pipe": a_pipe,
    "a device": lambda: os.open("/dev/zero", os.O_RDONLY),
    "memory that can still change": unsealed,
    "a socket": lambda: socket.socket(socket.AF_UNIX).detach(),
}


@pytest.mark.parametrize("kind", NO_FILES)
def test_a_descriptor_of_anything_else_is_refused_and_let_go(box: Place, kind: str) -> None:
    before = descriptors(box)
    with box.raw() as connection:
        for _ in range(2):
            file = NO_FILES[kind]()
            socket.send_fds(connection, [b'{"do": "import"}\n'], [file])
            os.close(file)
            told = next(lines(connection))
            assert told["code"] == "bad-line"
            assert "sealed" in told["error"]
    assert lets_go(box, before)


def test_descriptors_that_nobody_asked_for_are_let_go(box: Place) -> None:
    before = descriptors(box)
    connection = box.raw()
    answers = lines(connection)
    file = sealed(parcel(("guest", seen("fist", 1)[0])))
    for _ in range(5):
        socket.send_fds(connection, [b'{"do": "status"}\n'], [file] * 9)
        assert next(answers)["ok"]
    assert descriptors(box) <= before + 2, "the connection, and one that may still be meant"
    connection.sendall(b'{"do": "import"}\n{"do": "import"}\n')
    assert next(answers)["imported"] == 1
    assert next(answers)["code"] == "bad-line"
    connection.close()
    os.close(file)
    assert lets_go(box, before)
    with box.client() as client:
        assert client.ask("forget", sign="guest")["removed"] == 1


@pytest.mark.parametrize("kind", WRONG)
def test_a_file_with_anything_wrong_in_it_is_refused_as_a_whole(box: Place, kind: str) -> None:
    make, told = WRONG[kind]
    with box.client() as client:
        with pytest.raises(Refusal, match=told):
            client.give("import", make())
        assert client.ask("samples")["signs"] == []


def test_more_than_there_is_room_for_is_refused_as_a_whole() -> None:
    with running("memory: {capacity: 3}\n") as place, place.client() as client:
        with pytest.raises(Refusal, match=r"no room for 4 more samples: raise memory\.capacity"):
            client.give("import", random_parcel(4))
        assert client.ask("samples")["signs"] == []
        assert client.give("import", random_parcel(3))["imported"] == 3
        with pytest.raises(Refusal, match="memory is full"):
            client.ask("teach", sign="fist")


def test_who_vanishes_in_the_middle_takes_the_import_back(fresh: Place) -> None:
    content = random_parcel(6000)
    before = descriptors(fresh)
    for delay in (0.0, 0.3):
        connection, file = fresh.raw(), sealed(content)
        socket.send_fds(connection, [b'{"do": "import"}\n'], [file])
        os.close(file)
        time.sleep(delay)
        connection.close()
    with fresh.client() as client:
        assert client.ask("samples")["signs"] == []
        assert client.give("import", random_parcel(10))["imported"] == 10
    assert lets_go(fresh, before)
    assert not (fresh.folder / "state" / "samples.new.db").exists()


def test_a_damaged_page_refuses_an_errand_and_not_the_box(tmp_path: Path) -> None:
    file = taught(tmp_path, 100)
    with opened(tmp_path) as store:
        store.load()
        with file.open("r+b") as damaged:  # while the box runs
            damaged.seek(file.read_bytes().index(vector(50).tobytes()) // 8192 * 8192)
            damaged.write(bytes(8))
        store._db.execute("PRAGMA cache_size = 0")
        source = Unpacking(BytesIO(Parcel((), ()).packed()))
        for errand in (
            store.orders.renaming("fist", "rock"),
            store.orders.taking(source, lambda: 1),
            store.orders.copying(),
        ):
            store.give(errand)
            while not errand.over:
                store.tend(1.0)
            with pytest.raises(StoreError, match="damaged"):
                _ = errand.result
        assert "damaged" in store.trouble
        assert store.census().damaged > 0
        assert teach(store, 101) == 101


def test_who_has_only_stopped_talking_still_gets_its_file(box: Place) -> None:
    with box.raw() as connection:
        connection.sendall(b'{"do": "backup"}\n')
        connection.shutdown(socket.SHUT_WR)
        told, files, _, _ = socket.recv_fds(connection, 4096, 1)
        assert b'"ok":true' in told
        with os.fdopen(files[0], "rb") as file:
            assert file.read(15) == b"SQLite format 3"
            with pytest.raises(OSError, match="Bad file descriptor"):
                os.write(file.fileno(), b"x")


def test_lessons_in_the_middle_of_an_import_are_saved_first(fresh: Place) -> None:
    told: list[Any] = []

    def give() -> None:
        with Client(fresh.socket, patience_s=120) as client:
            told.append(client.give("import", random_parcel(4000)))

    giver = threading.Thread(target=give)
    giver.start()
    with fresh.client() as client:
        lessons_given = [client.ask("teach", sign="fist")["lesson"] for _ in range(6)]
        giver.join(120)
        assert told[0]["imported"] == 4000
        assert client.ask("status")["samples"] == {"fist": 6, "guest": 4000}
        census = {sign["sign"]: sign["awake"] for sign in client.ask("samples")["signs"]}
        assert census == {"fist": 6, "guest": 4000}
        imported = {one["lesson"] for one in client.all("show", "lessons", sign="guest")}
        assert not imported & set(lessons_given), "two lessons have one number"


def test_a_sealed_file_is_read_at_a_place_of_ones_own() -> None:
    file = sealed(b"0123456789")
    os.lseek(file, 7, os.SEEK_SET)
    with received(os.dup(file)) as reading:
        assert reading.read() == b"0123456789"
        assert reading.seek(-3, os.SEEK_END) == 7
        assert reading.read() == b"789"
        with pytest.raises(OSError, match="beginning"):
            reading.seek(-99, os.SEEK_END)
    assert os.lseek(file, 0, os.SEEK_CUR) == 7
    with pytest.raises(PermissionError):
        os.write(file, b"x")
    os.close(file)
    with pytest.raises(NotSealed):
        received(unsealed())


# --- errands


def steps(said: list[str], name: str, count: int) -> Generator[None, None, str]:
    for number in range(count):
        said.append(f"{name}{number}")
        yield
    return name


def test_errands_are_done_in_turn_and_begin_anew_when_something_changes() -> None:
    said: list[str] = []
    first, second = (Errand(lambda name=name: steps(said, name, 2)) for name in "ab")  # type: ignore[misc]
    errands = Errands()
    errands.add(first)
    errands.add(second)
    errands.step()
    errands.interrupt()
    while errands:
        errands.step()
    assert said == ["a0", "a0", "a1", "b0", "b1"]
    assert (first.result, second.result) == ("a", "b")


def test_an_errand_that_fails_ends_and_the_next_one_is_done() -> None:
    def failing(error: Exception) -> Generator[None, None, str]:
        yield
        raise error

    errands, said = Errands(), list[str]()
    asked, stored = (
        Errand(lambda error=error: failing(error))  # type: ignore[misc]
        for error in (PlainError("asked for the wrong thing"), StoreError("the card is full"))
    )
    last = Errand(lambda: steps(said, "c", 1))
    for errand in (asked, stored, last):
        errands.add(errand)
    for _ in range(3):
        errands.step()
    with pytest.raises(StoreError, match="card is full"):
        errands.step()
    with pytest.raises(PlainError, match="wrong thing"):
        _ = asked.result
    errands.remove(last)
    assert not errands
    assert not said


def test_a_rename_that_is_interrupted_has_not_happened_and_then_has(tmp_path: Path) -> None:
    taught(tmp_path, 300)
    with opened(tmp_path) as store:
        errand = store.orders.renaming("palm", "stop")
        store.give(errand)
        for tick in range(3):
            store.tend(tick / 100)
        assert [sample.sign for sample in store.load().samples].count("palm") == 150
        revision = store.revision
        teach(store, 301, "palm")
        assert store.revision == revision + 1
        while not errand.over:
            store.tend(1.0)
        assert errand.result == 151
        assert {sample.sign for sample in store.load().samples} == {"fist", "stop"}
        assert store.revision == revision + 2
    assert (lessons(tmp_path), loaded(tmp_path).damaged) == (list(range(1, 302)), 0)


def test_an_import_for_which_the_card_has_no_room_changes_nothing(tmp_path: Path) -> None:
    taught(tmp_path, 50)
    before = (tmp_path / FILE).read_bytes()
    rows = tuple(Row(n, "guest", n, OURS, 5, packed(vector(1000 + n))) for n in range(1, 200))
    content = Parcel((Backbone(OURS, DIMENSION, "backbone"),), rows).packed()
    with opened(tmp_path) as store:
        errand = store.orders.taking(Unpacking(BytesIO(content)), lambda: 10**6)
        store.give(errand)
        with files_up_to(60_000):
            while not errand.over:
                store.tend(1.0)
        with pytest.raises(StoreError, match="samples"):
            _ = errand.result
        store.tend(2.0)
        assert store.trouble, "nobody is told"
        assert (tmp_path / FILE).read_bytes() == before
        again = store.orders.taking(Unpacking(BytesIO(content)), lambda: 10**6).run()
        assert (len(again.rows), again.known, again.rows[0].id) == (199, 0, 51)
        assert teach(store, 300) == 250
    assert len(lessons(tmp_path)) == 250


def test_the_service_may_end_in_the_middle_of_an_errand(tmp_path: Path) -> None:
    taught(tmp_path, 200)
    with opened(tmp_path) as store:
        store.give(store.orders.renaming("palm", "stop"))
        store.tend(0.0)
        store.tend(0.01)
    assert {sample.sign for sample in loaded(tmp_path).samples} == {"fist", "palm"}
    assert not (tmp_path / "samples.new.db").exists()


# --- the session


def test_a_renamed_sign_is_known_by_its_new_name_and_by_no_other() -> None:
    memory = Memory(4, MemorySettings())
    axes = np.eye(4, dtype=np.float32)
    for number, sign in enumerate(("fist", "palm", "rock")):
        memory.teach(Sample(number, sign, number, axes[number]))
    memory.forget_sign("rock")
    memory.rename("fist", "rock")
    assert memory.counts() == {"rock": 1, "palm": 1}
    assert memory.match(axes[0]).closed == "rock"
    memory.teach(Sample(9, "fist", 9, axes[2]))
    assert memory.match(axes[2]).closed == "fist"
    assert memory.counts() == {"rock": 1, "palm": 1, "fist": 1}


def test_numbers_of_lessons_that_come_in_are_never_given_to_a_press() -> None:
    from edge_handsign.config import Config

    session = Session(Config().box(), Memory(4, MemorySettings(capacity=5)), Habits(), last_lesson=7)
    assert session.school.room == 5
    assert session.school.reserve(3) == 8
    assert session.school.reserve(1) == 11
    session.school.receive([Sample(1, "fist", 8, np.eye(4, dtype=np.float32)[0])])
    assert (session.school.room, dict(session.samples)) == (4, {"fist": 1})
    session.school.renamed("fist", "rock", 1.0)
    assert dict(session.samples) == {"rock": 1}
    assert [news.text for news in session.news()] == ["fist is called rock now"]


def test_teaching_is_a_change_and_no_errand(tmp_path: Path) -> None:
    with opened(tmp_path) as store:
        assert store.revision == 0
        store.teach(Teach("fist", 1, vector(1)))
        assert store.revision == 1
