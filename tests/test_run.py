"""`run` on a stand-in for the Pi's header: what the box shows when it has to end, and without what it goes on."""

import logging
import os
import re
import signal
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from importlib import import_module
from pathlib import Path
from threading import Event, Thread
from types import ModuleType

import numpy as np
import pytest

from edge_handsign.__main__ import main
from edge_handsign.commands import choice
from edge_handsign.config import Config
from edge_handsign.control.client import Client, NotRunning
from edge_handsign.errors import ModelError

STATUS = 23


@pytest.fixture
def settings(tmp_path: Path) -> Path:
    path = tmp_path / "config.yaml"
    path.write_text(f"store: {{folder: {tmp_path / 'state'}}}\n")
    return path


def flashes(gpio: ModuleType) -> int:
    """How often the status LED went on."""
    return sum(level for pin, level in gpio.header.written if pin == STATUS)


def test_a_box_with_no_model_that_will_do_says_what_is_wrong_with_the_one_that_was_asked_for(tmp_path: Path) -> None:
    with pytest.raises(ModelError, match="no model 'nonesuch'"):
        choice.surely(Config(), "nonesuch", tmp_path / "none.tflite")


def test_a_box_whose_memory_cannot_be_opened_blinks_why_and_leaves_everything_off(
    gpio: ModuleType, settings: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    settings.with_name("state").touch()  # where a folder should be
    assert main(["run", "--config", str(settings)]) == 74
    assert flashes(gpio) in {5, 6}, "three, pause, three"
    assert gpio.header.directions == {}
    assert "EH-309 " in said(capsys)


def said(capsys: pytest.CaptureFixture[str]) -> str:
    """The log, once it has been carried there."""
    for handler in logging.getLogger().handlers:
        handler.flush()
    return capsys.readouterr().err


@contextmanager
def told_to_end_when(wanted: Callable[[], bool]) -> Iterator[list[bool]]:
    """SIGTERM to this process, once the service runs and it is so; it says whether it came to that."""
    came, over = [False], Event()

    def wait() -> None:
        try:
            while not (came[0] or over.wait(0.05)):
                came[0] = wanted()
        finally:
            if not over.is_set():
                os.kill(os.getpid(), signal.SIGTERM)

    waiting = Thread(target=wait)
    waiting.start()
    try:
        yield came
    finally:
        over.set()
        waiting.join()


def test_a_box_without_camera_blinks_twice_and_goes_on(
    gpio: ModuleType, settings: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    with told_to_end_when(lambda: flashes(gpio) >= 4) as came:
        assert main(["run", "--config", str(settings), "--camera", "webcam:99"]) == 0
    assert came == [True]
    assert gpio.header.directions == {}
    assert "EH-101 there is no camera 99" in said(capsys)


@pytest.fixture
def photographs(tmp_path: Path) -> Path:
    """One of a sign is enough to see something."""
    folder = tmp_path / "photographs" / "fist"
    folder.mkdir(parents=True)
    noise = np.random.default_rng(1).integers(0, 255, (160, 160, 3), np.uint8)
    import_module("PIL.Image").fromarray(noise).save(folder / "one.png")
    return folder.parent


def sees(socket: Path) -> bool:
    """Whether the box behind this socket says that it does."""
    try:
        with Client(socket) as box:
            return bool(box.ask("status")["fps"])
    except NotRunning:
        return False


def talked_to(settings: Path) -> Path:
    """The socket that the settings name from now on."""
    socket = settings.with_name("control.sock")
    with settings.open("a") as file:
        file.write(f"control: {{socket: {socket}}}\n")
    return socket


def test_a_box_whose_model_is_damaged_sees_with_the_one_that_comes_with_the_program_and_says_so(
    gpio: ModuleType,
    settings: Path,
    photographs: Path,
    capsys: pytest.CaptureFixture[str],
    embedded_model: Path,
    tmp_path: Path,
) -> None:
    damaged, socket = tmp_path / "mine.tflite", talked_to(settings)
    damaged.write_bytes(embedded_model.read_bytes()[:-4096])
    told = ["--config", str(settings), "--backbone", str(damaged), "--camera", f"pictures:{photographs}"]
    with told_to_end_when(lambda: sees(socket) and flashes(gpio) >= 4) as came:
        assert main(["run", *told]) == 0
    assert came == [True]
    assert re.search(rf"EH-401 {damaged}: .*; until then handsign.tflite of this program runs", said(capsys))


@pytest.mark.parametrize(
    ("says", "mend"),
    [
        ("No access to /dev/mem.  Try running as root!", "sudo usermod -aG gpio"),
        ("can not open gpiochip", "sudo usermod -aG gpio"),
        ("Cannot determine SOC peripheral base address", "sudo apt install python3-rpi-lgpio"),
    ],
)
def test_a_box_whose_pins_cannot_be_used_sees_and_can_be_talked_to_all_the_same(
    gpio: ModuleType, settings: Path, photographs: Path, capsys: pytest.CaptureFixture[str], says: str, mend: str
) -> None:
    gpio.header.forbidden = says
    socket = talked_to(settings)
    with told_to_end_when(lambda: sees(socket)) as came:
        assert main(["run", "--config", str(settings), "--camera", f"pictures:{photographs}"]) == 0
    assert came == [True]
    assert re.search(f"EH-501 .*{mend}", said(capsys))
