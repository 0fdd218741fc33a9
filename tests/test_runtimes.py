"""Which system gets which interpreter: the table, and what it is good for."""

import re
import subprocess
import sys
from pathlib import Path

import pytest

from edge_handsign import runtimes
from edge_handsign.runtimes import LITERT, SYSTEMS, TFLITE, Runtime, advice, system

ROOT = Path(__file__).parents[1]


@pytest.mark.parametrize(
    ("machine", "python", "runtime"),
    [
        ("aarch64", (3, 11), LITERT),
        ("aarch64", (3, 13), LITERT),
        ("armv7l", (3, 11), TFLITE),
        ("armv7l", (3, 13), None),
        ("x86_64", (3, 11), LITERT),
        ("x86_64", (3, 13), LITERT),
    ],
)
def test_each_system_has_its_runtime(machine: str, python: tuple[int, int], runtime: Runtime | None) -> None:
    found = system(machine, python)
    assert found is not None
    assert (found.wheel and found.wheel.runtime) == runtime


def test_nobody_has_tried_another_python() -> None:
    assert system("aarch64", (3, 9)) is None


@pytest.mark.parametrize(
    ("machine", "python", "command"),
    [
        ("aarch64", (3, 11), "pip install ai-edge-litert"),
        ("aarch64", (3, 13), "pip install ai-edge-litert"),
        ("x86_64", (3, 13), "pip install ai-edge-litert"),
        ("armv7l", (3, 11), "pip install tflite-runtime==2.14.0 'numpy<2'"),
        ("armv7l", (3, 13), "64-bit Raspberry Pi OS"),
        ("armv6l", (3, 11), "take a Zero 2"),
    ],
)
def test_the_advice_fits_python_and_machine(machine: str, python: tuple[int, int], command: str) -> None:
    assert command in advice(machine, python)


def test_the_bare_python_of_the_system_can_read_the_table() -> None:
    command = [sys.executable, "-I", "-S", runtimes.__file__]
    done = subprocess.run(command, capture_output=True, text=True, check=False)
    found = system(*runtimes.here())
    if found is None or found.wheel is None:
        assert (done.returncode, done.stdout) == (69, "")
        assert "No interpreter" in done.stderr
    else:
        assert done.stdout == f"{found.wheel.runtime.requirement} --hash=sha256:{found.wheel.sha256}\n"


def test_the_package_pins_what_the_table_pins() -> None:
    assert f'"{TFLITE.requirement}; ' in (ROOT / "pyproject.toml").read_text()


def test_the_page_says_what_the_table_says() -> None:
    page = (ROOT / "docs/installing-on-a-pi.md").read_text(encoding="utf-8")
    for row in SYSTEMS:
        if row.name.startswith("Raspberry"):
            title = row.wheel.runtime.title if row.wheel else "none is published"
            assert re.search(
                rf"^\| {row.name} \| {row.python[0]}\.{row.python[1]}, [^|]* \| {title} \|", page, re.MULTILINE
            )


def test_a_system_and_a_wheel_appear_once() -> None:
    assert len({(row.machine, row.python) for row in SYSTEMS}) == len(SYSTEMS)
    assert all(len(row.wheel.sha256) == 64 for row in SYSTEMS if row.wheel)
