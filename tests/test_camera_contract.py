"""What every camera keeps to, run over each that can be opened here; the rest is skipped, and says why.

A stand-in for picamera2 lies in `pretend_pi`: with it the adapter is tested, not the hardware, as `pytest -m pi` does.
"""

import time
from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager
from itertools import pairwise
from pathlib import Path
from statistics import median

import numpy as np
import pytest

from edge_handsign.devices.bench import BenchCamera, Scene
from edge_handsign.devices.camera import CameraSettings, PicameraCamera
from edge_handsign.devices.pictures import PicturesCamera
from edge_handsign.devices.webcam import WebcamCamera
from edge_handsign.hardware import Camera
from tests.board import PI, insist_on_a_pi

SIZE = (96, 64)  # not square, so that width and height cannot be exchanged unnoticed
FPS = 25.0
Open = Callable[[pytest.FixtureRequest], AbstractContextManager[Camera]]


def _real_webcam(request: pytest.FixtureRequest) -> AbstractContextManager[Camera]:
    if not Path("/dev/video0").exists() or Path("/proc/device-tree/model").exists():
        pytest.skip("no /dev/video0 that is a webcam")
    request.getfixturevalue("video")  # skips without OpenCV
    return WebcamCamera(0, SIZE, FPS)


def _pretend_picamera(request: pytest.FixtureRequest) -> AbstractContextManager[Camera]:
    request.getfixturevalue("pretend_pi")
    return PicameraCamera(SIZE, CameraSettings(fps=FPS))


def _real_picamera(_: pytest.FixtureRequest) -> AbstractContextManager[Camera]:
    insist_on_a_pi()
    return PicameraCamera(SIZE, CameraSettings(fps=FPS))


CAMERAS: dict[str, Open] = {
    "bench": lambda _: BenchCamera(Scene(), SIZE, FPS),
    "pictures": lambda request: PicturesCamera(request.getfixturevalue("album"), SIZE, FPS),
    "pictures, a video": lambda request: PicturesCamera(request.getfixturevalue("video"), SIZE, FPS),
    "webcam, a video in its place": lambda request: WebcamCamera(str(request.getfixturevalue("video")), SIZE, FPS),
    "webcam": _real_webcam,
    "picamera2, a stand-in": _pretend_picamera,
    "picamera2": _real_picamera,
}
BOARDS = ("picamera2",)
NAMES = [pytest.param(name, marks=PI) if name in BOARDS else name for name in CAMERAS]


@pytest.fixture(params=NAMES)
def opener(request: pytest.FixtureRequest) -> Callable[[], AbstractContextManager[Camera]]:
    return lambda: CAMERAS[request.param](request)


@pytest.fixture
def camera(opener: Callable[[], AbstractContextManager[Camera]]) -> Iterator[Camera]:
    with opener() as opened:
        yield opened


def test_pictures_have_the_size_asked_for(camera: Camera) -> None:
    frame = camera.capture()
    assert frame.pixels.shape == (SIZE[1], SIZE[0], 3)
    assert frame.pixels.dtype == np.uint8
    assert frame.pixels.flags.c_contiguous


def test_stamps_are_of_the_monotonic_clock_and_never_ahead_of_it(camera: Camera) -> None:
    start = time.monotonic()
    frames = [camera.capture() for _ in range(4)]
    assert all(start - 2 < frame.taken_at <= time.monotonic() for frame in frames)
    assert all(before.taken_at < after.taken_at for before, after in pairwise(frames))


def test_a_picture_that_is_kept_stays_as_it_is(camera: Camera) -> None:
    kept = camera.capture().pixels
    then = kept.copy()
    for _ in range(3):  # as many as there are buffers
        camera.capture()
    np.testing.assert_array_equal(kept, then)


def test_a_camera_that_was_closed_can_be_opened_again(opener: Callable[[], AbstractContextManager[Camera]]) -> None:
    for _ in range(2):
        with opener() as camera:
            assert camera.capture().pixels.shape == (SIZE[1], SIZE[0], 3)


@PI
def test_a_sensor_is_never_still_and_comes_at_about_its_rate() -> None:
    insist_on_a_pi()
    with PicameraCamera(SIZE, CameraSettings(fps=FPS)) as camera:
        frames = [camera.capture() for _ in range(31)][1:]
    gaps = [after.taken_at - before.taken_at for before, after in pairwise(frames)]
    assert 0.8 / FPS < median(gaps) < 3 / FPS
    assert all((before.pixels != after.pixels).any() for before, after in pairwise(frames))
