"""Cameras and networks that fail, in the test's own time: what is shown of it, when the camera is opened again, and
when only a new process helps.
"""

import gc
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from threading import Event
from weakref import ref

import pytest

from edge_handsign.core.faults import Fault
from edge_handsign.core.messages import Frame, Sight
from edge_handsign.core.reopening import Reopening
from edge_handsign.errors import CameraLost, InterpreterError
from edge_handsign.eye import CLOSE_S, Eye
from edge_handsign.lookout import UNUSABLE
from tests import ailing
from tests.ailing import AilingBackbone, Ward, until

STEP_S = 0.5
Look = Callable[[Ward], Frame]


@dataclass
class Watch:
    """An eye in a ward."""

    ward: Ward
    backbone: AilingBackbone
    eye: Eye

    def look(self, *, after: float = 0.0) -> Sight | None:
        """What is seen after so long, in which nobody stops looking."""
        until_then = self.ward.now + after
        while self.ward.now + STEP_S < until_then:
            self.ward.now += STEP_S
            self.eye.look(self.ward.now)
        self.ward.now = until_then
        return self.eye.look(self.ward.now)

    def wrong(self) -> Fault | None:
        return self.eye.fault

    def see(self) -> Sight:
        """A sight, at this moment."""
        return until(self.look)

    def hang(self) -> None:
        """The thread is inside the call that hangs, and all that was seen before has been fetched."""
        assert self.ward.hanging.wait(ailing.PATIENCE_S)
        self.ward.hanging.clear()
        while self.look():
            pass
        self.look()

    def hang_on(self, seconds: float) -> None:
        """Every call hangs, for so long."""
        while True:
            self.hang()
            self.look(after=seconds)
            self.look()  # opens it again

    def fail(self) -> None:
        """It is known that the camera has failed."""
        until(lambda: not self.look() and self.eye._shift.over)

    def closed(self) -> None:
        until(lambda: self.eye._shift.lookout.ended)

    def reopened(self) -> None:
        before = self.ward.opened
        until(lambda: (self.look(), self.ward.opened > before)[1])


@contextmanager
def watching(ward: Ward) -> Iterator[Watch]:
    backbone = AilingBackbone()
    with Eye(ward.camera, backbone) as eye:
        yield Watch(ward, backbone, eye)
        ward.over.set()
        backbone.resumed.set()


@pytest.fixture
def watch() -> Iterator[Watch]:
    """A camera that has been seen with."""
    with watching(Ward()) as watch:
        watch.see()
        yield watch


@pytest.fixture
def blind() -> Iterator[Watch]:
    """No camera."""
    ward = Ward()
    ward.opens = ailing.absent
    with watching(ward) as watch:
        yield watch


def test_a_camera_that_is_absent_at_boot_is_tried_for_ever_and_seen_when_it_appears(blind: Watch) -> None:
    watch = blind
    for number, delay in enumerate([1, 2, 4, 8, 16, 32, 60, 60, 60], 1):
        watch.fail()
        watch.closed()
        assert (watch.wrong(), watch.eye.trouble) == (Fault.NO_CAMERA, "no camera was found")
        assert watch.eye.seeking
        assert watch.look(after=delay - 0.01) is None
        assert watch.ward.opened == number
        watch.ward.now += 0.01
        watch.reopened()
    watch.ward.opens = ailing.well
    watch.fail()
    watch.closed()
    watch.ward.now += 60
    watch.see()
    assert watch.wrong() is None
    assert not watch.eye.seeking


def test_a_camera_that_hangs_is_opened_again_after_three_seconds_by_a_fresh_thread(watch: Watch) -> None:
    watch.ward.looks = ailing.hangs
    watch.hang()
    watch.look(after=2.9)
    assert watch.wrong() is None
    watch.look(after=0.11)
    assert watch.wrong() is Fault.SILENT
    watch.ward.looks = ailing.fresh
    watch.look()
    assert watch.ward.opened == 2
    watch.see()
    assert watch.wrong() is None


