"""What more than one test file needs. Photographs and public models are not in the repository: tests that play them say
so when they are absent, and `EDGE_HANDSIGN_DATA` says where they are.
"""

import os
import sys
from collections.abc import Iterator
from importlib import import_module
from pathlib import Path
from types import ModuleType

import numpy as np
import pytest

ROOT = Path(__file__).parents[1]
STAND_INS = ("picamera2", "libcamera", "RPi", "RPi.GPIO")
REDS = (0, 50, 100, 150, 200, 250)  # of the pictures in the test album, in order


@pytest.fixture(scope="session")
def shared() -> Path:
    """The folder that holds `data` and `models`."""
    folder = Path(os.environ.get("EDGE_HANDSIGN_DATA", ROOT.parent / "shared"))
    if not folder.is_dir():
        pytest.skip(f"{folder} is not there: EDGE_HANDSIGN_DATA names the folder of photographs and public models")
    return folder


@pytest.fixture(scope="session")
def data(shared: Path) -> Path:
    """A folder of photographs for each set, in folders named by sign."""
    return shared / "data"


@pytest.fixture(scope="session")
def public_models(shared: Path) -> Path:
    """MobileNets as published, classifier still on."""
    return shared / "models"


@pytest.fixture(scope="session")
def embedded_model() -> Path:
    """The backbone that ships."""
    model = ROOT / "models" / "handsign.tflite"
    assert model.is_file(), "the repository ships without its backbone"
    return model


@pytest.fixture
def gpio(monkeypatch: pytest.MonkeyPatch) -> Iterator[ModuleType]:
    """The stand-in for RPi.GPIO, with a fresh header."""
    monkeypatch.syspath_prepend(ROOT / "tests" / "pretend_pi")
    for name in ("RPi", "RPi.GPIO"):
        monkeypatch.delitem(sys.modules, name, raising=False)
    yield import_module("RPi.GPIO")
    for name in ("RPi", "RPi.GPIO"):
        sys.modules.pop(name, None)


@pytest.fixture
def pretend_pi(monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    """The stand-ins where a Pi has its libraries, until the test ends."""
    monkeypatch.syspath_prepend(ROOT / "tests" / "pretend_pi")
    for name in STAND_INS:
        monkeypatch.delitem(sys.modules, name, raising=False)
    yield
    for name in STAND_INS:
        sys.modules.pop(name, None)


@pytest.fixture
def album(tmp_path: Path) -> Path:
    """Two signs of three pictures each, every one of another red."""
    image = import_module("PIL.Image")
    for number, red in enumerate(REDS):
        path = tmp_path / "album" / ("fist" if number < 3 else "palm") / f"{number}.png"
        path.parent.mkdir(parents=True, exist_ok=True)
        image.new("RGB", (120, 90), (red, 20, 220)).save(path)
    return tmp_path / "album"


@pytest.fixture
def video(tmp_path: Path) -> Path:
    """Thirty frames of one colour that gets redder."""
    cv2 = pytest.importorskip("cv2", reason="OpenCV is not installed: no video and no webcam here")
    path = tmp_path / "video.avi"
    writer = cv2.VideoWriter(str(path), cv2.VideoWriter_fourcc(*"MJPG"), 10, (160, 120))
    for red in range(0, 240, 8):
        writer.write(np.full((120, 160, 3), (220, 20, red), np.uint8))  # OpenCV's order is blue, green, red
    writer.release()
    return path
