"""What has to be downloaded and stored: the wheel and the model in it."""

import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path
from tempfile import TemporaryDirectory

from edge_handsign.models import shelf
from scripts.benchmarks.figure import Figure

ROOT = Path(__file__).parents[2]


def measure() -> Iterator[Figure]:
    """Kilobytes of 1,000 bytes."""
    with TemporaryDirectory() as folder:
        build = [sys.executable, "-m", "pip", "wheel", "--quiet", "--no-deps", "--wheel-dir", folder, str(ROOT)]
        subprocess.run(build, check=True, stdout=sys.stderr)
        wheel = next(Path(folder).glob("*.whl")).stat().st_size
    model = shelf.packaged() / "handsign.tflite"
    yield Figure("wheel, model included", wheel / 1e3, "kB")
    yield Figure("model", model.stat().st_size / 1e3, "kB", most=2_000)
