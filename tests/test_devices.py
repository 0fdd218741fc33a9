"""What every backbone keeps to, over each that can be opened here; and what only some cameras can do."""

import sys
import time
from collections.abc import Callable
from contextlib import ExitStack
from importlib import import_module
from itertools import islice
from pathlib import Path

import numpy as np
import pytest

from edge_handsign.core.messages import Frame
from edge_handsign.devices.bench import BenchBackbone
from edge_handsign.devices.pictures import PicturesCamera
from edge_handsign.devices.tflite import BackboneSettings, TfliteBackbone
from edge_handsign.devices.webcam import WebcamCamera
from edge_handsign.errors import HardwareError, PictureError
from edge_handsign.hardware import Backbone, EndOfFrames
from tests import graphs
from tests.conftest import REDS

SIZE = (96, 64)  # not square, so that width and height cannot be exchanged unnoticed

BACKBONES: dict[str, Callable[[Path], Backbone]] = {
    "bench": lambda _: BenchBackbone(),
    "litert": lambda path: _tflite(path, "litert", "ai_edge_litert"),
    "tflite-runtime": lambda path: _tflite(path, "tflite-runtime", "tflite_runtime"),
}


def _tflite(path: Path, runtime: str, package: str) -> Backbone:
    pytest.importorskip(package, reason=f"{runtime} is not installed for this Python")
    if runtime == "tflite-runtime" and int(np.__version__.split(".")[0]) >= 2:
        pytest.skip("tflite-runtime is installed beside NumPy 2, with which it cannot work")
    return TfliteBackbone(path.read_bytes(), path.name, BackboneSettings(runtime=runtime), bytes(32))


@pytest.fixture(params=BACKBONES)
def backbone(request: pytest.FixtureRequest, tmp_path: Path) -> Backbone:
    path = tmp_path / "net.tflite"
    path.write_bytes(graphs.handsign("int8")[0])
    return BACKBONES[request.param](path)


def drawn(backbone: Backbone, seed: int) -> Frame:
    width, height = backbone.input_size
    return Frame(np.random.default_rng(seed).integers(0, 256, (height, width, 3), dtype=np.uint8), 0.0)


def test_a_backbone_gives_unit_vectors_of_its_dimension(backbone: Backbone) -> None:
    for seed in range(3):
        embedding = backbone.embed(drawn(backbone, seed))
        assert embedding.vector.shape == (backbone.dimension,)
        assert embedding.vector.dtype == np.float32
        assert np.linalg.norm(embedding.vector) == pytest.approx(1, abs=1e-5)
        assert embedding.norm > 0


def test_a_backbone_says_the_same_of_the_same_picture_and_something_else_of_another(backbone: Backbone) -> None:
    first, other, again = (backbone.embed(drawn(backbone, seed)).vector for seed in (1, 2, 1))
    np.testing.assert_array_equal(first, again)
    assert not np.array_equal(first, other)


def test_a_backbone_has_a_name_and_a_fingerprint(backbone: Backbone) -> None:
    assert backbone.name
    assert len(backbone.fingerprint) == 32


# What only the camera that plays pictures can do.


def reds(camera: PicturesCamera, count: int) -> list[int]:
    return [int(camera.capture().pixels[30, 40, 0]) for _ in range(count)]


def test_an_album_is_played_sign_by_sign_and_again(album: Path) -> None:
    with PicturesCamera(album, SIZE, fps=500) as camera:
        assert camera.signs == ("fist", "palm")
        assert reds(camera, 8) == [*REDS, *REDS[:2]]


def test_an_album_played_once_ends(album: Path) -> None:
    with PicturesCamera(album, SIZE, fps=500, loop=False) as camera:
        assert reds(camera, 6) == list(REDS)
        for _ in range(2):
            with pytest.raises(EndOfFrames):
                camera.capture()
        camera.show("palm")
        assert reds(camera, 3) == list(REDS[3:])


def test_a_sign_that_is_shown_is_the_only_one_from_then_on(album: Path) -> None:
    with PicturesCamera(album, SIZE, fps=500) as camera:
        camera.capture()
        camera.show("palm")
        assert reds(camera, 5) == [*REDS[3:], *REDS[3:5]]
        camera.show("fist")
        assert reds(camera, 2) == list(REDS[:2])
        camera.show(None)
        assert reds(camera, 4) == list(REDS[:4])
        with pytest.raises(PictureError, match="it has fist, palm"):
            camera.show("point")
        assert reds(camera, 1) == [REDS[4]]  # a wrong name changes nothing


def test_a_region_of_the_pictures_can_be_played(tmp_path: Path) -> None:
    image = import_module("PIL.Image")
    picture = image.new("RGB", (200, 100), (10, 10, 10))
    picture.paste((250, 10, 10), (100, 0, 200, 100))
    (tmp_path / "fist").mkdir()
    picture.save(tmp_path / "fist" / "1.png")
    with PicturesCamera(tmp_path, SIZE, fps=500, region=(0.5, 0, 1, 1)) as camera:
        assert reds(camera, 1) == [250]


