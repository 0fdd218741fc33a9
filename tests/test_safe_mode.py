"""Safe mode: what it blinks and answers, when it is over, and how the box gets into it."""

import logging
import os
import socket
import subprocess
import sys
import threading
import time
from collections.abc import Iterator, Sequence
from contextlib import contextmanager, nullcontext, suppress
from itertools import pairwise
from pathlib import Path
from tempfile import TemporaryDirectory
from types import ModuleType
from typing import Any

import pytest

from edge_handsign.__main__ import main
from edge_handsign.commands.refuge import LOOK_AGAIN_S, Mended, Refuge, start
from edge_handsign.commands.rescue import REBOOT, START, World, rescue
from edge_handsign.config import Config, load, salvaged
from edge_handsign.control import Client, Refusal, Server
from edge_handsign.core.faults import Fault
from edge_handsign.core.feedback import SIGNALS, Signal
from edge_handsign.core.reboot import PAUSE_S, Case, reason_not_to
from edge_handsign.core.starts import Patience
from edge_handsign.devices.bench import BenchPins
from edge_handsign.errors import ConfigError, HardwareError
from edge_handsign.logbook import Logbook
from edge_handsign.safe_mode import NOTHING, Plight, SafeMode, in_turn
from edge_handsign.systemd import Herald
from tests.conftest import ROOT

STATUS = 23
CRASHED = Plight((Signal.SAFE,), Fault.RESTARTS, "it crashed 3 times", "look at its log", 300.0)
UNUSABLE = Plight((Signal.SAFE, Signal.SETTINGS), Fault.SETTINGS, "box.yaml:3: no key 'sings'", "mend it")


@contextmanager
def log_as_before() -> Iterator[None]:
    """`run` sends the log to this test's stderr, which is closed when it is over."""
    before = logging.root.handlers[:], logging.root.level
    yield
    logging.root.handlers[:], logging.root.level = before


@pytest.fixture
def door() -> Iterator[Path]:
    """In a short folder: a socket's path has a hundred bytes."""
    with TemporaryDirectory(prefix="eh") as name:
        yield Path(name) / "control.sock"


def never(_: float) -> bool:
    return False


def flashes(plight: Plight, for_s: int) -> int:
    """How often the status LED goes on."""
    seen: list[bool] = []
    pins = BenchPins(NOTHING, listener=lambda feedback: seen.append(feedback.status))
    safe = SafeMode(plight, Herald(), pins, None, never)
    for tick in range(for_s * 100):
        assert safe.tick(50 + tick / 100)
    return sum(seen)


def test_it_blinks_long_short() -> None:
    assert SIGNALS[Signal.SAFE].status == ((True, 0.8), (False, 0.2), (True, 0.2), (False, 0.8))
    assert flashes(CRASHED, 20) == 20


def test_with_wrong_settings_it_blinks_two_signals_in_turn() -> None:
    assert [in_turn(UNUSABLE.signals, at) for at in (0, 1.9, 2.1, 4.9, 5.1)] == [
        Signal.SAFE, Signal.SAFE, Signal.SETTINGS, Signal.SETTINGS, Signal.SAFE,
    ]  # fmt: skip
    assert flashes(UNUSABLE, 20) == 4 * (2 + 5)


def test_it_is_over_after_its_time_or_when_told_or_when_mended() -> None:
    safe = SafeMode(CRASHED, Herald(), None, None, never)
    assert [safe.tick(now) for now in (10.0, 309.9, 310.0)] == [True, True, False]
    safe = SafeMode(UNUSABLE, Herald(), None, None, never)
    assert safe.tick(10.0)
    assert safe.tick(1e6)
    safe.end()
    assert not safe.tick(1e6)
    assert not SafeMode(CRASHED, Herald(), None, None, lambda _: True).tick(10.0)


