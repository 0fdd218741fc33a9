"""One operator seen with its tensors: what the shape rules ask about it, and how they refuse it by name."""

from dataclasses import dataclass
from typing import Any, NoReturn

from edge_handsign.models.format.folding import FOLDS, stored
from edge_handsign.models.format.graph import Graph, refuse
from edge_handsign.models.format.schema import Operator

Shape = tuple[int, ...]
FIXED = "takes its sizes from the picture; export the model with every size fixed"
MOVING = frozenset({"float32", "uint8", "int8"})  # types that may depend on the picture


@dataclass(frozen=True, slots=True)
class Step:
    """Its inputs are numbered by slot, as the operator lists them."""

    graph: Graph
    operator: Operator
    place: int  # in the model's order, from 0

    @property
    def kind(self) -> str:
        """Its name, such as CONV_2D."""
        return self.graph.kind(self.operator)

    @property
    def told(self) -> Any:
        """Its options: the table of `options` that belongs to its kind, or None."""
        return self.operator.builtin_options

    @property
    def given(self) -> Shape:
        """The shape of its first input."""
        return self.shape(0)

    @property
    def made(self) -> int:
        """The tensor it computes."""
        return self.operator.outputs[0]

    def shape(self, slot: int) -> Shape:
        """Of an input."""
        return self.graph.shape(self.operator.inputs[slot])

    def dtype(self, slot: int) -> str:
        """Of an input."""
        return self.graph.dtype(self.operator.inputs[slot])

    def refuse(self, what: str) -> NoReturn:
        """`what` completes a sentence that begins with the operator."""
        refuse(f"operator {self.place} ({self.kind}) {what}")

    def indices(self, slot: int) -> tuple[int, ...]:
        """The integers of a stored input: axes or paddings."""
        found = stored(self.graph, self.operator.inputs[slot])
        if found is None:
            self.refuse(FIXED)
        return found

    def axis(self, index: int, rank: int) -> int:
        """Counted from the front; a negative one counts from the back."""
        if not -rank <= index < rank:
            self.refuse(f"has no axis {index}")
        return index % rank

    def require_one_type(self, inputs: int) -> None:
        """The first `inputs` inputs and the output are of one type."""
        if {self.dtype(slot) for slot in range(inputs)} != {self.graph.dtype(self.made)}:
            self.refuse("mixes types")

    def require_moving(self) -> None:
        """It works on the picture, in 8 bits or float; but DEQUANTIZE on stored weights too, and FOLDS on sizes."""
        fed = self.graph.fed(self.operator)
        if self.kind in FOLDS and not (fed and self.kind == "STRIDED_SLICE"):
            return
        if not fed and self.kind != "DEQUANTIZE":
            self.refuse("works on constants only; export the model with constants folded")
        for tensor in (*fed, self.made):
            quantization = self.graph.tensors[tensor].quantization
            per_channel = quantization is not None and len(quantization.scale) > 1
            if self.graph.dtype(tensor) not in MOVING or (per_channel and fed):
                self.refuse(f"works on {self.graph.dtype(tensor)} in a way that no image classifier does")
