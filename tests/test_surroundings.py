"""What the box does not care about: a wall clock that jumps ten years, a network, and a service manager."""

import shutil
import subprocess
import sys
import time
from pathlib import Path

import pytest

from tests.conftest import ROOT
from tests.simulator import Simulator, lit

NO_NETWORK = ["unshare", "--user", "--map-root-user", "--net"]


@pytest.fixture(scope="module")
def jumping_clock(tmp_path_factory: pytest.TempPathFactory) -> str:
    """A library to preload."""
    compiler = shutil.which("cc")
    if compiler is None or sys.platform != "linux":
        pytest.skip("the wall clock is made to jump by a library, which needs a C compiler and Linux")
    library = tmp_path_factory.mktemp("clock") / "wall_clock.so"
    subprocess.run([compiler, "-shared", "-fPIC", "-o", library, ROOT / "tests/wall_clock.c", "-ldl"], check=True)
    return str(library)


def test_the_clock_does_jump(jumping_clock: str) -> None:
    program = "import time; wall = [time.time() for _ in range(100)]; print(max(wall) - min(wall) > 3e8)"
    environment = {"LD_PRELOAD": jumping_clock}
    done = subprocess.run([sys.executable, "-c", program], env=environment, capture_output=True, text=True, check=True)
    assert done.stdout == "True\n"


def test_a_wall_clock_that_jumps_ten_years_has_no_effect(jumping_clock: str, tmp_path: Path) -> None:
    with Simulator("--state", tmp_path, environment={"LD_PRELOAD": jumping_clock}) as box:
        box.teach("fist", presses=3)
        box.until(lit("fist"))
        began = time.monotonic()
        box.order("show none")
        box.until(lit(None))
        assert time.monotonic() - began < 5
        box.order("press next 1.3")
        box.until(lambda state: state["samples"] == {"fist": 2})
        assert box.terminate() == 0
    with Simulator("--state", tmp_path, environment={"LD_PRELOAD": jumping_clock}) as again:
        again.until(lambda state: state["samples"] == {"fist": 2})


def test_without_any_network_nothing_changes(tmp_path: Path) -> None:
    if subprocess.run([*NO_NETWORK, "true"], capture_output=True, check=False).returncode:
        pytest.skip("no network namespace can be made here")
    simulate = [sys.executable, "-m", "edge_handsign", "simulate", "--state", str(tmp_path)]
    orders = "show fist\nwait 1\npress teach\nwait 1\n"
    done = subprocess.run(
        [*NO_NETWORK, *simulate], input=orders, capture_output=True, text=True, cwd=ROOT, timeout=60, check=True
    )
    assert '"samples": {"fist": 1}' in done.stdout.splitlines()[-1]
