"""The control socket: a box with the bench's devices that runs, real sockets, and clients of every kind."""

import json
import socket
import subprocess
import sys
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

import pytest

from edge_handsign.__main__ import main
from edge_handsign.commands.daemon import serve
from edge_handsign.commands.reloading import Reloading
from edge_handsign.config import LIVE, Config, parse, reread
from edge_handsign.control import FORMS, Client, Do, Refusal, Server
from edge_handsign.control.caller import AT_ONCE, PAUSE_S
from edge_handsign.control.client import NotAllowed, NotRunning
from edge_handsign.control.protocol import LONGEST_LINE
from edge_handsign.control.server import CALLERS
from edge_handsign.core.memory import Memory, MemorySettings
from edge_handsign.core.messages import Teach
from edge_handsign.core.session import Habits, Session
from edge_handsign.devices.bench import BenchBackbone, BenchCamera, BenchPins, Scene
from edge_handsign.store import Store
from tests.conftest import ROOT
from tests.simulator import Simulator, lit

SETTINGS = "store: {{folder: {0}/state}}\ncontrol: {{socket: {0}/control.sock}}\n"


class Place:
    """A box that runs in a process of its own, on the bench, and where it listens."""

    def __init__(self, folder: Path) -> None:
        self.socket = folder / "control.sock"
        self.settings = folder / "box.yaml"
        self.settings.write_text(SETTINGS.format(folder), encoding="utf-8")
        self.folder = folder
        self.pid = 0

    def client(self) -> Client:
        return Client(self.socket)

    def raw(self) -> socket.socket:
        connection = socket.socket(socket.AF_UNIX)
        connection.settimeout(10)
        connection.connect(str(self.socket))
        return connection

    def command(self, *arguments: str) -> int:
        return main([*arguments, "--config", str(self.settings)])


BOX = """
import sys
from pathlib import Path
from edge_handsign.commands.daemon import serve
from edge_handsign.config import load
from edge_handsign.devices.bench import BenchBackbone, BenchCamera, BenchPins, Scene
settings = Path(sys.argv[1])
config, backbone, scene = load(settings), BenchBackbone(), Scene(seed=1)
scene.show("fist")
box = config.box()
camera = BenchCamera(scene, backbone.input_size, 20)
serve(config, box, backbone, lambda: camera, BenchPins(box), read_settings=lambda: load(settings))
"""


@contextmanager
def running(more: str = "") -> Iterator[Place]:
    """With `more` in its settings. In a short folder: a socket's path has a hundred bytes."""
    with TemporaryDirectory(prefix="eh") as name:
        place = Place(Path(name))
        place.settings.write_text(place.settings.read_text() + more)
        box = subprocess.Popen([sys.executable, "-c", BOX, place.settings], cwd=ROOT, stderr=subprocess.PIPE, text=True)
        try:
            place.pid = box.pid
            _wait_for(place, box)
            yield place
            assert box.poll() is None, "the box has ended"
        finally:
            box.terminate()
            _, errors = box.communicate(timeout=10)
            assert "Traceback" not in errors, errors


def _wait_for(place: Place, box: "subprocess.Popen[str]") -> None:
    deadline = time.monotonic() + 120
    while time.monotonic() < deadline and box.poll() is None:
        try:
            with place.client() as client:
                if client.ask("status")["fps"]:
                    return
        except NotRunning:
            pass
        time.sleep(0.1)
    raise AssertionError("the box does not run")


@pytest.fixture(scope="module")
def box() -> Iterator[Place]:
    with running() as place:
        yield place


@pytest.fixture
def fresh() -> Iterator[Place]:
    with running() as place:
        yield place


def lines(connection: socket.socket) -> Iterator[dict[str, Any]]:
    with connection.makefile("rb") as file:
        for line in file:
            yield json.loads(line)


# What is asked of a box that runs


def test_it_tells_how_it_is(box: Place) -> None:
    with box.client() as client:
        told = client.ask("status")
    assert told["protocol"] == 1
    assert told["condition"] == "ready"
    assert told["selected"] == "fist"
    assert told["frame_age_s"] < 1
    assert 5 < told["fps"] < 40
    assert "pretend backbone" in told["backbone"]


