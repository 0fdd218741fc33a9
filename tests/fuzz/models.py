"""Model files: spoilt bytes of small networks, mostly where the tables are, and tables that say something else.

What passes the verification is given to the interpreter, whose C++ would not survive everything: so in another process,
which takes one file after the other.
"""

import select
import signal
import subprocess
import sys
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from dataclasses import replace
from functools import cache
from random import Random
from struct import Struct
from typing import Self

import numpy as np
from hypothesis import strategies as st

from edge_handsign.models.decapitate import decapitate
from edge_handsign.models.format import schema
from edge_handsign.models.format.schema import Model
from edge_handsign.models.format.slots import slots
from edge_handsign.models.format.verify import verify
from edge_handsign.models.format.writer import encode
from edge_handsign.models.info import describe
from tests import graphs
from tests.conftest import ROOT
from tests.fuzz.judgement import Finding
from tests.fuzz.mutations import Large, spoilt
from tests.model_files import noise, run

KINDS = (
    *(("v1", "int8"), ("v1", "float32"), ("v2", "uint8"), ("v3", "int8"), ("v3", "uint8"), ("v3", "float32")),
    *(("handsign", "int8"), ("attentive", "int8")),
)
LENGTH = Struct("<I")
DONE = b"."
PATIENCE_S = 60.0  # with an interpreter on a busy machine


@cache
def seeds() -> tuple[bytes, ...]:
    """Networks with the bones of those that people have."""
    return tuple(Large(graphs.FAMILIES[family](dtype)[0]) for family, dtype in KINDS)


def cases() -> st.SearchStrategy[bytes]:
    """All kinds."""
    seed, chance = st.sampled_from(seeds()), st.integers(0, 2**32).map(Random)
    tables = st.builds(lambda content, luck: _flipped(content, _tables(content), luck), seed, chance)
    told = st.builds(lambda content, luck: encode(_tampered(verify(content).model, luck)), seed, chance)
    return (spoilt(seeds(), [b"TFL3", b"\xff" * 4, b"\1\0\0\0"]) | tables | told).map(Large)


@cache
def _tables(content: bytes) -> list[int]:
    """Where the file holds no weights."""
    buffers = verify(content).model.buffers
    weights = [(at := content.find(bytes(each.data)), at + len(each.data)) for each in buffers if len(each.data) > 64]
    return [place for place in range(len(content) - 4) if not any(a <= place < b for a, b in weights)]


def _tampered(model: Model, chance: Random) -> Model:
    """One number of one tensor or operator, replaced."""
    graph = model.subgraphs[0]
    numbers = (0, 1, 2, -1, 5, 127, 1 << 20, (1 << 31) - 1, -(1 << 31), chance.randrange(64))
    if chance.random() < 0.5:
        place = chance.randrange(len(graph.tensors))
        changed = _tampered_tensor(graph.tensors[place], chance, numbers)
        tensors = (*graph.tensors[:place], changed, *graph.tensors[place + 1 :])
        return replace(model, subgraphs=(replace(graph, tensors=tensors),))
    place = chance.randrange(len(graph.operators))
    operator = graph.operators[place]
    told = operator.builtin_options
    known = (
        [name for name, kind, _ in slots(type(told)) if kind.shape == "scalar" and kind.code in "ib"] if told else []
    )
    if told and known and chance.random() < 0.7:
        one = {chance.choice(known): chance.choice(numbers[:6])}
        operator = replace(operator, builtin_options=replace(told, **one))
    else:
        inputs = [chance.randrange(-1, len(graph.tensors)) for _ in operator.inputs]
        operator = replace(operator, inputs=(*operator.inputs[:1], *inputs[1:])[: chance.choice((1, 2, 3, 3))])
    operators = (*graph.operators[:place], operator, *graph.operators[place + 1 :])
    return replace(model, subgraphs=(replace(graph, operators=operators),))


def _tampered_tensor(tensor: schema.Tensor, chance: Random, numbers: tuple[int, ...]) -> schema.Tensor:
    quantization = tensor.quantization
    if chance.random() < 0.6 and quantization is not None and quantization.scale:
        scales = [float(np.float32(scale * 2.0 ** chance.uniform(-30, 30))) for scale in quantization.scale[:1]]
        zeros = (chance.choice((*quantization.zero_point[:1], 300)),)
        changed = replace(
            quantization,
            scale=(*scales, *quantization.scale[1:]),
            zero_point=(*zeros, *quantization.zero_point[1:]),
        )
        return replace(tensor, quantization=changed)
    if chance.random() < 0.5:
        return replace(tensor, type=chance.choice((0, 1, 2, 3, 4, 5, 9, 17)))
    shape = list(tensor.shape) or [1]
    shape[chance.randrange(len(shape))] = chance.choice(numbers)
    return replace(tensor, shape=tuple(shape))


def _flipped(content: bytes, places: list[int], chance: Random) -> bytes:
    """One to three bytes or words replaced, mostly where the tables are."""
    changed = bytearray(content)
    for _ in range(chance.choice((1, 1, 3))):
        place = chance.choice(places) if chance.random() < 0.95 else chance.randrange(len(changed) - 4)
        if chance.random() < 0.5:
            changed[place] ^= 1 << chance.randrange(8)
        else:
            place &= ~3
            changed[place : place + 4] = chance.choice((bytes(4), b"\xff" * 4, b"\1\0\0\0", chance.randbytes(4)))
    return bytes(changed)


@contextmanager
def examining() -> Iterator[Callable[[bytes], None]]:
    """Whoever verifies, describes, cuts and runs what comes."""
    with Interpreter() as interpreter:

        def examine(content: bytes) -> None:
            verify(content)
            interpreter.run(content)
            describe(content)
            interpreter.run(decapitate(content).model)

        yield examine


class Interpreter:
    """The real one, in a process of its own that the `with` ends; another one follows where a file ended it."""

    def __init__(self) -> None:
        self._process: subprocess.Popen[bytes] | None = None

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self._end()

    def run(self, content: bytes) -> None:
        """One picture through this model; Finding when the process does not survive it."""
        process = self._process = self._process or _started()
        assert process.stdin
        assert process.stdout
        with suppress(BrokenPipeError):
            process.stdin.write(LENGTH.pack(len(content)) + content)
            process.stdin.flush()
        answers, _, _ = select.select([process.stdout], [], [], PATIENCE_S)
        if answers and process.stdout.read(len(DONE)) == DONE:
            return
        told = f"died of {signal.Signals(-process.wait()).name}" if answers else f"took more than {PATIENCE_S:.0f} s"
        self._end()
        raise Finding(f"the interpreter {told}")

    def _end(self) -> None:
        if self._process:
            self._process.kill()
            self._process.communicate()
        self._process = None


def _started() -> "subprocess.Popen[bytes]":
    command = [sys.executable, "-m", "tests.fuzz.models"]
    return subprocess.Popen(command, cwd=ROOT, stdin=subprocess.PIPE, stdout=subprocess.PIPE, stderr=subprocess.DEVNULL)


def main() -> None:
    """In the interpreter's process: a byte when it has run, or does not want, the model that came."""
    while head := sys.stdin.buffer.read(LENGTH.size):
        content = sys.stdin.buffer.read(*LENGTH.unpack(head))
        graph = verify(content)
        with suppress(RuntimeError, ValueError):  # the interpreter says no: as good
            run(content, noise(content, 1), graph.tensors[graph.output].name)
        sys.stdout.buffer.write(DONE)
        sys.stdout.buffer.flush()


if __name__ == "__main__":
    main()
