"""Which interpreter runs the models, and what to do where none does: LiteRT, or the older tflite-runtime."""

from importlib import import_module
from typing import Any

import numpy as np

from edge_handsign.errors import InterpreterError, ModelError
from edge_handsign.runtimes import RUNTIMES, advice, here


def runtime(wanted: str) -> tuple[str, str]:
    """(package, title with version) of the runtime to use."""
    for name in RUNTIMES if wanted == "auto" else (wanted,):
        package, title = RUNTIMES[name].module, RUNTIMES[name].title
        try:
            module = import_module(package)
            import_module(f"{package}.interpreter")
        except ModuleNotFoundError as error:
            if error.name != package:
                raise InterpreterError(f"{title} lacks {error.name}: reinstall it with {advice(*here())}") from error
        except ImportError as error:
            raise InterpreterError(
                f"{title} cannot be loaded ({error}): reinstall it with {advice(*here())}"
            ) from error
        else:
            _refuse_numpy_2(package)
            return package, f"{title} {module.__version__}"
    missing = "an interpreter" if wanted == "auto" else RUNTIMES[wanted].title
    raise InterpreterError(f"{missing} for TFLite models is missing: {advice(*here())}")


def _refuse_numpy_2(package: str) -> None:
    """tflite-runtime was built for NumPy 1 and fails inside C with NumPy 2, though its metadata allows it."""
    if package == "tflite_runtime" and int(np.__version__.split(".")[0]) >= 2:
        raise InterpreterError(f"tflite-runtime cannot work with NumPy {np.__version__}: pip install 'numpy<2'")


def load(package: str, content: bytes, title: str, threads: int) -> Any:
    """The interpreter with its tensors allocated; ModelError when it does not want the model."""
    interpreter = import_module(f"{package}.interpreter").Interpreter
    try:
        loaded = interpreter(model_content=content, num_threads=threads)
        loaded.allocate_tensors()
    except (ValueError, RuntimeError, OSError) as error:
        raise ModelError(f"{title} cannot be run ({error}): install the model again") from error
    return loaded