def test_a_lesson_is_answered_when_it_is_on_the_disk(fresh: Place) -> None:
    with fresh.client() as client:
        told = client.ask("teach", sign="fist")
        assert told["text"] == "fist: saved"
        assert client.ask("status")["samples"] == {"fist": 1}
        assert client.ask("samples")["signs"][0]["awake"] == 1
        client.ask("teach", sign="palm")
        assert client.ask("status")["selected"] == "fist", "nobody's finger has moved on"
        assert client.ask("undo")["text"] == "the last lesson is taken back"
        assert client.ask("status")["samples"] == {"fist": 1}
        assert client.ask("forget", sign="fist") == {"ok": True, "text": "fist: forgotten", "removed": 1}
        assert client.ask("samples") == {"ok": True, "signs": [], "damaged": 0, "more": False}
        with pytest.raises(Refusal, match="nothing to take back"):
            client.ask("undo")
        assert client.ask("status")["faults"][-1]["text"] == "nothing to take back"
        assert "quiet minute has begun" in client.ask("quiet")["text"]


def test_what_it_does_not_do_has_a_reason(box: Place) -> None:
    with box.client() as client:
        for do, sign, reason in (
            ("teach", "fits", "no sign 'fits'; did you mean fist?"),
            ("teach", "zebra", "there are: fist, palm, peace, point, nothing"),
            ("forget", "zebra", "no sample of zebra"),
        ):
            with pytest.raises(Refusal, match=reason):
                client.ask(do, sign=sign)


def test_a_press_without_a_picture_is_refused_not_forgotten() -> None:
    with TemporaryDirectory(prefix="eh") as name:
        config = parse(SETTINGS.format(name), "box.yaml")
        backbone = BenchBackbone()
        camera = BenchCamera(Scene(seed=1), backbone.input_size, 20, patience_s=4.0)
        pins = BenchPins(config.box())

        def ask() -> None:
            try:
                with Client(config.control.socket) as client:
                    while not client.ask("status")["fps"]:
                        time.sleep(0.1)
                    camera.unplug()
                    time.sleep(0.2)
                    with pytest.raises(Refusal, match="no picture came after the press"):
                        client.ask("teach", sign="fist")
                    told.append(client.ask("status"))
            finally:
                with camera:
                    pass

        told: list[Any] = []
        visitor = threading.Timer(1.0, ask)
        visitor.start()
        serve(config, config.box(), backbone, lambda: camera, pins)  # signals need the main thread
        visitor.join()
        assert told[0]["condition"] == "camera"
        assert told[0]["samples"] == {}


def test_who_watches_hears_what_happens(fresh: Place) -> None:
    with fresh.client() as watcher, fresh.client() as teacher:
        events = watcher.events()
        waiting = threading.Timer(0.3, lambda: [teacher.ask("teach", sign="fist") for _ in range(2)])
        waiting.start()
        heard: list[Any] = []
        while not (heard and heard[-1]["event"] == "decision"):
            heard.append(next(events))
        waiting.join()
        assert {"event": "said", "signal": "saved", "text": "fist: saved"} in heard
        assert heard[-1]["sign"] == "fist"


def test_settings_that_may_change_do_and_the_others_are_named(fresh: Place) -> None:
    with fresh.client() as client:
        assert client.ask("reload") == {"ok": True, "changed": [], "restart": []}
        with fresh.settings.open("a") as file:
            file.write("decider: {on_share: 0.9}\nmemory: {false_alarms_per_hour: 2, k: 5}\n")
        told = client.ask("reload")
        assert told["changed"] == ["memory.false_alarms_per_hour", "decider.on_share"]
        assert told["restart"] == ["memory.k"]
        fresh.settings.write_text("memory: {k: many}\n")
        with pytest.raises(Refusal, match=r"box.yaml:1: memory.k must be a whole number"):
            client.ask("reload")
        assert client.ask("status")["condition"] == "ready"


