"""Whether a tensor is what it says: its type, its size against its buffer, its quantisation within sane bounds.

The bounds on scales keep the fixed-point arithmetic of the integer kernels away from the checks that abort the whole
process (QuantizeMultiplier's TFLITE_CHECKs), and are far outside what a trained network has.
"""

import math
from math import prod

from edge_handsign.models.format.graph import DTYPES, Graph, refuse
from edge_handsign.models.format.schema import Quantization, Tensor

WIDTHS = {"float32": 4, "float16": 2, "int32": 4, "uint8": 1, "int64": 8, "int8": 1}  # bytes a number
RANGES = {"uint8": (0, 255), "int8": (-128, 127)}
MAX_RANK = 6
MAX_BYTES = 64 << 20  # one tensor; MobileNet's largest at 224x224, float: 4.8 MB
MAX_TOTAL = 512 << 20
SCALES = (2.0**-24, 2.0**16)  # of what moves; 8-bit activations lie between 1e-3 and 10
STORED_SCALES = (2.0**-100, 2.0**16)  # of weights and biases: a dead channel's can be tiny


def size(graph: Graph, tensor: int) -> int:
    """In bytes."""
    return prod(graph.shape(tensor)) * WIDTHS[graph.dtype(tensor)]


def check_tensor(graph: Graph, index: int) -> None:
    """Refuses a tensor that is not what it says."""
    tensor, name = graph.tensors[index], f"tensor {index}"
    if tensor.type not in DTYPES:
        refuse(f"{name} has type {tensor.type}, not one of {', '.join(DTYPES.values())}")
    if len(tensor.shape) > MAX_RANK or len(tensor.shape_signature) > MAX_RANK:
        refuse(f"{name} has more than {MAX_RANK} dimensions")
    if any(length < 1 for length in tensor.shape):
        refuse(f"{name} has the shape {list(tensor.shape)}; export the model with every size fixed")
    if tensor.is_variable or tensor.buffer >= len(graph.model.buffers):
        refuse(f"{name} is variable or has no buffer")
    stored = len(graph.stored(index))
    if size(graph, index) > MAX_BYTES or stored not in (0, size(graph, index)):
        refuse(f"{name} needs {size(graph, index):,} bytes and its buffer has {stored:,}")
    if tensor.shape_signature and not _agrees(tensor):
        refuse(f"{name} has two shapes, {list(tensor.shape)} and {list(tensor.shape_signature)}")
    _check_quantization(tensor, graph.dtype(index), name, stored=bool(stored))


def check_total(graph: Graph) -> None:
    """Refuses a model that would not fit into memory."""
    if sum(size(graph, index) for index in range(len(graph.tensors))) > MAX_TOTAL:
        refuse(f"its tensors need more than {MAX_TOTAL >> 20} MiB")


def _agrees(tensor: Tensor) -> bool:
    pairs = zip(tensor.shape, tensor.shape_signature, strict=False)
    return len(tensor.shape) == len(tensor.shape_signature) and all(open_ in (-1, size) for size, open_ in pairs)


def _check_quantization(tensor: Tensor, dtype: str, name: str, *, stored: bool) -> None:
    quantization = tensor.quantization or Quantization()
    if dtype in RANGES and not quantization.scale:
        refuse(f"{name} is {dtype} and has no scale")
    if quantization.details_type or not 0 <= quantization.quantized_dimension < max(len(tensor.shape), 1):
        refuse(f"{name} is quantised in a way that no image classifier needs")
    channels = tensor.shape[quantization.quantized_dimension] if tensor.shape else 1
    if len(quantization.scale) not in (0, 1, channels) or len(quantization.zero_point) != len(quantization.scale):
        refuse(f"{name} has {len(quantization.scale)} scales for {channels} channels")
    _check_numbers(quantization, dtype, STORED_SCALES if stored else SCALES, name)


def _check_numbers(quantization: Quantization, dtype: str, scales: tuple[float, float], name: str) -> None:
    if not all(math.isfinite(scale) and scales[0] <= scale <= scales[1] for scale in quantization.scale):
        refuse(f"{name} has an impossible scale")
    lowest, highest = RANGES.get(dtype, (0, 0)) if len(quantization.scale) == 1 else (0, 0)
    if not all(lowest <= zero <= highest for zero in quantization.zero_point):
        refuse(f"{name} has an impossible zero point")
