"""The pretend workbench: a live scene, a camera that paces and can be unplugged, pins that remember."""

import threading
import time

import numpy as np
import pytest

from edge_handsign.core.box import Box, Button, Role, Sign
from edge_handsign.core.messages import Feedback, Frame
from edge_handsign.devices.bench import BenchBackbone, BenchCamera, BenchPins, Scene
from edge_handsign.errors import HardwareError
from edge_handsign.hardware import Backbone, Camera, EndOfFrames, Pins

SIZE = (48, 48)
BOX = Box((Sign("fist", led=0), Sign("palm", led=1)), (Button(Role.TEACH), Button(Role.NEXT)), leds=2)
DARK = Feedback(status=False, leds=(False, False), tone_hz=0)
FIST = Feedback(status=False, leds=(True, False), tone_hz=0)


def test_the_bench_fits_the_seam() -> None:
    with BenchCamera(Scene(), SIZE) as camera, BenchPins(BOX) as pins:
        eye: Camera = camera
        mind: Backbone = BenchBackbone(size=SIZE)
        hands: Pins = pins
        hands.write(FIST)
        assert mind.embed(eye.capture()).vector.shape == (mind.dimension,)
        assert hands.read() == (False, False)


class TestScene:
    def test_starts_empty_and_shows_what_it_is_told(self) -> None:
        scene = Scene()
        shown = [scene.shown]
        for name in ("fist", "none", "palm", None):
            scene.show(name)
            shown.append(scene.shown)
        assert shown == [None, "fist", None, "palm", None]

    def test_says_which_hands_there_are(self) -> None:
        with pytest.raises(ValueError, match=r"'fits'.*fist, palm.*none"):
            Scene().show("fits")

    def test_same_seed_and_moment_same_picture(self) -> None:
        one, other = Scene(seed=4), Scene(seed=4)
        one.show("palm")
        other.show("palm")
        assert np.array_equal(one.look(1.5, SIZE), other.look(1.5, SIZE))

    def test_another_seed_is_another_person_in_another_room(self) -> None:
        assert np.abs(Scene(seed=1).look(0.0, SIZE).astype(int) - Scene(seed=2).look(0.0, SIZE)).mean() > 10

    def test_a_hand_wanders_but_a_still_one_only_shows_the_sensors_noise(self) -> None:
        moved = {}
        for liveliness in (1.0, 0.0):
            scene = Scene(seed=3, liveliness=liveliness)
            scene.show("peace")
            moved[liveliness] = np.abs(scene.look(0.0, SIZE).astype(int) - scene.look(2.0, SIZE)).max(2)
        assert moved[0.0].max() < 40
        assert (moved[1.0] > 40).mean() > 0.01


class TestCamera:
    def test_takes_pictures_at_its_rate(self) -> None:
        with BenchCamera(Scene(), SIZE, fps=50) as camera:
            stamps = [camera.capture().taken_at for _ in range(11)]
        assert 0.19 < stamps[-1] - stamps[0] < 2.0
        assert np.diff(stamps).min() > 0.005

    def test_stamps_each_frame_on_the_monotonic_clock(self) -> None:
        with BenchCamera(Scene(), SIZE, fps=100) as camera:
            before = time.monotonic()
            frame = camera.capture()
            assert before <= frame.taken_at <= time.monotonic()
        assert frame.pixels.shape == (48, 48, 3)
        assert frame.pixels.dtype == np.uint8

    def test_shows_the_scene_as_it_is_now(self) -> None:
        scene = Scene(liveliness=0.0)
        with BenchCamera(scene, SIZE, fps=100) as camera:
            empty = camera.capture().pixels.astype(int)
            scene.show("palm")
            assert (np.abs(camera.capture().pixels - empty).max(2) > 40).mean() > 0.05

    def test_a_slow_reader_gets_no_pile_of_old_frames(self) -> None:
        with BenchCamera(Scene(), SIZE, fps=20) as camera:
            camera.capture()
            time.sleep(0.3)
            stamps = [camera.capture().taken_at for _ in range(3)]
        assert stamps[2] - stamps[0] > 0.05

    def test_unplugged_it_is_given_up_after_its_patience(self) -> None:
        with BenchCamera(Scene(), SIZE, fps=100, patience_s=0.05) as camera:
            camera.capture()
            camera.unplug()
            with pytest.raises(HardwareError, match="plug it in"):
                camera.capture()
            camera.plug()
            assert camera.capture().pixels.shape == (48, 48, 3)

    def test_plugging_in_wakes_a_capture_that_waits(self) -> None:
        with BenchCamera(Scene(), SIZE, fps=100, patience_s=5.0) as camera:
            camera.unplug()
            threading.Timer(0.05, camera.plug).start()
            began = time.monotonic()
            camera.capture()
            assert time.monotonic() - began < 2.0

    def test_closing_wakes_a_capture_that_waits(self) -> None:
        camera = BenchCamera(Scene(), SIZE, fps=0.1)
        camera.capture()
        ended = threading.Event()

        def look() -> None:
            with pytest.raises(EndOfFrames):
                camera.capture()
            ended.set()

        eye = threading.Thread(target=look)
        eye.start()
        with camera:
            assert not ended.wait(0.05)
        assert ended.wait(2.0)
        eye.join()


