"""The backbone: a TFLite MobileNet without its classifier, run by LiteRT or tflite-runtime.

Pixels are written straight into the interpreter's input tensor; the view of it never outlives a frame, because the
interpreter refuses to run while anybody holds one. How pixels become inputs is not in the file, so it is a convention:

    uint8    the pixel itself, whatever the quantisation says
    int8     the pixel less 128, whatever the quantisation says: the same model after conversion from uint8
    float32  pixel / 127.5 - 1

The first two hold because an image model's input quantisation spans what its training made of 0..255.

A model that gives a hand map too is asked for frames of twice its width and height, and looks twice where there is a
hand (core/gaze.py).
"""

from collections.abc import Callable
from dataclasses import dataclass, replace
from hashlib import sha256
from math import inf, isfinite, sqrt
from typing import Any

import numpy as np
from numpy.typing import NDArray

from edge_handsign.core import gaze
from edge_handsign.core.doubt import Prior
from edge_handsign.core.knob import knob
from edge_handsign.core.messages import WHOLE, Embedding, Frame, Part
from edge_handsign.devices import interpreter
from edge_handsign.devices.crop import Closer, Half, mirror
from edge_handsign.devices.outputs import MapOutput, Output, vector_and_map
from edge_handsign.errors import HardwareError, InterpreterError, ModelError


@dataclass(frozen=True, slots=True)
class BackboneSettings:
    """Which network makes pictures comparable, and what runs it."""

    model: str = knob("handsign", "name of an installed model, or the path of a .tflite file")
    runtime: str = knob(
        "auto", "interpreter; auto takes litert, else tflite-runtime", choices=("auto", "litert", "tflite-runtime")
    )
    threads: int = knob(1, "processor cores that one picture may use", low=1, high=8)
    second_look: bool = knob(
        True, "where there is a hand, go to it and look once more, mirrored; a model without hand map cannot"
    )


def _pixel_as_it_is(pixels: NDArray[np.uint8], tensor: NDArray[Any]) -> None:
    np.copyto(tensor, pixels)


def _pixel_less_128(pixels: NDArray[np.uint8], tensor: NDArray[Any]) -> None:
    np.bitwise_xor(pixels, np.uint8(0x80), out=tensor.view(np.uint8))  # in two's complement the same, in one pass


def _pixel_to_unit(pixels: NDArray[np.uint8], tensor: NDArray[Any]) -> None:
    np.subtract(pixels, np.float32(127.5), out=tensor)
    tensor *= np.float32(1 / 127.5)


Load = Callable[[str, bytes, str, int], Any]  # interpreter.load, or one that keeps the time
FEEDERS: dict[str, Callable[[NDArray[np.uint8], NDArray[Any]], None]] = {
    "uint8": _pixel_as_it_is,
    "int8": _pixel_less_128,
    "float32": _pixel_to_unit,
}


