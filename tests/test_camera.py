"""The Pi's camera: colours, crop, bounded waits and sentences, against a stand-in for picamera2.

What a sensor, its image processor and their drivers really do is not tested here.
"""

import sys
from collections.abc import Iterator
from importlib import import_module
from pathlib import Path
from types import ModuleType
from typing import Any

import numpy as np
import pytest
from numpy.typing import NDArray

from edge_handsign.devices.camera import CameraSettings, PicameraCamera, full_view
from edge_handsign.devices.colours import TO_RGB, yuv420_to_rgb
from edge_handsign.errors import HardwareError
from edge_handsign.hardware import UnusablePicture

PRETEND_PI = Path(__file__).parent / "pretend_pi"
NAMES = ("picamera2", "libcamera")
RED, GREEN, BLUE = (255, 0, 0), (0, 255, 0), (0, 0, 255)
YCBCR = {
    (255, 0, 0): (76, 85, 255),
    (0, 255, 0): (150, 44, 21),
    (0, 0, 255): (29, 255, 107),
    (90, 90, 90): (90, 128, 128),
}


@pytest.fixture
def pi(monkeypatch: pytest.MonkeyPatch) -> Iterator[ModuleType]:
    """The stand-in for picamera2; its world has red, green and blue from left to right."""
    monkeypatch.syspath_prepend(PRETEND_PI)
    for name in NAMES:
        monkeypatch.delitem(sys.modules, name, raising=False)
    module = import_module("picamera2")
    module.world.scene[:] = np.repeat(np.array([RED, GREEN, BLUE], np.uint8), [400, 840, 400], axis=0)
    yield module
    for name in NAMES:
        sys.modules.pop(name, None)


def seen_by(settings: CameraSettings, size: tuple[int, int] = (128, 128)) -> NDArray[np.uint8]:
    with PicameraCamera(size, settings) as camera:
        return camera.capture().pixels


def test_the_whole_view_is_seen_in_the_right_colours(pi: ModuleType) -> None:
    pixels = seen_by(CameraSettings())
    assert pixels.shape == (128, 128, 3)
    assert pixels.dtype == np.uint8
    assert (pixels[:, 33:95] == GREEN).all()
    assert (pixels[:, :30] == RED).all()
    assert (pixels[:, 98:] == BLUE).all()
    assert (pi.world.open, pi.world.requests_out, pi.world.jobs) == (0, 0, 0)


@pytest.mark.parametrize("name", ["RGB888", "XBGR8888", "XRGB8888"])
def test_a_driver_that_prefers_another_order_of_bytes_is_understood(pi: ModuleType, name: str) -> None:
    wanted = seen_by(CameraSettings())
    pi.world.format = name
    np.testing.assert_array_equal(seen_by(CameraSettings()), wanted)


def test_a_driver_with_a_format_of_its_own_is_refused_and_closed(pi: ModuleType) -> None:
    pi.world.format = "NV12"
    with pytest.raises(HardwareError, match="gives NV12"):
        seen_by(CameraSettings())
    assert pi.world.open == 0


def test_a_picamera2_that_is_too_old_is_refused_and_closed(pi: ModuleType) -> None:
    pi.world.old = True
    with pytest.raises(HardwareError, match=r"unexpected keyword argument .*apt full-upgrade"):
        seen_by(CameraSettings())
    assert pi.world.open == 0


@pytest.mark.parametrize("pi5", [False, True], ids=["Pi 4 and older", "Pi 5"])
def test_a_region_is_cut_out_by_the_image_processor(pi: ModuleType, pi5: bool) -> None:
    pi.world.pi5 = pi5
    assert (seen_by(CameraSettings(region=(0, 0, 0.24, 1))) == RED).all()
    assert (seen_by(CameraSettings(region=(0.76, 0, 1, 1))) == BLUE).all()


@pytest.mark.usefixtures("pi")
def test_a_region_is_of_the_picture_as_it_is_seen_turned_or_in_a_mirror() -> None:
    left = (0, 0, 0.24, 1)
    assert (seen_by(CameraSettings(region=left, rotate=180)) == BLUE).all()
    assert (seen_by(CameraSettings(region=left, mirror=True)) == BLUE).all()
    assert (seen_by(CameraSettings(region=left, rotate=180, mirror=True)) == RED).all()


def test_a_camera_upside_down_or_in_a_mirror_is_turned(pi: ModuleType) -> None:
    pi.world.scene[:616] = 0
    upright = seen_by(CameraSettings())
    np.testing.assert_array_equal(seen_by(CameraSettings(rotate=180)), upright[::-1, ::-1])
    np.testing.assert_array_equal(seen_by(CameraSettings(mirror=True)), upright[:, ::-1])
    np.testing.assert_array_equal(seen_by(CameraSettings(rotate=180, mirror=True)), upright[::-1])


def test_few_buffers_no_old_pictures_and_the_rate_of_the_settings(pi: ModuleType) -> None:
    seen_by(CameraSettings(fps=8), (160, 160))
    config = pi.world.config
    assert config["main"]["size"] == (160, 160)
    assert config["raw"] is None
    assert config["buffer_count"] <= 4
    assert config["queue"] is False
    assert config["controls"] == {"FrameDurationLimits": (125_000, 125_000)}
    assert config["sensor"] == {"output_size": (1640, 1232), "bit_depth": 10}


def test_a_driver_that_neither_crops_nor_paces_is_taken_as_it_is(pi: ModuleType) -> None:
    pi.world.plain = True
    assert seen_by(CameraSettings()).shape == (128, 128, 3)
    assert pi.world.config["controls"] == {}