def test_a_process_that_was_stopped_does_not_blame_the_camera_for_it(watch: Watch) -> None:
    watch.ward.looks = ailing.hangs
    watch.hang()
    watch.ward.now += 4.0
    watch.look()
    watch.look(after=2.9)
    assert watch.wrong() is None
    watch.look(after=0.11)
    assert watch.wrong() is Fault.SILENT


def test_a_camera_that_says_that_nothing_comes_is_opened_again_once_it_is_closed(watch: Watch) -> None:
    watch.ward.looks = ailing.times_out
    watch.fail()
    assert (watch.wrong(), watch.eye.trouble) == (Fault.SILENT, "the camera gave no picture for 2.5 s")
    watch.ward.looks = ailing.fresh
    watch.see()
    assert watch.ward.opened == 2


@contextmanager
def no_search_for_circles() -> Iterator[None]:
    """What is not needed any more is gone at once, or stays."""
    gc.collect()
    gc.disable()
    try:
        yield
    finally:
        gc.enable()


@pytest.mark.parametrize("look", [ailing.times_out, ailing.small, ailing.frozen])
def test_of_a_camera_that_is_opened_again_no_picture_stays_in_memory(watch: Watch, look: Look) -> None:
    with no_search_for_circles():
        gone = ref(watch.eye._shift.lookout)
        watch.ward.looks = look
        until(lambda: (watch.look(after=0.1), watch.eye._shift.over)[1])
        watch.closed()
        watch.ward.looks = ailing.fresh
        watch.see()
        assert watch.ward.opened == 2
        assert gone() is None


def test_of_a_camera_that_could_not_be_opened_nothing_stays_in_memory(blind: Watch) -> None:
    with no_search_for_circles():
        gone = ref(blind.eye._shift.lookout)
        blind.fail()
        blind.closed()
        blind.ward.now += 1.0
        blind.reopened()
        assert gone() is None


def test_closing_that_hangs_as_well_is_not_waited_for_for_ever(watch: Watch) -> None:
    watch.ward.closes, watch.ward.looks = watch.ward.hang, ailing.times_out
    watch.fail()
    watch.hang()
    watch.look(after=CLOSE_S - 0.01)
    assert watch.ward.opened == 1
    watch.ward.looks = ailing.fresh
    watch.ward.now += 0.01
    watch.see()
    assert watch.ward.opened == 2


def test_a_camera_that_hangs_again_and_again_needs_a_new_process_and_is_told_so_in_time(watch: Watch) -> None:
    began = watch.ward.now
    watch.ward.looks = ailing.hangs
    with pytest.raises(CameraLost, match="starts afresh"):
        watch.hang_on(3.01)
    assert watch.ward.opened == 3
    assert watch.ward.now - began < 10


def test_opening_again_that_hangs_does_not_take_longer(watch: Watch) -> None:
    began = watch.ward.now
    watch.ward.looks, watch.ward.opens = ailing.hangs, watch.ward.hang
    with pytest.raises(CameraLost):
        watch.hang_on(3.01)
    assert watch.ward.now - began < 7


def test_memory_that_runs_out_at_the_third_opening_needs_a_new_process(watch: Watch) -> None:
    watch.ward.looks = ailing.times_out
    watch.fail()
    watch.ward.looks = ailing.fresh
    watch.see()
    watch.ward.looks, watch.ward.opens = ailing.times_out, ailing.no_memory
    with pytest.raises(CameraLost, match="Cannot allocate memory"):
        until(watch.look)
    assert watch.ward.opened == 3


def test_however_long_it_lives_a_lost_camera_is_opened_again_twice(watch: Watch) -> None:
    for _ in range(2):
        watch.see()
        watch.ward.now += 86_400
        watch.ward.looks = ailing.times_out
        watch.fail()
        watch.ward.looks = ailing.fresh
    watch.see()
    watch.ward.looks = ailing.times_out
    with pytest.raises(CameraLost):
        until(watch.look)