def test_what_is_taken_over_is_obeyed() -> None:
    memory, config = Memory(4, MemorySettings()), Config()
    session = Session(config.box(), memory, Habits())
    text = "decider: {on_share: 0.9}\nlesson: {wait_s: 3, new_below: 0.9}\nmemory: {false_alarms_per_hour: 2}\n"
    Reloading(config, lambda: parse(text + "signs: [{name: fist, tune: C5}]", "other signs"))(session)
    assert session._decider.settings.on_share == 0.9
    assert session.school._teaching.settings.wait_s == 3
    assert session.school._examiner.new_below == 0.9
    assert memory.settings.false_alarms_per_hour == 2
    assert session.box == config.box()


def test_only_what_is_in_the_table_is_taken_over() -> None:
    written = parse(
        "signs: [{name: fist, tune: C5}, {name: palm, led: 25}]\nlesson: {wait_s: 3}\nlog: {level: debug}\n", "new"
    )
    result = reread(parse("signs: [{name: fist}, {name: palm, led: 24}]\n", "old"), written)
    assert set(result.changed) == {"signs.tune", "lesson.wait_s", "log.level"}
    assert result.restart == ("signs.led",)
    assert (result.config.signs[0].tune, result.config.signs[1].led) == ("C5", 24)
    assert result.config.lesson.wait_s == 3
    others = reread(Config(), written)
    assert others.restart == ("signs",)
    assert others.config.signs == Config().signs


def test_the_keys_of_the_table_are_keys() -> None:
    for key in LIVE:
        section, _, name = key.partition(".")
        settings = getattr(Config(), section)
        assert hasattr(settings[0] if section == "signs" else settings, name), key


# Callers of every kind


def test_lines_may_come_in_pieces_and_many_at_once(box: Place) -> None:
    with box.raw() as connection:
        for piece in (b'{"do"', b': "sta', b'tus"}\n{"do": "undo"}\n{"do', b'": "nonsense"}\n'):
            connection.sendall(piece)
            time.sleep(0.05)
        told = lines(connection)
        assert next(told)["ok"]
        assert next(told)["code"] == "refused"
        assert next(told)["code"] == "bad-line"


def test_who_has_nothing_more_to_say_still_gets_its_answers(box: Place) -> None:
    with box.raw() as connection:
        connection.sendall(b'{"do": "status"}\n{"do": "samples"}\n{"do": "sta')
        connection.shutdown(socket.SHUT_WR)
        assert [told["ok"] for told in lines(connection)] == [True, True]


@pytest.mark.parametrize("size", [LONGEST_LINE, 10_000_000])
def test_a_line_that_does_not_end_is_not_kept(box: Place, size: int) -> None:
    with box.raw() as connection:
        try:
            connection.sendall(b"x" * size + b"\n")
        except (BrokenPipeError, ConnectionResetError):
            assert size > LONGEST_LINE
        try:
            assert [told["code"] for told in lines(connection)] == ["too-long"]
        except ConnectionResetError:
            assert size > LONGEST_LINE, "what it had not read yet takes the farewell away"
    _answers(box)


def test_a_line_may_be_as_long_as_is_said(box: Place) -> None:
    with box.raw() as connection:
        connection.sendall(b'{"do": "status"}'.ljust(LONGEST_LINE - 1) + b"\n")
        assert next(lines(connection))["ok"]


def test_a_flood_is_told_so_and_others_are_served(box: Place) -> None:
    with box.raw() as connection:
        connection.sendall(b'{"do": "samples"}\n' * 200)
        answers = lines(connection)
        codes = [next(answers).get("code")]
        began = time.monotonic()
        _answers(box)
        assert time.monotonic() - began < 0.5
        while codes[-1] != "too-often":
            codes.append(next(answers).get("code"))
        assert len(codes) > AT_ONCE / FORMS[Do.SAMPLES].cost
        began = time.monotonic()
        next(answers)
        assert time.monotonic() - began > PAUSE_S / 2
    _answers(box)


def test_only_so_many_at_once_and_a_place_is_free_again(box: Place) -> None:
    guests = [box.raw() for _ in range(CALLERS)]
    time.sleep(0.1)
    with box.raw() as one_more:
        assert next(lines(one_more))["code"] == "too-many"
    for guest in guests:
        guest.close()
    time.sleep(0.2)
    _answers(box)


