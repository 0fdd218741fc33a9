"""A model as a graph: operators, the tensors between them, and which of those change with the picture.

One subgraph, a picture in, a result out and perhaps a map of where a hand is; `verify` makes sure of that, and of every
index, before it hands a Graph out.
"""

from dataclasses import dataclass
from functools import cached_property
from typing import NoReturn

from edge_handsign.core.gaze import is_map
from edge_handsign.errors import ModelError
from edge_handsign.models.format.operators import KINDS
from edge_handsign.models.format.schema import Model, Operator, SubGraph, Tensor

DTYPES = {0: "float32", 1: "float16", 2: "int32", 3: "uint8", 4: "int64", 9: "int8"}  # TensorType → NumPy's name


def refuse(what: str) -> NoReturn:
    """A sound file that is no usable model: `what` completes the sentence."""
    raise ModelError(f"this model cannot be used: {what}")


@dataclass(frozen=True)
class Graph:
    """The model and the questions asked about it. Tensors are named by their index in the main subgraph."""

    model: Model

    @property
    def main(self) -> SubGraph:
        """Its only subgraph."""
        return self.model.subgraphs[0]

    @property
    def tensors(self) -> tuple[Tensor, ...]:
        """All of them; a tensor's index here is its name everywhere."""
        return self.main.tensors

    @property
    def input(self) -> int:
        """The tensor of the picture."""
        return self.main.inputs[0]

    @property
    def output(self) -> int:
        """The tensor of the result: an embedding, or classes."""
        return next(each for each in self.main.outputs if each != self.hand_map)

    @cached_property
    def hand_map(self) -> int | None:
        """The other output, if there is one: what each cell of the picture says of a hand, (1, height, width, 2)."""
        if len(self.main.outputs) == 1:
            return None
        return next(each for each in self.main.outputs if is_map(self.shape(each)))

    def kind(self, operator: Operator) -> str:
        """Its name in TensorFlow's list, such as CONV_2D."""
        return KINDS[self.code(operator)].name

    def code(self, operator: Operator) -> int:
        """Its number in TensorFlow's list; below 127 it may be in either place."""
        code = self.model.operator_codes[operator.opcode_index]
        return max(code.deprecated_builtin_code, code.builtin_code)

    def shape(self, tensor: int) -> tuple[int, ...]:
        """Every size is fixed and at least 1."""
        return self.tensors[tensor].shape

    def dtype(self, tensor: int) -> str:
        """One of DTYPES."""
        return DTYPES[self.tensors[tensor].type]

    def stored(self, tensor: int) -> bytes | memoryview:
        """The bytes that the file keeps for a tensor; empty for one that is computed."""
        return self.model.buffers[self.tensors[tensor].buffer].data

    @cached_property
    def maker(self) -> dict[int, Operator]:
        """Computed tensor → the operator that computes it."""
        found: dict[int, Operator] = {}
        for operator in self.main.operators:
            for output in operator.outputs:
                found.setdefault(output, operator)
        return found

    def fed(self, operator: Operator) -> tuple[int, ...]:
        """The operator's inputs that depend on the picture: not its weights, shapes and paddings."""
        return tuple(tensor for tensor in operator.inputs if tensor in self.moving)

    @cached_property
    def moving(self) -> frozenset[int]:
        """The tensors that change with the picture. Its shape does not."""
        found = {self.input}
        for operator in self.main.operators:
            if found.intersection(operator.inputs) and self.kind(operator) != "SHAPE":
                found.update(operator.outputs)
        return frozenset(found)
