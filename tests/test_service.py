"""Threads and time: the service with the bench's devices and a real store."""

import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Self

import numpy as np
import pytest

from edge_handsign.core.box import Box, Button, Role, Sign
from edge_handsign.core.faults import Fault
from edge_handsign.core.feedback import SIGNALS, Signal
from edge_handsign.core.memory import Memory, MemorySettings
from edge_handsign.core.messages import Frame, Sight, Teach
from edge_handsign.core.session import Habits, Session
from edge_handsign.core.vitals import Vitals
from edge_handsign.devices.bench import BenchBackbone, BenchBoard, BenchCamera, BenchPins, Scene
from edge_handsign.errors import CameraError, CameraLost, HardwareError, PlainError
from edge_handsign.eye import Eye
from edge_handsign.service import Service
from edge_handsign.store import Store
from edge_handsign.systemd import Herald
from tests.ailing import AilingBackbone

BOX = Box((Sign("fist", 0), Sign("palm", 1)), (Button(Role.TEACH), Button(Role.NEXT)), 2)
TEACH, NEXT = 0, 1


class Bench:
    """A running service and what surrounds it."""

    def __init__(
        self,
        folder: Path,
        fps: float = 30,
        herald: Herald | None = None,
        keep_free: int = 0,
        backbone: BenchBackbone | None = None,
    ) -> None:
        self.backbone = backbone or BenchBackbone()
        self.scene = Scene(seed=1)
        self.fps = fps
        self.present = True
        self.camera = self.new_camera()
        self.board = BenchBoard()
        self.keep_free = keep_free
        self.seen = 0
        self.pins = BenchPins(BOX, bounce=3)
        self.folder = folder
        self.herald = herald or Herald()
        self.failure: BaseException | None = None
        self.turns = 0
        self.opened = False

    @contextmanager
    def running(self) -> Iterator["Bench"]:
        opened = threading.Event()
        thread = threading.Thread(target=self._serve, args=(opened,))
        thread.start()
        opened.wait(5)
        try:
            yield self
        finally:
            self.service.end()
            thread.join(10)
            assert not thread.is_alive()

    def new_camera(self) -> BenchCamera:
        return BenchCamera(self.scene, self.backbone.input_size, self.fps, patience_s=1.5)

    def open_camera(self) -> BenchCamera:
        """The one that is there, and another one when that has been closed."""
        if not self.present:
            raise CameraError("no camera was found")
        if self.opened:
            self.camera = self.new_camera()
        self.opened = True
        return self.camera

    def comes_to(self, condition: Signal, within_s: float) -> bool:
        return self.pins.wait_until(lambda _: self.service._session.condition is condition, within_s)

    def _serve(self, opened: threading.Event) -> None:
        backbone = self.backbone
        with Store(
            self.folder, backbone.fingerprint, backbone.dimension, backbone.name, keep_free=self.keep_free
        ) as store:
            self.memory = Memory(backbone.dimension, MemorySettings())
            session = Session(BOX, self.memory, Habits())
            self.service = Service(session, store, self.pins, self.herald, self._watch, board=self.board)
            opened.set()
            try:
                with Eye(self.open_camera, backbone) as eye:
                    self.service.run(eye)
            except PlainError as failure:
                self.failure = failure

    def _watch(self, _: Session, sight: Sight | None) -> None:
        self.turns += 1
        self.seen += sight is not None

    def tap(self, button: int) -> None:
        self.pins.press(button)
        time.sleep(0.15)
        self.pins.release(button)
        time.sleep(0.15)


class Ear(Herald):
    """Notes when the box says that it is alive."""

    def __init__(self) -> None:
        super().__init__()
        self.alive_at: list[float] = []

    def alive(self, now: float) -> None:
        self.alive_at.append(now)


def codes(caplog: pytest.LogCaptureFixture) -> list[str]:
    """Of the lines that have one, in order."""
    return [record.__dict__["CODE"] for record in caplog.records if "CODE" in record.__dict__]


