"""`edge-handsign run`, from process start to the first LED of a sign, with 1,000 samples, beside a bare interpreter."""

import os
import signal
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path
from statistics import median
from tempfile import TemporaryDirectory
from time import monotonic, sleep

from edge_handsign.config import Config
from edge_handsign.hardware import Backbone
from edge_handsign.models import shelf
from scripts.benchmarks.box import a_hand, taught
from scripts.benchmarks.figure import Figure

ROUNDS = 7
PATIENCE_S = 20.0
PINS = Path(__file__).with_name("pretend_pins")
BARE = """
import sys, time, numpy
try:
    from ai_edge_litert.interpreter import Interpreter
except ImportError:
    from tflite_runtime.interpreter import Interpreter
interpreter = Interpreter(sys.argv[1], num_threads=1)
interpreter.allocate_tensors()
interpreter.invoke()
print(time.monotonic(), next(line for line in open("/proc/self/status") if line.startswith("VmRSS")).split()[1])
"""

Cost = tuple[float, float]  # s, MB


def measure() -> Iterator[Figure]:
    """Medians of a few starts, in turns, files cached; a decision needs two pictures, and they come 10 a second."""
    with taught(1_000) as (config, backbone), TemporaryDirectory() as folder:
        command = _command(config, backbone, Path(folder))
        model = str(shelf.find(config.backbone.model))
        rounds = [(_box(command, config, Path(folder) / "pins"), _bare(model)) for _ in range(ROUNDS)]
    ours, bare = zip(*rounds, strict=True)
    start_s, memory_mb = (median(costs) for costs in zip(*ours, strict=True))
    bare_s, bare_mb = (median(costs) for costs in zip(*bare, strict=True))
    yield Figure("process start to first decision", start_s, "s", "bare interpreter, first invoke()", bare_s, most=0.7)
    yield Figure("resident memory, 1,000 samples", memory_mb, "MB", "bare interpreter", bare_mb, most=80)


def _command(config: Config, backbone: Backbone, folder: Path) -> list[str]:
    from PIL import Image

    pictures = folder / "pictures" / "fist"
    pictures.mkdir(parents=True)
    Image.fromarray(a_hand(backbone.input_size)).save(pictures / "hand.png")
    settings = folder / "settings.yaml"
    settings.write_text(f"store:\n  folder: {config.store.folder}\n", encoding="utf-8")
    run = ["run", "--config", str(settings), "--camera", f"pictures:{pictures.parent}"]
    return [sys.executable, "-m", "edge_handsign", *run]


def _box(command: list[str], config: Config, told: Path) -> Cost:
    told.write_text("", encoding="utf-8")
    environment = os.environ | {"PYTHONPATH": os.pathsep.join([str(PINS), *sys.path]), "PRETEND_PINS": str(told)}
    began = monotonic()
    with subprocess.Popen(command, env=environment, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL) as box:
        try:
            lit_at = _first_light(box, told, config.led_pins[0])
            sleep(1.0)  # settled
            return lit_at - began, _resident_mb(box.pid)
        finally:
            box.send_signal(signal.SIGTERM)


def _first_light(box: "subprocess.Popen[bytes]", told: Path, pin: int) -> float:
    patient_until = monotonic() + PATIENCE_S
    while box.poll() is None and monotonic() < patient_until:
        for line in told.read_text(encoding="utf-8").splitlines():
            channel, level, at = line.split()
            if (int(channel), int(level)) == (pin, 1):
                return float(at)
        sleep(0.02)
    raise SystemExit(f"no LED came on: {' '.join(map(str, box.args if isinstance(box.args, list) else []))}")


def _resident_mb(pid: int) -> float:
    """Resident pages, shared ones included, in MB of 1,000,000 bytes."""
    status = Path(f"/proc/{pid}/status").read_text(encoding="utf-8")
    return int(next(line for line in status.splitlines() if line.startswith("VmRSS")).split()[1]) * 1024 / 1e6


def _bare(model: str) -> Cost:
    began = monotonic()
    said = subprocess.run(
        [sys.executable, "-c", BARE, model], capture_output=True, text=True, check=True
    ).stdout.split()
    return float(said[0]) - began, int(said[1]) * 1024 / 1e6