def test_it_is_ready_and_alive_as_long_as_it_turns(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    with socket.socket(socket.AF_UNIX, socket.SOCK_DGRAM) as manager:
        manager.bind(str(tmp_path / "notify"))
        manager.setblocking(False)
        monkeypatch.setenv("NOTIFY_SOCKET", str(tmp_path / "notify"))
        monkeypatch.setenv("WATCHDOG_USEC", "10000000")
        monkeypatch.delenv("WATCHDOG_PID", raising=False)
        safe, heard = SafeMode(CRASHED, Herald(), None, None, never), []
        for second in range(20):
            safe.tick(100.0 + second)
            with suppress(BlockingIOError):
                while True:
                    heard.append(manager.recv(100).decode())
    assert heard == ["READY=1"] + ["WATCHDOG=1"] * 4


def answers(door: Path, plight: Plight, *asked: str) -> tuple[list[Any], bool]:
    """What it says to each, and whether it went on afterwards."""
    said: list[Any] = []

    def ask() -> None:
        with Client(door) as client:
            for what in asked:
                try:
                    said.append(client.ask(what, **({"sign": "fist"} if what == "teach" else {})))
                except Refusal as refused:
                    said.append(str(refused))

    with Server(door) as server:
        safe, began, going_on = SafeMode(plight, Herald(), None, server, never), time.monotonic(), True
        caller = threading.Thread(target=ask)
        caller.start()
        while caller.is_alive() and time.monotonic() < began + 10:
            going_on = safe.tick(time.monotonic()) and going_on
            time.sleep(0.005)
        caller.join()
    return said, going_on


def test_it_says_what_is_wrong_and_what_to_do(door: Path) -> None:
    (status, refused), going_on = answers(door, UNUSABLE, "status", "teach")
    assert status["condition"] == "safe mode"
    assert status["message"] == "box.yaml:3: no key 'sings'; mend it"
    assert (status["decision"], status["samples"]) == (None, {})
    assert refused == "the box is in safe mode: box.yaml:3: no key 'sings'"
    assert going_on


def test_its_status_has_every_field_that_a_whole_box_answers(door: Path) -> None:
    page = (ROOT / "docs" / "control.md").read_text(encoding="utf-8")
    (status,), _ = answers(door, CRASHED, "status")
    assert all(f"`{key}`" in page for key in status if key != "ok")


def test_a_reload_lets_it_try_again(door: Path) -> None:
    (answer,), going_on = answers(door, UNUSABLE, "reload")
    assert answer["text"] == "leaves safe mode"
    assert not going_on


def refuge(settings: Path, door: Path) -> Refuge:
    return Refuge(lambda: nullcontext(BenchPins(NOTHING)), lambda: door, settings, lambda: load(settings))


def test_settings_are_mended_when_they_have_changed_and_can_be_read(tmp_path: Path, door: Path) -> None:
    settings = tmp_path / "box.yaml"
    settings.write_text("sings: []\n")
    mended = Mended(refuge(settings, door))
    assert not mended(1.0)
    settings.write_text("sings: [1]\n")
    assert not mended(2.0)
    settings.unlink()
    assert not mended(3.0)
    settings.write_text("log: {level: info}\n")
    assert mended(4.0)


def test_settings_that_a_card_could_not_read_are_looked_at_again(tmp_path: Path, door: Path) -> None:
    settings = tmp_path / "box.yaml"
    settings.write_text("")
    mended = Mended(refuge(settings, door))
    assert [mended(now) for now in (1.0, LOOK_AGAIN_S, LOOK_AGAIN_S + 1.0)] == [False, False, True]


def test_wrong_settings_are_told_to_whoever_started_the_box_by_hand(tmp_path: Path, door: Path) -> None:
    settings = tmp_path / "box.yaml"
    settings.write_text("sings: []\n")
    with pytest.raises(ConfigError, match=r"box.yaml:1: .*'sings'"):
        start(Logbook(None, 1.0), lambda _: pytest.fail("it began"), refuge(settings, door))


def test_three_crashes_are_safe_mode_and_then_the_whole_box_again(
    tmp_path: Path, door: Path, caplog: pytest.LogCaptureFixture
) -> None:
    settings, patience = tmp_path / "box.yaml", Patience(safe_for_s=0.2)
    began: list[Config] = []
    settings.write_text("")
    for now in (1.0, 2.0, 3.0):
        Logbook(tmp_path, now, patience)
    for now in (4.0, 5.0):
        with Logbook(tmp_path, now, patience) as logbook:
            start(logbook, began.append, refuge(settings, door))
    assert began == [Config()]
    assert "EH-705 it crashed 3 times in 5 minutes" in caplog.text


def test_what_safe_mode_cannot_have_it_goes_without(tmp_path: Path, caplog: pytest.LogCaptureFixture) -> None:
    def no_pins() -> Any:
        raise HardwareError("the pins cannot be used")

    patience = Patience(crashes=1, safe_for_s=0.1)
    Logbook(tmp_path, 1.0, patience)
    with Logbook(tmp_path, 2.0, patience) as logbook:
        start(
            logbook,
            lambda _: pytest.fail("it began"),
            Refuge(no_pins, lambda: tmp_path / "no" / "door", tmp_path / "box.yaml", Config),
        )
    assert "the pins cannot be used" in caplog.text
    assert "nobody can talk to the box" in caplog.text


def test_status_is_told_although_the_settings_are_wrong(
    tmp_path: Path, door: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    settings = tmp_path / "box.yaml"
    settings.write_text(f"control: {{socket: {door}}}\nsings: []\n")
    with Server(door) as server:
        safe = SafeMode(UNUSABLE, Herald(), None, server, never)
        told: list[int] = []
        asking = threading.Thread(target=lambda: told.append(main(["status", "--config", str(settings)])))
        asking.start()
        while asking.is_alive():
            safe.tick(time.monotonic())
        asking.join()
    assert told == [0]
    assert "condition   safe mode" in capsys.readouterr().out


def test_a_settings_file_that_is_not_there_is_told(tmp_path: Path) -> None:
    assert main(["status", "--config", str(tmp_path / "typo.yaml")]) == ConfigError.exit_code


def mended_after(settings: Path, seconds: float, text: str) -> threading.Thread:
    def mend() -> None:
        time.sleep(seconds)
        settings.with_suffix(".new").write_text(text)
        settings.with_suffix(".new").replace(settings)

    thread = threading.Thread(target=mend)
    thread.start()
    return thread


def test_the_box_with_wrong_settings_blinks_until_they_are_mended(
    gpio: ModuleType, tmp_path: Path, door: Path, monkeypatch: pytest.MonkeyPatch, capfd: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setenv("RUNTIME_DIRECTORY", str(tmp_path))
    settings = tmp_path / "config.yaml"
    settings.write_text(f"control: {{socket: {door}}}\npins: {{status: {STATUS}}}\nsings: []\n")
    mending = mended_after(settings, 5.2, "log: {level: info}\n")
    with log_as_before():
        assert main(["run", "--config", str(settings)]) == 0  # systemd starts it again
        for handler in logging.root.handlers:
            handler.flush()
    mending.join()
    assert sum(level for pin, level in gpio.header.written if pin == STATUS) in range(2 + 5, 2 + 5 + 3)
    assert gpio.header.directions == {}
    assert "EH-201" in (said := capfd.readouterr().err)
    assert f"{settings}:3:" in said


@pytest.mark.parametrize(
    ("text", "status", "buzzer"),
    [
        ("pins: {status: 22, buzzer: 12}\nsings: []\n", 22, 12),
        ("pins: {status: 22, buzzer: loud}\n", STATUS, 18),
        ("pins: {status: 22\n", STATUS, 18),
        ("pins: {status: 22}\nsigns: 7\n", 22, 18),
    ],
)
def test_of_wrong_settings_the_sections_that_are_in_order_are_used(
    tmp_path: Path, text: str, status: int, buzzer: int
) -> None:
    settings = tmp_path / "box.yaml"
    settings.write_text(text)
    found = salvaged(settings)
    assert (found.pins.status, found.pins.buzzer) == (status, buzzer)


def test_of_settings_that_are_in_order_everything_is_used(tmp_path: Path) -> None:
    settings = tmp_path / "box.yaml"
    settings.write_text("pins: {status: 22}\nmemory: {capacity: 77}\n")
    assert salvaged(settings) == load(settings)
    assert salvaged(tmp_path / "nowhere.yaml") == Config()


def test_silence_switches_every_output_off(gpio: ModuleType, tmp_path: Path) -> None:
    settings = tmp_path / "box.yaml"
    settings.write_text("pins: {leds_active: low}\n")
    assert main(["silence", "--config", str(settings)]) == 0
    written = dict(gpio.header.written)
    assert written == dict.fromkeys((STATUS, *Config().led_pins), 1)
    assert gpio.header.directions == {}
    assert not gpio.header.pwms


def test_silence_never_fails_the_unit(gpio: ModuleType, tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    gpio.header.forbidden = "no permission"
    assert main(["silence", "--config", str(tmp_path / "nowhere.yaml")]) == 0
    assert "the pins cannot be used" in capsys.readouterr().err


HANGING = "import time\ndef setwarnings(_): time.sleep(60)\n"


def test_silence_ends_even_when_the_pins_hang(tmp_path: Path) -> None:
    (tmp_path / "RPi").mkdir()
    (tmp_path / "RPi" / "__init__.py").write_text("")
    (tmp_path / "RPi" / "GPIO.py").write_text(HANGING)
    path = f"{tmp_path}:{ROOT}"
    began = time.monotonic()
    done = subprocess.run(
        [sys.executable, "-m", "edge_handsign", "silence"], env={**os.environ, "PYTHONPATH": path}, check=False
    )
    assert done.returncode == -14  # SIGALRM; the unit does not mind
    assert time.monotonic() - began < 30


@pytest.mark.parametrize(
    ("case", "reboots"),
    [
        (Case(30.0, before=False, forbidden=False), True),
        (Case(30.0, before=True, forbidden=False), False),
        (Case(PAUSE_S - 1, before=True, forbidden=False), False),
        (Case(PAUSE_S, before=True, forbidden=False), True),
        (Case(PAUSE_S, before=False, forbidden=True), False),
    ],
)
def test_a_hanging_driver_reboots_at_most_once_an_hour(case: Case, reboots: bool) -> None:
    assert (not reason_not_to(case)) is reboots


def test_over_many_boots_no_two_rescues_are_less_than_an_hour_apart(tmp_path: Path) -> None:
    orders: list[tuple[float, Sequence[str]]] = []
    clock, booted = 0.0, 0.0
    while clock < 6 * PAUSE_S:  # the driver hangs a minute after each start
        clock += 60.0
        up_s = clock - booted
        pauses: list[float] = []
        world = World(
            tmp_path, tmp_path / "no-reboot", lambda up_s=up_s: up_s, pauses.append,  # type: ignore[misc]
            lambda order, at=clock: orders.append((at, order)),  # type: ignore[misc]
        )  # fmt: skip
        rescue(world)
        clock += sum(pauses)
        if orders[-1][1] == REBOOT:
            booted = clock
    reboots = [at for at, order in orders if order == REBOOT]
    assert len(reboots) == 6
    assert min(after - before for before, after in pairwise(reboots)) >= PAUSE_S
    assert {order for _, order in orders} == {REBOOT, START}


def test_it_never_reboots_where_that_is_forbidden(tmp_path: Path, caplog: pytest.LogCaptureFixture) -> None:
    orders: list[Sequence[str]] = []
    (tmp_path / "no-reboot").touch()
    rescue(World(tmp_path, tmp_path / "no-reboot", lambda: 9e9, lambda _: None, orders.append))
    assert orders == [START]
    assert "not to be rebooted" in caplog.text


@pytest.mark.parametrize(("status", "asked"), [("71", ["reboot"]), ("75", []), ("SEGV", []), (None, [])])
def test_the_rescue_asks_systemd_only_when_a_driver_hangs(tmp_path: Path, status: str | None, asked: list[str]) -> None:
    """The systemd of Trixie starts it after every failure, though the box is restarted anyway."""
    systemctl = tmp_path / "systemctl"
    systemctl.write_text(f'#!/bin/sh\necho "$@" >> {tmp_path}/asked\n')
    systemctl.chmod(0o755)
    (tmp_path / "asked").touch()
    environment = {**os.environ, "PATH": f"{tmp_path}:{os.environ['PATH']}", "STATE_DIRECTORY": str(tmp_path)}
    if status:
        environment["MONITOR_EXIT_STATUS"] = status
    subprocess.run([sys.executable, "-m", "edge_handsign", "rescue"], cwd=ROOT, env=environment, check=True)
    assert (tmp_path / "asked").read_text().splitlines() == asked
    assert (tmp_path / "rebooted").exists() is bool(asked)
