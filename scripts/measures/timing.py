"""How long an invoke takes, on both interpreters that the product may meet, in processor time.

One thread works, so on a quiet computer that is the time on the clock; on a busy one the clock would count the others.

Each interpreter runs in a process of its own: in one process their shared symbols mix, and one answers for the other.
tflite-runtime may also live in the environment that `scripts/test-matrix` makes, for it cannot live with NumPy 2.
"""

import json
import subprocess
import sys
from collections.abc import Mapping
from dataclasses import dataclass
from importlib import import_module
from pathlib import Path
from tempfile import TemporaryDirectory
from time import thread_time
from typing import Any

import numpy as np

OLD = Path(__file__).resolve().parents[2] / ".venv-3.11-tflite-runtime" / "bin" / "python"
ROUNDS = 7
INVOKES = 15


@dataclass(frozen=True, slots=True)
class Timing:
    """Milliseconds an invoke, one thread; None where the interpreter is not installed."""

    litert: float
    tflite_runtime: float | None

    def __str__(self) -> str:
        other = "not measured" if self.tflite_runtime is None else f"{self.tflite_runtime:.2f}"
        return f"LiteRT {self.litert:.2f}, tflite-runtime 2.14 {other}"


def time_models(models: Mapping[str, bytes]) -> dict[str, Timing]:
    """All models in turn, round after round, so that a hot computer slows them alike; medians."""
    with TemporaryDirectory() as folder:
        files = [Path(folder) / f"{number}.tflite" for number in range(len(models))]
        for file, content in zip(files, models.values(), strict=True):
            file.write_bytes(content)
        litert = _apart(sys.executable, "ai_edge_litert", files)
        old = next((python for python in (sys.executable, str(OLD)) if _runs(python, "tflite_runtime")), None)
        older = _apart(old, "tflite_runtime", files) if old else [None] * len(files)
    return {name: Timing(new, old) for name, new, old in zip(models, litert, older, strict=True)}


def _runs(python: str, package: str) -> bool:
    command = [python, "-c", f"import {package}.interpreter"]
    return Path(python).exists() and subprocess.run(command, capture_output=True, check=False).returncode == 0


def _apart(python: str, package: str, files: list[Path]) -> list[Any]:
    command = [python, __file__, package, *map(str, files)]
    return list(json.loads(subprocess.run(command, capture_output=True, check=True, text=True).stdout))


def _in_turn(package: str, files: list[str]) -> list[float]:
    interpreter: Any = import_module(f"{package}.interpreter").Interpreter
    ready = [interpreter(model_path=file, num_threads=1) for file in files]
    for each in ready:
        each.allocate_tensors()
        each.invoke()
    spent: list[list[float]] = [[] for _ in ready]
    for _ in range(ROUNDS):
        for times, each in zip(spent, ready, strict=True):
            times += [_once(each) for _ in range(INVOKES)]
    return [float(np.median(times)) for times in spent]


def _once(interpreter: Any) -> float:
    begun = thread_time()
    interpreter.invoke()
    return 1e3 * (thread_time() - begun)


if __name__ == "__main__":
    print(json.dumps(_in_turn(sys.argv[1], sys.argv[2:])))
