"""What more than one test file needs. Photographs and public models are not in the repository: tests that play them say
so when they are absent, and `EDGE_HANDSIGN_DATA` says where they are.
"""

import os
import sys
from collections.abc import Iterator
from importlib import import_module
from pathlib import Path
from types import ModuleType

import pytest

ROOT = Path(__file__).parents[1]


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
