"""Which interpreter runs the models, and what to do where none does: LiteRT, or the older tflite-runtime."""

import platform
import sys
from importlib import import_module
from typing import Any

import numpy as np

from edge_handsign.errors import InterpreterError, ModelError

RUNTIMES = {"litert": ("ai_edge_litert", "LiteRT"), "tflite-runtime": ("tflite_runtime", "tflite-runtime")}
HERE = (platform.machine(), (sys.version_info.major, sys.version_info.minor))


def runtime(wanted: str) -> tuple[str, str]:
    """(package, title with version) of the runtime to use."""
    for name in RUNTIMES if wanted == "auto" else (wanted,):
        package, title = RUNTIMES[name]
        try:
            module = import_module(package)
            import_module(f"{package}.interpreter")
        except ModuleNotFoundError as error:
            if error.name != package:
                raise InterpreterError(f"{title} lacks {error.name}: reinstall it with {_install(*HERE)}") from error
        except ImportError as error:
            raise InterpreterError(
                f"{title} cannot be loaded ({error}): reinstall it with {_install(*HERE)}"
            ) from error
        else:
            _refuse_numpy_2(package)
            return package, f"{title} {module.__version__}"
    missing = "an interpreter" if wanted == "auto" else RUNTIMES[wanted][1]
    raise InterpreterError(f"{missing} for TFLite models is missing: {_install(*HERE)}")


def _refuse_numpy_2(package: str) -> None:
    """tflite-runtime was built for NumPy 1 and fails inside C with NumPy 2, though its metadata allows it."""
    if package == "tflite_runtime" and int(np.__version__.split(".")[0]) >= 2:
        raise InterpreterError(f"tflite-runtime cannot work with NumPy {np.__version__}: pip install 'numpy<2'")


def _install(machine: str, python: tuple[int, int]) -> str:
    """The command that fits: LiteRT is not published for 32-bit ARM, tflite-runtime not for Python above 3.11."""
    if not machine.startswith("armv"):
        return "pip install ai-edge-litert"
    if python == (3, 11):
        return "pip install tflite-runtime==2.14.0 'numpy<2'"
    return "none is published for 32-bit ARM with this Python, take the 64-bit Raspberry Pi OS"


def load(package: str, content: bytes, title: str, threads: int) -> Any:
    """The interpreter with its tensors allocated; ModelError when it does not want the model."""
    interpreter = import_module(f"{package}.interpreter").Interpreter
    try:
        loaded = interpreter(model_content=content, num_threads=threads)
        loaded.allocate_tensors()
    except (ValueError, RuntimeError, OSError) as error:
        raise ModelError(f"{title} cannot be run ({error}): install the model again") from error
    return loaded
