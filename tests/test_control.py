"""The control socket: a box with the bench's devices that runs, real sockets, and clients of every kind."""

import fcntl
import json
import socket
import stat
import struct
import subprocess
import sys
import termios
import threading
import time
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager, suppress
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from edge_handsign.__main__ import main
from edge_handsign.commands.daemon import serve
from edge_handsign.commands.reloading import Reloading
from edge_handsign.config import LIVE, Config, parse, reread
from edge_handsign.control import FORMS, Caller, Client, Code, Do, Refusal, Server
from edge_handsign.control.caller import AT_ONCE, IDLE_S, PAUSE_S
from edge_handsign.control.client import NotAllowed, NotRunning
from edge_handsign.control.outbox import UNREAD
from edge_handsign.control.protocol import LONGEST_LINE, Misunderstood, Request, line_of, request_of
from edge_handsign.control.server import CALLERS, GAP_S, SocketError
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


# The language


VALUES = {"sign": "fist", "name": "rock", "skip": 7}


def test_every_request_that_is_well_formed_is_understood() -> None:
    for do, form in FORMS.items():
        asked: dict[str, Any] = {key: VALUES[key] for key in form.takes}
        assert request_of(line_of({"do": do.value} | asked).strip()) == Request(do, **asked)
        asked |= {key: VALUES[key] for key in form.may_take}
        assert request_of(line_of({"do": do.value} | asked).strip()) == Request(do, **asked)
    assert set(FORMS) == set(Do)


NONSENSE = {
    "nothing": b"",
    "no JSON": b"status",
    "half of it": b'{"do": "sta',
    "no UTF-8": b'{"do": "\xff"}',
    "a list": b'["status"]',
    "a number": b"7",
    "a deep nest": b"[" * 4000,
    "no verb": b"{}",
    "an unknown verb": b'{"do": "teech"}',
    "a verb that is none": b'{"do": ["status"]}',
    "a key too many": b'{"do": "status", "sign": "fist"}',
    "a sign too few": b'{"do": "teach"}',
    "a sign that is a number": b'{"do": "teach", "sign": 3}',
    "a sign without a name": b'{"do": "teach", "sign": ""}',
    "a long name": b'{"do": "teach", "sign": "' + b"x" * 65 + b'"}',
    "a name that rings": b'{"do": "forget", "sign": "\\u0007"}',
    "a name too few": b'{"do": "rename", "sign": "fist"}',
    "a name that is a path": b'{"do": "rename", "sign": "fist", "name": "a/b"}',
    "a name with a space": b'{"do": "rename", "sign": "fist", "name": " rock"}',
    "a number that is none": b'{"do": "samples", "skip": "7"}',
    "a number that is true": b'{"do": "show", "sign": "fist", "skip": true}',
    "a negative number": b'{"do": "samples", "skip": -1}',
    "half of a character": b'{"do": "forget", "sign": "\\ud800"}',
}


@pytest.mark.parametrize("line", NONSENSE.values(), ids=NONSENSE.keys())
def test_what_is_no_request_is_told_what_would_be(line: bytes) -> None:
    with pytest.raises(Misunderstood, match=r"do|sign|takes|must be") as caught:
        request_of(line)
    assert len(str(caught.value)) < 300
    assert str(caught.value).isprintable()


PIECES = [
    '{"do": "',
    "teach",
    '"',
    ', "sign": "',
    "fist",
    "}",
    "[",
    "\\ud800",
    "\n",
    "\x00",
    "NaN",
    "1e999",
    "\u2028",
    "{",
]


@settings(deadline=None, max_examples=300)
@given(
    st.binary(max_size=300) | st.lists(st.sampled_from(PIECES), max_size=12).map(lambda some: "".join(some).encode())
)
def test_any_bytes_are_a_request_or_misunderstood(line: bytes) -> None:
    with suppress(Misunderstood):
        assert request_of(line).do in Do


def test_the_page_has_every_verb_code_and_key_that_may_change() -> None:
    page = (ROOT / "docs" / "control.md").read_text(encoding="utf-8")
    for do, form in FORMS.items():
        assert f"| `{do.value}` |" in page
        assert form.meaning in page
    for code in Code:
        assert f"`{code.value}`" in page
    for key in LIVE:
        section, _, name = key.partition(".")
        assert f"`{section}`" in page
        assert f"`{name}`" in page


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


# The server alone, with a clock of the test's


@contextmanager
def server() -> Iterator[tuple[Server, Path]]:
    with TemporaryDirectory(prefix="eh") as name, Server(Path(name) / "c.sock") as opened:
        yield opened, Path(name) / "c.sock"


def turn(opened: Server, now: float) -> Caller | None:
    """A turn; who was answered."""
    caller = None
    if asked := opened.request(now):
        caller, request = asked
        caller.watching |= request.do is Do.WATCH
        caller.answer({"ok": True}, now)
    opened.tidy(now)
    return caller