@pytest.mark.parametrize("look", [ailing.frozen, ailing.stopped])
def test_a_camera_that_has_frozen_counts_as_one_that_hangs(watch: Watch, look: Look) -> None:
    watch.ward.looks = look
    until(lambda: (sight := watch.look()) and sight.frame.taken_at == look(watch.ward).taken_at)
    for _ in range(18):
        watch.see()
        watch.ward.now += 0.1
    assert watch.wrong() is None
    watch.ward.now += 0.3
    watch.fail()
    assert watch.wrong() is Fault.FROZEN
    watch.ward.looks = ailing.fresh
    watch.see()
    assert watch.ward.opened == 2


def test_a_camera_that_has_frozen_is_closed_before_it_is_opened_again(watch: Watch) -> None:
    let_go = Event()

    def close() -> None:
        let_go.wait()

    watch.ward.closes = close
    watch.ward.looks = ailing.frozen
    until(lambda: (sight := watch.look()) and sight.frame.taken_at == ailing.frozen(watch.ward).taken_at)
    for _ in range(21):
        watch.ward.now += 0.1
        until(lambda: watch.look() or watch.wrong())
    assert watch.wrong() is Fault.FROZEN
    assert watch.look() is None
    assert watch.ward.opened == 1, "two cannot have it at once"
    watch.ward.looks, watch.ward.closes = ailing.fresh, ailing.well
    let_go.set()
    watch.see()
    assert watch.ward.opened == 2


def test_a_picture_without_any_noise_left_says_nothing_of_freezing(watch: Watch) -> None:
    watch.ward.looks = ailing.white
    for _ in range(100):
        watch.see()
        watch.ward.now += 0.1
    assert watch.ward.opened == 1


@pytest.mark.parametrize("look", [ailing.small, ailing.grey, ailing.wide, ailing.empty, ailing.damaged])
def test_unusable_pictures_are_dropped_and_thirty_in_a_row_are_a_fault(watch: Watch, look: Look) -> None:
    taken: list[int] = []

    def mostly(ward: Ward) -> Frame:
        taken.append(1)
        return ailing.fresh(ward) if len(taken) % UNUSABLE == 0 else look(ward)

    watch.ward.looks = mostly
    for _ in range(3):
        assert watch.see().frame.pixels.shape == (ailing.SIZE, ailing.SIZE, 3)
    assert watch.wrong() is None
    watch.ward.looks = look
    watch.fail()
    assert watch.wrong() is Fault.UNUSABLE
    watch.ward.looks = ailing.fresh
    watch.see()
    assert watch.ward.opened == 2


def test_a_network_that_stalls_is_told_and_the_camera_is_not_blamed(watch: Watch) -> None:
    watch.backbone.stalled = True
    assert watch.backbone.stalling.wait(ailing.PATIENCE_S)
    while watch.look():
        pass
    watch.look(after=2.0)
    assert watch.wrong() is Fault.STALLED
    assert not watch.eye.seeking, "nobody may feed the watchdog"
    watch.look(after=1000)
    assert watch.ward.opened == 1
    watch.backbone.stalled = False
    watch.backbone.resumed.set()
    watch.see()
    assert watch.wrong() is None


def test_a_network_that_dies_ends_the_service(watch: Watch) -> None:
    watch.backbone.dead = True
    with pytest.raises(InterpreterError):
        until(lambda: watch.look() and False)


def test_how_long_a_camera_is_waited_for() -> None:
    waiting = Reopening()
    assert waiting.patience_s(opening=True) == 20
    assert waiting.patience_s(opening=False) == 10
    waiting.opened()
    waiting.saw()
    assert waiting.failed(5.0)
    assert waiting.due(5.0)
    assert waiting.patience_s(opening=True) == 3
    assert waiting.patience_s(opening=False) == 3
