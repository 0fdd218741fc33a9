"""The backbone: a TFLite MobileNet without its classifier, run by LiteRT or tflite-runtime.

Pixels are written straight into the interpreter's input tensor; the view of it never outlives a frame, because the
interpreter refuses to run while anybody holds one. How pixels become inputs is not in the file, so it is a convention:

    uint8    the pixel itself, whatever the quantisation says
    int8     the pixel less 128, whatever the quantisation says: the same model after conversion from uint8
    float32  pixel / 127.5 - 1

The first two hold because an image model's input quantisation spans what its training made of 0..255.
"""

import platform
import sys
from collections.abc import Callable
from dataclasses import dataclass
from importlib import import_module
from math import isfinite, sqrt
from typing import Any

import numpy as np
from numpy.typing import NDArray

from edge_handsign.core.knob import knob
from edge_handsign.core.messages import Embedding, Frame
from edge_handsign.errors import HardwareError, InterpreterError, ModelError

RUNTIMES = {"litert": ("ai_edge_litert", "LiteRT"), "tflite-runtime": ("tflite_runtime", "tflite-runtime")}
HERE = (platform.machine(), (sys.version_info.major, sys.version_info.minor))


@dataclass(frozen=True, slots=True)
class BackboneSettings:
    """Which network makes pictures comparable, and what runs it."""

    model: str = knob("handsign", "name of an installed model, or the path of a .tflite file")
    runtime: str = knob(
        "auto", "interpreter; auto takes litert, else tflite-runtime", choices=("auto", "litert", "tflite-runtime")
    )
    threads: int = knob(1, "processor cores that one picture may use", low=1, high=8)


def _pixel_as_it_is(pixels: NDArray[np.uint8], tensor: NDArray[Any]) -> None:
    np.copyto(tensor, pixels)


def _pixel_less_128(pixels: NDArray[np.uint8], tensor: NDArray[Any]) -> None:
    np.bitwise_xor(pixels, np.uint8(0x80), out=tensor.view(np.uint8))  # in two's complement the same, in one pass


def _pixel_to_unit(pixels: NDArray[np.uint8], tensor: NDArray[Any]) -> None:
    np.subtract(pixels, np.float32(127.5), out=tensor)
    tensor *= np.float32(1 / 127.5)


FEEDERS: dict[str, Callable[[NDArray[np.uint8], NDArray[Any]], None]] = {
    "uint8": _pixel_as_it_is,
    "int8": _pixel_less_128,
    "float32": _pixel_to_unit,
}


class TfliteBackbone:
    """Called from the eye thread only. Nothing to close: the interpreter goes with the object."""

    def __init__(self, content: bytes, title: str, settings: BackboneSettings, fingerprint: bytes) -> None:
        """Run a model whose bytes have been verified before; `title` is what messages call it.

        `fingerprint` is handed through. InterpreterError without a usable runtime, ModelError when it is not a network
        with one picture going in and one vector coming out.
        """
        package, runtime = _runtime(settings.runtime)
        self._interpreter = _load(package, content, title, settings.threads)
        given, made = self._interpreter.get_input_details(), self._interpreter.get_output_details()
        self._shape = _picture_shape(title, given)
        self._check_output(title, made)
        self.input_size = (self._shape[1], self._shape[0])  # (width, height), px
        self.dimension = int(np.prod(made[0]["shape"]))
        self.fingerprint = fingerprint
        kind = np.dtype(given[0]["dtype"]).name
        self.name = f"{title} ({kind}, {self._shape[1]}x{self._shape[0]} -> {self.dimension}) on {runtime}"
        self._feed = FEEDERS[kind]
        self._input = self._interpreter.tensor(given[0]["index"])  # a call makes a view of the tensor
        self._output = self._interpreter.tensor(made[0]["index"])
        scale, zero = made[0]["quantization"]
        self._zero = np.float32(zero)
        self._scale = float(scale) or 1.0  # 0 where the output is not quantised

    def embed(self, frame: Frame) -> Embedding:
        """The frame's embedding; HardwareError when picture or interpreter (InterpreterError) is not usable.

        A picture of which the network has nothing to say at all gives the zero vector with norm 0: it has no direction
        and so a similarity of 0 to everything.
        """
        if frame.pixels.shape != self._shape:
            raise HardwareError(f"the camera gave a picture of {frame.pixels.shape}, the model takes {self._shape}")
        self._feed(frame.pixels, self._input()[0])
        try:
            self._interpreter.invoke()
        except RuntimeError as error:
            raise InterpreterError(f"the interpreter failed on {self.name}: {error}") from error
        vector = self._output().astype(np.float32).reshape(-1)
        vector -= self._zero
        length = sqrt(np.dot(vector, vector))
        if not isfinite(length):
            raise InterpreterError(f"{self.name} answered with numbers that are not finite: install another model")
        if length:
            vector *= np.float32(1.0 / length)
        return Embedding(vector, length * self._scale)

    @staticmethod
    def _check_output(title: str, made: list[dict[str, Any]]) -> None:
        if len(made) != 1 or np.dtype(made[0]["dtype"]).name not in FEEDERS or np.prod(made[0]["shape"]) < 2:
            kinds = ", ".join(f"{np.dtype(one['dtype']).name} {one['shape'].tolist()}" for one in made) or "nothing"
            raise ModelError(f"{title} does not give one vector but {kinds}: use a MobileNet without its classifier")


def _picture_shape(title: str, given: list[dict[str, Any]]) -> tuple[int, int, int]:
    """(height, width, 3) of the one picture that goes in."""
    shapes = [tuple(int(n) for n in one["shape"]) for one in given]
    match shapes:
        case [(1, height, width, 3)] if np.dtype(given[0]["dtype"]).name in FEEDERS and min(height, width) > 1:
            return height, width, 3
    kinds = ", ".join(f"{np.dtype(one['dtype']).name} {list(shape)}" for one, shape in zip(given, shapes, strict=True))
    raise ModelError(f"{title} takes {kinds or 'nothing'}, not one picture of [1, height, width, 3]: use a MobileNet")


def _runtime(wanted: str) -> tuple[str, str]:
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


def _load(package: str, content: bytes, title: str, threads: int) -> Any:
    """The interpreter with its tensors allocated; ModelError when it does not want the model."""
    interpreter = import_module(f"{package}.interpreter").Interpreter
    try:
        loaded = interpreter(model_content=content, num_threads=threads)
        loaded.allocate_tensors()
    except (ValueError, RuntimeError, OSError) as error:
        raise ModelError(f"{title} cannot be run ({error}): install the model again") from error
    return loaded