class TfliteBackbone:
    """Called from the eye thread only. Nothing to close: the interpreter goes with the object."""

    def __init__(
        self,
        content: bytes,
        title: str,
        settings: BackboneSettings,
        fingerprint: bytes,
        load: Load = interpreter.load,
    ) -> None:
        """Run a model whose bytes have been verified before; `title` is what messages call it.

        `fingerprint` is the model's, `load` makes an interpreter of it. InterpreterError without a usable runtime,
        ModelError when it is not a network with one picture going in and one vector coming out, or that and a hand map.
        """
        package, runtime = interpreter.runtime(settings.runtime)
        self._interpreter = load(package, content, title, settings.threads)
        given, made = self._interpreter.get_input_details(), self._interpreter.get_output_details()
        width, height = self._size = _picture_size(title, given)
        vector, cells = vector_and_map(title, made)
        self._half = Half(self._size) if cells and settings.second_look else None
        self._small, self._mirrored = np.empty((2, height, width, 3), np.uint8)
        zoom = gaze.ZOOM if self._half else 1
        self.input_size = (zoom * width, zoom * height)  # (width, height), px
        self._closer = Closer(self.input_size, self._size)
        self.dimension = int(np.prod(vector["shape"]))
        self.fingerprint = sha256(fingerprint + gaze.RULE).digest() if self._half else fingerprint
        self.prior: Prior | None = None  # for whoever finds it
        kind = np.dtype(given[0]["dtype"]).name
        self.name = f"{title} ({kind}, {self._sizes()} -> {self.dimension}) on {runtime}"
        self._feed = FEEDERS[kind]
        self._input = self._interpreter.tensor(given[0]["index"])  # a call makes a view of the tensor
        self._vector = Output(self._interpreter, vector)
        self._map = MapOutput(self._interpreter, cells) if cells else None

    def embed(self, frame: Frame) -> Embedding:
        """The frame's embedding; HardwareError when picture or interpreter (InterpreterError) is not usable.

        A picture of which the network has nothing to say at all gives the zero vector with norm 0: it has no direction
        and so a similarity of 0 to everything.
        """
        pixels, wanted = frame.pixels, (self.input_size[1], self.input_size[0], 3)
        if pixels.shape != wanted:
            raise HardwareError(f"the camera gave a picture of {pixels.shape}, the model takes {wanted}")
        if self._half is None:
            self._feed(pixels, self._input()[0])
            return self._look(WHOLE)[0]
        self._half.write(pixels, self._small)
        self._feed(self._small, self._input()[0])
        first, hand = self._look(WHOLE)
        return self._again(frame, first, hand) if gaze.may_be_there(hand) else first

    def _again(self, frame: Frame, first: Embedding, hand: gaze.Hand) -> Embedding:
        """What both looks say, if the second sees the hand too; else what the first does, less sure of a hand."""
        part = self._part(frame, hand)
        if part == WHOLE:
            mirror(self._small, self._mirrored)
        else:
            self._closer.write(frame.pixels, part, self._mirrored)
        self._feed(self._mirrored, self._input()[0])
        second, again = self._look(part)
        presence = min(hand.presence, again.presence)  # what is taken for a hand by mistake seldom is so twice
        if not gaze.confirmed(hand, again):
            return replace(first, presence=presence)
        vector = first.vector + second.vector
        _to_unit_length(vector)
        return Embedding(vector, (first.norm + second.norm) / 2, presence, part)

    def _part(self, frame: Frame, hand: gaze.Hand) -> Part:
        """The surroundings of a single hand, unsqueezed; of another, what has been seen before."""
        if self._map is None or not gaze.is_there(hand) or not gaze.is_one(place := self._map.place()):
            return WHOLE
        width, height = self._size
        return gaze.part(hand, place, frame.proportion * height / width)

    def _look(self, part: Part) -> tuple[Embedding, gaze.Hand]:
        """What the network says of what it was fed with, which is that part of the frame."""
        try:
            self._interpreter.invoke()
        except RuntimeError as error:
            raise InterpreterError(f"the interpreter failed on {self.name}: {error}") from error
        hand = self._map.hand() if self._map else gaze.ASSUMED
        vector = self._vector.steps()
        length = _to_unit_length(vector)
        if not isfinite(length) or not isfinite(hand.length):
            raise InterpreterError(f"{self.name} answered with numbers that are not finite: install another model")
        return Embedding(vector, length * self._vector.scale, hand.presence, part), hand

    def _sizes(self) -> str:
        width, height = self._size
        return f"{width}x{height}" + (f" of {self.input_size[0]}x{self.input_size[1]}" if self._half else "")


def _to_unit_length(vector: NDArray[np.float32]) -> float:
    """The length that it had; what has none, or none that is finite, stays as it is."""
    length = sqrt(np.dot(vector, vector))
    if 0 < length < inf:
        vector *= np.float32(1.0 / length)
    return length


def _picture_size(title: str, given: list[dict[str, Any]]) -> tuple[int, int]:
    """(width, height) of the one picture that goes in."""
    shapes = [tuple(int(n) for n in one["shape"]) for one in given]
    match shapes:
        case [(1, height, width, 3)] if np.dtype(given[0]["dtype"]).name in FEEDERS and min(height, width) > 1:
            return width, height
    kinds = ", ".join(f"{np.dtype(one['dtype']).name} {list(shape)}" for one, shape in zip(given, shapes, strict=True))
    raise ModelError(f"{title} takes {kinds or 'nothing'}, not one picture of [1, height, width, 3]: use a MobileNet")