def test_who_vanishes_is_forgotten(box: Place) -> None:
    for number in range(CALLERS * 5):
        connection = box.raw()
        connection.sendall((b'{"do": "watch"}\n', b'{"do": "teach", "sign": "palm"}\n', b'{"do": "st', b"")[number % 4])
        connection.close()
        time.sleep(0.03)
    time.sleep(0.3)
    _answers(box)


def _answers(place: Place) -> None:
    with place.client() as client:
        assert client.ask("status")["ok"]


# The command line


def test_the_verbs_of_the_command_line(fresh: Place, capsys: pytest.CaptureFixture[str]) -> None:
    def said(*arguments: str) -> str:
        assert fresh.command(*arguments) == 0
        return capsys.readouterr().out

    assert said("teach", "fist") == "fist: saved\n"
    assert "taught      fist 1" in said("status")
    assert json.loads(said("status", "--json"))["samples"] == {"fist": 1}
    assert said("samples", "list").splitlines()[1].split()[:2] == ["fist", "1"]
    assert said("undo") == "the last lesson is taken back\n"
    assert said("teach", "palm") == "palm: saved\n"
    assert said("samples", "forget", "palm") == "forgot 1 sample of palm\n"
    assert said("samples", "list") == "nothing is taught\n"
    assert said("config", "reload") == "changed: nothing\n"
    assert fresh.command("teach", "fits") == 1
    assert capsys.readouterr().err == "edge-handsign: the box has no sign 'fits'; did you mean fist?\n"


def test_without_a_box_it_says_how_to_start_one_or_opens_the_store(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    place = Place(tmp_path)
    for verb in (["status"], ["teach", "fist"], ["watch"]):
        assert place.command(*verb) == 69
        assert "the box is not running" in capsys.readouterr().err
    backbone = BenchBackbone()
    sight = backbone.embed(BenchCamera(Scene(seed=1), backbone.input_size, 100).capture())
    with Store(tmp_path / "state", backbone.fingerprint, backbone.dimension, "x", keep_free=0) as store:
        store.teach(Teach("fist", 3, sight.vector))
        store.teach(Teach("palm", 4, sight.vector))
    assert place.command("undo") == 0
    assert place.command("samples", "list") == 0
    printed = capsys.readouterr().out
    assert "taken back: 1 sample" in printed
    assert "fist" in printed
    assert "palm" not in printed
    assert place.command("undo") == 0
    assert place.command("undo") == 1


def test_who_may_not_talk_to_it_learns_which_group_may() -> None:
    with TemporaryDirectory(prefix="eh") as name:
        path = Path(name) / "c.sock"
        with Server(path):
            Path(name).chmod(0o755)
            asked = subprocess.run(
                [sys.executable, "-c", AS_NOBODY, path], cwd=ROOT, capture_output=True, text=True, check=False
            )
    if "not root" in asked.stdout:
        pytest.skip("only root can become somebody else")
    assert NotAllowed.__name__ in asked.stdout, asked.stderr
    assert "usermod -aG edge-handsign" in asked.stdout


AS_NOBODY = """
import os, sys
from pathlib import Path
from edge_handsign.control import Client
if os.geteuid():
    sys.exit(print("not root"))
os.setgroups([]); os.setgid(65534); os.setuid(65534)
try:
    Client(Path(sys.argv[1]))
except Exception as error:
    print(type(error).__name__, error)
"""


def test_the_simulator_can_be_talked_to_like_the_box() -> None:
    with TemporaryDirectory(prefix="eh") as name, Simulator("--state", name) as simulator:
        simulator.order("show fist", "wait 0.6")
        simulator.until(lambda state: state["t"] > 0.5)
        path = Path(name) / "control.sock"
        deadline = time.monotonic() + 20
        while not path.exists() and time.monotonic() < deadline:
            time.sleep(0.05)
        with Client(path) as client:
            while not client.ask("status")["fps"]:
                time.sleep(0.2)
            for _ in range(4):
                client.ask("teach", sign="fist")
        simulator.until(lit("fist"))
        assert simulator.terminate() == 0
        assert not path.exists()