def test_a_camera_that_does_not_say_what_its_modes_see_chooses_for_itself() -> None:
    assert full_view([]) is None
    assert full_view([{"format": "YUYV"}]) is None


def test_a_camera_that_dies_is_noticed_in_time_and_its_late_picture_is_given_back(pi: ModuleType) -> None:
    with PicameraCamera((64, 64), CameraSettings(timeout_s=0.5)) as camera:
        first = camera.capture()
        pi.world.dead = True
        for _ in range(5):
            with pytest.raises(HardwareError, match=r"no picture for 0\.5 s: reseat its ribbon"):
                camera.capture()
        assert pi.world.jobs == 1  # waiting again is not asking again
        pi.world.dead = False
        assert camera.capture().taken_at > first.taken_at
        assert (pi.world.jobs, pi.world.requests_out) == (0, 0)


def test_a_picture_is_given_back_even_when_it_cannot_be_used(pi: ModuleType) -> None:
    with PicameraCamera((64, 64), CameraSettings()) as camera:
        pi.world.config["main"]["format"] = "MJPEG"  # as no driver does once it runs
        with pytest.raises(UnusablePicture):
            camera.capture()
        assert pi.world.requests_out == 0


def caused(outer: str, inner: str) -> RuntimeError:
    error = RuntimeError(outer)
    error.__cause__ = RuntimeError(inner)
    return error


@pytest.mark.parametrize(
    ("raised", "sentence"),
    [
        (IndexError("list index out of range"), "no camera was found: reseat its ribbon cable"),
        (RuntimeError('No camera number 0 found - use "rpicam-hello"'), "no camera was found: reseat its ribbon cable"),
        (caused("Camera __init__ sequence did not complete.", "Device or resource busy"), "in use by .*: stop that"),
        (RuntimeError("Failed to initialize camera"), "cannot be opened .Failed to initialize camera."),
    ],
)
def test_what_picamera2_says_becomes_what_to_do(pi: ModuleType, raised: BaseException, sentence: str) -> None:
    pi.world.fails = raised
    with pytest.raises(HardwareError, match=sentence):
        PicameraCamera((64, 64), CameraSettings())


def test_a_camera_that_comes_later_is_found(pi: ModuleType) -> None:
    """picamera2 keeps the list of cameras, and libcamera's news of others need a network that the service has not."""
    pi.world.fails = RuntimeError('No camera number 0 found - use "rpicam-hello"')
    with pytest.raises(HardwareError, match="no camera was found"):
        PicameraCamera((64, 64), CameraSettings())
    pi.world.fails = None
    with PicameraCamera((64, 64), CameraSettings()):
        assert pi.world.open == 1


def test_without_picamera2_the_package_to_install_is_named(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(sys.modules, "picamera2", None)
    with pytest.raises(HardwareError, match=r"apt install python3-picamera2.*--system-site-packages"):
        PicameraCamera((64, 64), CameraSettings())


def test_a_numpy_that_does_not_fit_picamera2_is_named(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    (tmp_path / "picamera2.py").write_text('raise ValueError("numpy.dtype size changed, may indicate binary ...")\n')
    monkeypatch.syspath_prepend(tmp_path)
    monkeypatch.delitem(sys.modules, "picamera2", raising=False)
    with pytest.raises(HardwareError, match="remove NumPy from the venv"):
        PicameraCamera((64, 64), CameraSettings())


def planes(rgb: tuple[int, int, int], size: tuple[int, int], stride: int) -> NDArray[np.uint8]:
    """One colour as picamera2 gives YUV420: rows padded to `stride` with a number that shows when it leaks."""
    (width, height), (y, u, v) = size, YCBCR[rgb]
    flat = np.full((height * 3 // 2, stride), 99, np.uint8)
    flat[:height, :width] = y
    halves = flat.reshape(height * 3, stride // 2)
    halves[2 * height : 2 * height + height // 2, : width // 2] = u
    halves[2 * height + height // 2 :, : width // 2] = v
    return flat


@pytest.mark.parametrize("rgb", YCBCR)
@pytest.mark.parametrize(("size", "stride"), [((16, 12), 16), ((16, 12), 64), ((160, 160), 192)])
def test_yuv_planes_of_a_known_colour_are_that_colour(
    rgb: tuple[int, int, int], size: tuple[int, int], stride: int
) -> None:
    pixels = yuv420_to_rgb(planes(rgb, size, stride), size)
    assert pixels.shape == (size[1], size[0], 3)
    assert np.abs(pixels.astype(int) - rgb).max() <= 2


def test_yuv_colours_lie_where_their_quarter_of_the_picture_is() -> None:
    left, right = planes(RED, (16, 16), 16), planes(BLUE, (16, 16), 16)
    both = left.copy()
    both[:16, 8:] = right[:16, 8:]
    both.reshape(48, 8)[32:, 4:] = right.reshape(48, 8)[32:, 4:]
    pixels = yuv420_to_rgb(both, (16, 16)).astype(int)
    assert np.abs(pixels[:, :8] - RED).max() <= 2
    assert np.abs(pixels[:, 8:] - BLUE).max() <= 2


def test_the_names_of_formats_are_read_from_the_highest_byte() -> None:
    memory: dict[str, Any] = {
        "BGR888": [1, 2, 3],
        "RGB888": [3, 2, 1],
        "XBGR8888": [1, 2, 3, 9],
        "XRGB8888": [3, 2, 1, 9],
    }
    for name, stored in memory.items():
        pixels = TO_RGB[name](np.full((2, 2, len(stored)), stored, np.uint8), (2, 2))
        assert (pixels == (1, 2, 3)).all(), name
        assert pixels.flags.c_contiguous
