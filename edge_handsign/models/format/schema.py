"""The TFLite file format as dataclasses: one class a table, one field a slot, in the order of TensorFlow's schema.fbs.

This is the part of the format that image classifiers use. A slot that is `forbidden` (sparse weights, custom operators,
weights outside the file) is refused by the reader instead of being guessed at: what is not read cannot be verified.
"""

from dataclasses import dataclass
from typing import ClassVar

from edge_handsign.models.format.slots import data, forbidden, many, one, scalar, text, union, vector

Ints = tuple[int, ...]
Floats = tuple[float, ...]
IDENTIFIER = b"TFL3"
VERSION = 3


@dataclass(frozen=True)
class OperatorCode:
    """A kind of operator that the model uses, and which version of it."""

    deprecated_builtin_code: int = scalar("b")  # the code when it is below 127, for old readers
    custom_code: str = text()
    version: int = scalar("i", 1)
    builtin_code: int = scalar("i")


@dataclass(frozen=True)
class Quantization:
    """real = scale * (stored - zero_point), one pair a tensor or one for each index along `quantized_dimension`."""

    min: Floats = vector("f")
    max: Floats = vector("f")
    scale: Floats = vector("f")
    zero_point: Ints = vector("q")
    details_type: int = scalar("B")
    details: None = forbidden()
    quantized_dimension: int = scalar("i")


@dataclass(frozen=True)
class Tensor:
    """A value between operators, or a stored one."""

    shape: Ints = vector("i")
    type: int = scalar("b")
    buffer: int = scalar("I")  # 0: computed, not stored
    name: str = text()
    quantization: Quantization | None = one(Quantization)
    is_variable: int = scalar("B")
    sparsity: None = forbidden()
    shape_signature: Ints = vector("i")  # -1 where the size was left open
    has_rank: int = scalar("B")
    variant_tensors: None = forbidden()


@dataclass(frozen=True)
class Operator:
    """One step of the computation."""

    opcode_index: int = scalar("I")
    inputs: Ints = vector("i")
    outputs: Ints = vector("i")
    builtin_options_type: int = scalar("B")
    builtin_options: "Options | None" = union()
    custom_options: None = forbidden()
    custom_options_format: int = scalar("b")
    mutating_variable_inputs: Ints = vector("B")
    intermediates: Ints = vector("i")
    large_custom_options_offset: int = scalar("Q")
    large_custom_options_size: int = scalar("Q")
    builtin_options_2_type: int = scalar("B")
    builtin_options_2: None = forbidden()
    debug_metadata_index: int = scalar("i", -1)


@dataclass(frozen=True)
class SubGraph:
    """A computation: the model, or the body of a loop."""

    tensors: tuple[Tensor, ...] = many(Tensor)
    inputs: Ints = vector("i")
    outputs: Ints = vector("i")
    operators: tuple[Operator, ...] = many(Operator)
    name: str = text()
    debug_metadata_index: int = scalar("i", -1)


@dataclass(frozen=True)
class Buffer:
    """The bytes of a stored tensor."""

    data: bytes | memoryview = data()
    offset: int = scalar("Q")  # above 1: the data lies outside the flatbuffer, which this reader refuses
    size: int = scalar("Q")


@dataclass(frozen=True)
class Metadata:
    """A note, kept in a buffer."""

    name: str = text()
    buffer: int = scalar("I")


@dataclass(frozen=True)
class TensorMap:
    """A tensor by its name in a signature."""

    name: str = text()
    tensor_index: int = scalar("I")


@dataclass(frozen=True)
class SignatureDef:
    """Names for the inputs and outputs."""

    inputs: tuple[TensorMap, ...] = many(TensorMap)
    outputs: tuple[TensorMap, ...] = many(TensorMap)
    signature_key: str = text()
    deprecated_tag: None = forbidden()
    subgraph_index: int = scalar("I")


@dataclass(frozen=True)
class Model:
    """The root of the file."""

    version: int = scalar("I")
    operator_codes: tuple[OperatorCode, ...] = many(OperatorCode)
    subgraphs: tuple[SubGraph, ...] = many(SubGraph)
    description: str = text()
    buffers: tuple[Buffer, ...] = many(Buffer)
    metadata_buffer: Ints = vector("i")
    metadata: tuple[Metadata, ...] = many(Metadata)
    signature_defs: tuple[SignatureDef, ...] = many(SignatureDef)


@dataclass(frozen=True)
class Options:
    """What an operator was told besides its tensors; `code` is its number in the BuiltinOptions union."""

    code: ClassVar[int] = 0