def test_a_bouncing_tap_teaches_one_sample_and_lights_its_led(tmp_path: Path) -> None:
    with Bench(tmp_path).running() as bench:
        bench.scene.show("fist")
        time.sleep(0.3)
        bench.tap(TEACH)
        assert bench.pins.wait_until(lambda feedback: feedback.leds[0], 3)
        assert bench.memory.counts() == {"fist": 1}


def test_a_camera_that_stops_switches_signs_off_within_a_second_and_is_opened_again(
    tmp_path: Path, caplog: pytest.LogCaptureFixture
) -> None:
    with Bench(tmp_path).running() as bench:
        bench.scene.show("fist")
        time.sleep(0.3)
        bench.tap(TEACH)
        assert bench.pins.wait_until(lambda feedback: feedback.leds[0], 3)
        bench.camera.unplug()
        assert bench.pins.wait_until(lambda feedback: not any(feedback.leds), 1.1)
        assert bench.comes_to(Signal.CAMERA, 3)
        assert bench.pins.wait_until(lambda feedback: feedback.leds[0], 5), "by another opening"
        assert bench.comes_to(Signal.READY, 1)
    assert [code for code in codes(caplog) if code == Fault.SILENT.value] == ["EH-102", "EH-102"]  # begins, is over


def test_a_camera_that_cannot_be_brought_back_ends_the_service_for_a_new_process(tmp_path: Path) -> None:
    with Bench(tmp_path).running() as bench:
        assert bench.comes_to(Signal.READY, 3)
        bench.present = False
        bench.camera.unplug()
        assert bench.comes_to(Signal.CAMERA, 4)
        deadline = time.monotonic() + 10
        while bench.failure is None and time.monotonic() < deadline:
            time.sleep(0.02)
    assert isinstance(bench.failure, CameraLost)
    assert bench.failure.exit_code == 75


def test_a_box_without_camera_says_so_is_ready_and_alive_and_sees_when_there_is_one(
    tmp_path: Path, caplog: pytest.LogCaptureFixture
) -> None:
    ear = Ear()
    bench = Bench(tmp_path, herald=ear)
    bench.present = False
    with bench.running():
        assert bench.comes_to(Signal.CAMERA, 2)
        time.sleep(0.2)
        assert ear.alive_at, "the watchdog would end it"
        bench.pins.press(TEACH)
        assert bench.pins.wait_until(lambda feedback: feedback.tone_hz > 0, 0.4)
        bench.pins.release(TEACH)
        bench.present = True
        assert bench.comes_to(Signal.READY, 10)
    assert codes(caplog)[0] == "EH-101"
    assert "EH-101 no camera was found" in caplog.text


def test_a_network_that_stalls_is_told_and_the_watchdog_goes_hungry(
    tmp_path: Path, caplog: pytest.LogCaptureFixture
) -> None:
    ear = Ear()
    backbone = AilingBackbone()
    bench = Bench(tmp_path, herald=ear, backbone=backbone)
    with bench.running():
        assert bench.comes_to(Signal.READY, 3)
        backbone.stalled = True
        assert backbone.stalling.wait(3)
        stalled_at = time.monotonic()
        assert bench.comes_to(Signal.MODEL, 3)
        time.sleep(0.5)
        assert max(ear.alive_at) < stalled_at + 0.5
        backbone.stalled = False
        backbone.resumed.set()
        assert bench.comes_to(Signal.READY, 3)
    assert codes(caplog) == ["EH-402", "EH-402"]


def test_a_board_that_is_hot_and_hungry_says_so_and_looks_less_often(
    tmp_path: Path, caplog: pytest.LogCaptureFixture
) -> None:
    bench = Bench(tmp_path)
    bench.board.vitals = Vitals(low_voltage=True, celsius=84.0)
    with bench.running():
        assert bench.comes_to(Signal.POWER, 3)
        bench.seen = 0
        time.sleep(2)
        assert 0 < bench.seen <= 8, "30 a second while it is cool"
    assert codes(caplog) == ["EH-601", "EH-602"]
    assert "EH-602 84 °C" in caplog.text


