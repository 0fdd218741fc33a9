"""`run` on a stand-in for the Pi's header: what the box shows when it has to end."""

from pathlib import Path
from types import ModuleType

import pytest

from edge_handsign.__main__ import main

STATUS = 23


@pytest.fixture
def settings(tmp_path: Path) -> Path:
    path = tmp_path / "config.yaml"
    path.write_text(f"store: {{folder: {tmp_path / 'state'}}}\n")
    return path


def flashes(gpio: ModuleType) -> int:
    """How often the status LED went on."""
    return sum(level for pin, level in gpio.header.written if pin == STATUS)


@pytest.mark.parametrize(
    ("arguments", "status", "flashes_in_four_seconds"),
    [
        (["--camera", "webcam:99"], 69, 5),
        (["--backbone", "nonesuch"], 65, 8),
    ],
    ids=["camera: two flashes", "model: four flashes"],
)
def test_a_box_that_has_to_end_blinks_why_and_leaves_everything_off(
    gpio: ModuleType, settings: Path, arguments: list[str], status: int, flashes_in_four_seconds: int
) -> None:
    assert main(["run", "--config", str(settings), *arguments]) == status
    assert flashes(gpio) == flashes_in_four_seconds
    assert gpio.header.directions == {}