def test_who_watches_and_does_not_read_is_let_go_and_never_waited_for() -> None:
    with server() as (opened, path), socket.socket(socket.AF_UNIX) as watcher:
        watcher.connect(str(path))
        watcher.sendall(b'{"do": "watch"}\n')
        turn(opened, 0.0)
        turn(opened, 0.1)
        event = {"event": "said", "signal": "tick", "text": "x" * 400}
        slowest = 0.0
        for number in range(3000):
            began = time.perf_counter()
            opened.publish(event, 0.2 + number * 1e-6)
            slowest = max(slowest, time.perf_counter() - began)
        turn(opened, 0.3)
        assert slowest < 0.2
        watcher.settimeout(2)
        received = b""
        while piece := watcher.recv(65536):
            received += piece
            turn(opened, 0.4)
        told = [json.loads(line) for line in received.splitlines()]
        assert told[-1]["code"] == "too-slow"
        assert all(one == event for one in told[1:-1])
        assert len(received) < 10 * UNREAD


def test_who_never_says_anything_makes_room() -> None:
    with server() as (opened, path), socket.socket(socket.AF_UNIX) as silent, socket.socket(socket.AF_UNIX) as watcher:
        for one in (silent, watcher):
            one.connect(str(path))
            turn(opened, 0.0)
        watcher.sendall(b'{"do": "watch"}\n')
        turn(opened, 0.1)
        turn(opened, IDLE_S + 1)
        assert json.loads(silent.recv(4096))["code"] == "idle"
        turn(opened, IDLE_S + 2)
        assert silent.recv(4096) == b""
        opened.publish({"event": "x"}, IDLE_S + 3)
        assert b'{"event":"x"}' in watcher.recv(4096)


def test_costly_requests_count_for_more() -> None:
    with server() as (opened, path), socket.socket(socket.AF_UNIX) as caller:
        caller.connect(str(path))
        caller.sendall(b'{"do": "reload"}\n' * 10)
        heard = [turn(opened, number * GAP_S) for number in range(10)]
        assert len([one for one in heard if one]) == AT_ONCE / FORMS[Do.RELOAD].cost


@contextmanager
def seated(opened: Server, path: Path, count: int) -> Iterator[list[socket.socket]]:
    with ExitStack() as stack:
        callers = [stack.enter_context(socket.socket(socket.AF_UNIX)) for _ in range(count)]
        for caller in callers:
            caller.connect(str(path))
            turn(opened, 0.0)
        yield callers


def test_all_together_are_heard_so_often_and_each_in_turn() -> None:
    with server() as (opened, path), seated(opened, path, 3) as callers:
        for caller in callers:
            caller.sendall(b'{"do": "status"}\n' * 200)
        began, ticks = 1.0, 300
        heard = [one for number in range(ticks) if (one := turn(opened, began + number * 0.01))]
        assert len(heard) == pytest.approx(ticks * 0.01 / GAP_S, rel=0.3)
        assert all(len({*heard[first : first + 3]}) == 3 for first in range(len(heard) - 2))


def test_a_flood_is_left_where_it_is() -> None:
    """Who is behind is not read, so that the kernel makes it wait; and it is served when its turn comes."""
    with server() as (opened, path), seated(opened, path, 1) as (flooding,):
        flooding.setblocking(False)
        sent = 0
        with suppress(BlockingIOError):
            while sent < 100 * LONGEST_LINE:
                sent += flooding.send(b'{"do": "status"}\n' * 100)
        before = _unread(flooding)
        for number in range(100):
            turn(opened, 1.0 + number * 0.01)
        assert 0 < before - _unread(flooding) <= 2 * LONGEST_LINE
        assert flooding.recv(4096).count(b"\n") > 10


def _unread(sender: socket.socket) -> int:
    """Bytes, with the kernel's own, that the other end has not taken in yet."""
    (held,) = struct.unpack("i", fcntl.ioctl(sender, termios.TIOCOUTQ, b"\0" * 4))
    return int(held)


def test_the_group_may_talk_and_others_may_not() -> None:
    with server() as (_, path):
        assert stat.S_IMODE(path.stat().st_mode) == 0o660
    assert not path.exists()


def test_what_a_dead_box_left_is_replaced_and_a_living_one_is_left_alone() -> None:
    with TemporaryDirectory(prefix="eh") as name:
        path = Path(name) / "c.sock"
        with socket.socket(socket.AF_UNIX) as dead:
            dead.bind(str(path))
        with Server(path):
            with pytest.raises(SocketError, match="another box answers there"):
                Server(path)
            with Client(path, patience_s=0.1) as client, pytest.raises(NotRunning, match="does not answer"):
                client.ask("status")
        path.write_text("something of somebody's")
        with pytest.raises(SocketError, match="in use"):
            Server(path)
        assert path.read_text() == "something of somebody's"
        with pytest.raises(SocketError, match="nobody can talk"):
            Server(Path(name) / "not" / "there")


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