def test_what_the_card_does_not_take_is_told_with_its_code(tmp_path: Path, caplog: pytest.LogCaptureFixture) -> None:
    with Bench(tmp_path, keep_free=1 << 60).running() as bench:
        bench.scene.show("fist")
        assert bench.comes_to(Signal.READY, 3)
        bench.tap(TEACH)
        assert bench.comes_to(Signal.STORAGE, 3)
        bench.tap(TEACH)
    assert codes(caplog) == ["EH-308"], "the second time is only counted"
    assert bench.memory.counts() == {}


def test_the_box_blinks_and_answers_while_its_camera_is_still_waking_up(tmp_path: Path) -> None:
    bench = Bench(tmp_path)
    bench.camera.unplug()
    with bench.running():
        assert bench.pins.wait_until(lambda feedback: feedback.status, 1)
        bench.pins.press(TEACH)
        assert bench.pins.wait_until(lambda feedback: feedback.tone_hz > 0, 0.4)
    assert bench.memory.counts() == {}


def test_nobody_is_said_to_wait_for_a_picture_that_has_come(tmp_path: Path) -> None:
    with Bench(tmp_path).running() as bench:
        assert bench.pins.wait_until(lambda _: bench.service._session.message == "fist: selected", 5)


def test_a_file_of_samples_that_had_to_be_mended_is_shown(tmp_path: Path) -> None:
    bench = Bench(tmp_path)
    backbone = bench.backbone
    with Store(tmp_path, backbone.fingerprint, backbone.dimension, backbone.name, keep_free=0) as store:
        store.teach(Teach("fist", 1, np.zeros(backbone.dimension, np.float32)))
    (tmp_path / "samples.db").unlink()
    with bench.running():
        flashes = SIGNALS[Signal.STORAGE].status
        assert bench.pins.wait_until(lambda _: bench.service._session._face._lasting[0] is Signal.STORAGE, 3)
        assert "had vanished: 1 kept" in bench.service._session.state.storage
        assert sum(on for on, _ in flashes) == 3


def test_a_loop_that_turns_without_seeing_is_not_alive(tmp_path: Path) -> None:
    ear = Ear()
    with Bench(tmp_path, herald=ear).running() as bench:
        time.sleep(0.5)
        bench.camera.unplug()
        unplugged, turns = time.monotonic(), bench.turns
        time.sleep(1.2)
        assert bench.turns > turns + 20, "the loop does not turn"
    assert ear.alive_at
    assert max(ear.alive_at) < unplugged + 0.5


def test_only_the_newest_sight_is_kept_and_none_is_seen_twice() -> None:
    class Counter:
        """A camera whose frames are numbered."""

        noisy = False
        taken = 0

        def __enter__(self) -> Self:
            return self

        def __exit__(self, *_: object) -> None:
            return None

        def capture(self) -> Frame:
            time.sleep(0.001)
            self.taken += 1
            return Frame(BenchCamera(Scene(), (96, 96), 1000).capture().pixels, float(self.taken))

    camera = Counter()
    seen: list[float] = []
    with Eye(lambda: camera, BenchBackbone()) as eye:
        while len(seen) < 5:
            time.sleep(0.03)
            sight = eye.look(time.monotonic())
            if sight:
                seen.append(sight.frame.taken_at)
                assert eye.look(time.monotonic()) is None or eye.look(time.monotonic()) is None
    assert seen == sorted(set(seen))
    assert seen[-1] > len(seen)


def test_what_ends_the_eye_is_raised_in_the_main_thread() -> None:
    def broken() -> BenchCamera:
        raise HardwareError("no camera: reseat the ribbon")

    with Eye(broken, BenchBackbone()) as eye:
        time.sleep(0.2)
        with pytest.raises(HardwareError, match="ribbon"):
            eye.look(time.monotonic())