@pytest.fixture
def halves(tmp_path: Path) -> Path:
    """A video of which the left half is dark and the right half red."""
    cv2 = pytest.importorskip("cv2", reason="OpenCV is not installed: no video and no webcam here")
    path = tmp_path / "halves.avi"
    writer = cv2.VideoWriter(str(path), cv2.VideoWriter_fourcc(*"MJPG"), 10, (160, 120))
    picture = np.zeros((120, 160, 3), np.uint8)
    picture[:, 80:, 2] = 250  # OpenCV's order is blue, green, red
    for _ in range(8):
        writer.write(picture)
    writer.release()
    return path


@pytest.mark.parametrize(("region", "red"), [((0, 0, 0.5, 1), 0), ((0.5, 0, 1, 1), 250)])
def test_a_region_of_a_video_and_of_a_webcam_is_all_that_is_seen(
    halves: Path, region: tuple[float, float, float, float], red: int
) -> None:
    with PicturesCamera(halves, SIZE, fps=500, region=region) as video:
        seen = video.capture().pixels[:, 4:-4, 0].astype(int)
    with WebcamCamera(str(halves), SIZE, fps=500, region=region) as webcam:
        np.testing.assert_array_equal(webcam.capture().pixels[:, 4:-4, 0], seen)
    assert np.abs(seen - red).max() <= 12  # JPEG inside


def test_pictures_come_at_the_rate_asked_for(album: Path) -> None:
    with PicturesCamera(album, SIZE, fps=20) as camera:
        start = time.monotonic()
        stamps = [camera.capture().taken_at for _ in range(9)]
    assert all(stamp > start + number * 0.05 - 0.001 for number, stamp in enumerate(stamps))
    assert stamps[-1] < start + 1.5  # 0.4 s, and what a busy machine adds


def test_a_slow_reader_does_not_get_the_pictures_it_missed_in_a_rush(album: Path) -> None:
    with PicturesCamera(album, SIZE, fps=20) as camera:
        camera.capture()
        time.sleep(0.3)
        back = time.monotonic()
        stamps = [camera.capture().taken_at for _ in range(3)]
    assert stamps[2] > back + 2 * 0.05 - 0.001


def test_closing_wakes_a_reader_that_waits(album: Path) -> None:
    from concurrent.futures import ThreadPoolExecutor

    with ExitStack() as stack, ThreadPoolExecutor(1) as thread:
        camera = stack.enter_context(PicturesCamera(album, SIZE, fps=0.05))
        camera.capture()
        waiting = thread.submit(camera.capture)
        time.sleep(0.05)
        camera.close()
        with pytest.raises(EndOfFrames):
            waiting.result(timeout=2)


def test_a_video_is_played_frame_by_frame_to_its_end_and_again(video: Path) -> None:
    with PicturesCamera(video, SIZE, fps=500, loop=False) as camera:
        played = reds(camera, 30)
        with pytest.raises(EndOfFrames):
            camera.capture()
    assert played == pytest.approx(list(range(0, 240, 8)), abs=6)  # JPEG inside
    with PicturesCamera(video, SIZE, fps=500) as camera:
        assert reds(camera, 32)[30:] == played[:2]
        camera.show(None)
        assert reds(camera, 1) == played[:1]
        assert camera.signs == ()
        with pytest.raises(PictureError, match="has no signs"):
            camera.show("fist")


def test_what_is_neither_album_nor_video_is_a_sentence(tmp_path: Path, video: Path) -> None:
    (tmp_path / "notes.txt").write_text("hello")
    with pytest.raises(PictureError, match="neither a folder of signs nor a video"):
        PicturesCamera(tmp_path / "notes.txt", SIZE, fps=10)
    with pytest.raises(PictureError, match="does not exist"):
        PicturesCamera(tmp_path / "away", SIZE, fps=10)
    assert video.exists()  # OpenCV was there to judge


@pytest.mark.parametrize(("name", "source"), [("webcam", "/dev/video99"), ("a video", None)])
def test_without_opencv_the_extra_to_install_is_named(
    name: str, source: str | None, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setitem(sys.modules, "cv2", None)
    (tmp_path / "video.avi").write_bytes(b"RIFF")
    with pytest.raises(HardwareError, match=rf"{name} needs OpenCV: pip install 'edge-handsign\[webcam\]'"):
        WebcamCamera(source, SIZE, 10) if source else PicturesCamera(tmp_path / "video.avi", SIZE, 10)


@pytest.mark.parametrize("source", ["/dev/video99", 99, "99"])
def test_a_webcam_that_is_not_there_says_what_is(video: Path, source: int | str) -> None:
    assert video.exists()  # so OpenCV is there
    with pytest.raises(HardwareError, match=rf"no camera {source} that can be opened; (no /dev/video|present: )"):
        WebcamCamera(source, SIZE, 10)


def test_a_webcam_that_stops_says_so_and_has_the_right_colours(video: Path) -> None:
    with WebcamCamera(str(video), SIZE, fps=500) as camera:
        red, green, blue = camera.capture().pixels[30, 40].tolist()
        assert (red, green, blue) == pytest.approx((20, 20, 220), abs=30)
        frames = iter(camera.capture, None)
        with pytest.raises(HardwareError, match="gives no more pictures: plug it in again"):
            list(islice(frames, 31))