class TestPins:
    def test_a_pressed_button_stays_down_until_it_is_released(self) -> None:
        with BenchPins(BOX) as pins:
            assert pins.read() == (False, False)
            pins.press(1)
            assert pins.read() == (False, True)
            assert pins.read() == (False, True)
            pins.release(1)
            assert pins.read() == (False, False)

    def test_bounces_when_told_to_and_then_settles(self) -> None:
        with BenchPins(BOX, bounce=3) as pins:
            pins.press(0)
            assert [pins.read()[0] for _ in range(5)] == [False, True, False, True, True]
            pins.press(0)  # it is down already: nothing moves
            assert pins.read()[0]
            pins.release(0)
            assert [pins.read()[0] for _ in range(5)] == [True, False, True, False, False]

    def test_remembers_how_the_box_looks_and_tells_of_changes_only(self) -> None:
        told: list[Feedback] = []
        with BenchPins(BOX, listener=told.append) as pins:
            assert pins.feedback == DARK
            pins.write(FIST)
            pins.write(FIST)
            assert pins.feedback == FIST
            assert pins.writes == 2
            assert told == [FIST]

    def test_everything_is_off_at_the_end(self) -> None:
        told: list[Feedback] = []
        with BenchPins(BOX, listener=told.append) as pins:
            pins.write(FIST)
        assert told == [FIST, DARK]

    def test_another_thread_can_wait_for_a_lamp(self) -> None:
        with BenchPins(BOX) as pins:
            threading.Timer(0.05, pins.write, [FIST]).start()
            assert pins.wait_until(lambda look: look.leds[0], timeout_s=2.0)
            assert not pins.wait_until(lambda look: look.leds[1], timeout_s=0.01)


class TestBackbone:
    def test_says_that_it_is_pretend(self) -> None:
        assert "pretend" in BenchBackbone().name

    def test_vectors_have_unit_length_and_the_dimension_asked_for(self) -> None:
        backbone = BenchBackbone(dimension=32, size=SIZE)
        for pixels in (
            Scene(seed=1).look(0.0, SIZE),
            np.zeros((48, 48, 3), np.uint8),
            np.full((48, 48, 3), 255, np.uint8),
        ):
            embedding = backbone.embed(Frame(pixels, 0.0))
            assert embedding.vector.shape == (backbone.dimension,) == (32,)
            assert embedding.vector.dtype == np.float32
            assert np.linalg.norm(embedding.vector) == pytest.approx(1.0, abs=1e-5)

    def test_a_hand_held_still_looks_like_itself_and_not_like_another(self) -> None:
        backbone, scene = BenchBackbone(size=(96, 96)), Scene(seed=2, liveliness=0.0)
        first, again = {}, {}
        for name in ("fist", "palm", "point", None):
            scene.show(name)
            first[name] = backbone.embed(Frame(scene.look(0.0, (96, 96)), 0.0)).vector
            again[name] = backbone.embed(Frame(scene.look(1.0, (96, 96)), 1.0)).vector
        for name, vector in again.items():
            assert max(first, key=lambda other: float(first[other] @ vector)) == name

    def test_fingerprints_tell_sizes_and_dimensions_apart(self) -> None:
        same = BenchBackbone(64, (96, 96)).fingerprint
        assert len(same) == 32
        assert same == BenchBackbone(64, (96, 96)).fingerprint
        assert same != BenchBackbone(32, (96, 96)).fingerprint
        assert same != BenchBackbone(64, (64, 64)).fingerprint
