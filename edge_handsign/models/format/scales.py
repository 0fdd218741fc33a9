"""How far apart the scales of an 8-bit operator's inputs and output may be.

These are the limits that XNNPACK asserts for its kernels (src/operators/*.c). They are checked here because a model
beyond them takes LiteRT 2.3 down a clean-up path that frees twice (a convolution with an output scale of 3.6e-7), and
because no trained network comes near them.
"""

from math import prod

from edge_handsign.models.format.step import Step

LEARNED = frozenset({"CONV_2D", "DEPTHWISE_CONV_2D", "FULLY_CONNECTED"})
FREE = frozenset({"SOFTMAX", "LOGISTIC", "LOG_SOFTMAX", "L2_NORMALIZATION"})  # their kernels look numbers up
PRODUCTS = LEARNED | {"MUL"}  # the first two inputs are multiplied
Limits = tuple[float, float]
OF_PRODUCTS: Limits = (2.0**-32, 2.0**8)
OF_SUMS: Limits = (2.0**-10, 2.0**8)
OF_OTHERS: Limits = (2.0**-8, 2.0**7)
LIMITS = dict.fromkeys(PRODUCTS, OF_PRODUCTS) | {"MUL": (2.0**-16, 2.0**8), "ADD": OF_SUMS, "SUB": OF_SUMS}


def check_scales(step: Step) -> None:
    """Refuses an operator whose numbers cannot be rescaled from inputs to output."""
    made = _largest(step, step.made)
    if step.kind in FREE or not made:
        return
    given = [scale for tensor in step.operator.inputs[:2] if (scale := _largest(step, tensor))]
    ratios = [prod(given) / made] if step.kind in PRODUCTS else [scale / made for scale in given]
    lowest, highest = LIMITS.get(step.kind, OF_OTHERS)
    if given and not all(lowest <= ratio < highest for ratio in ratios):
        step.refuse(f"rescales its numbers by {max(ratios):.3g}, which no trained network does")


def _largest(step: Step, tensor: int) -> float:
    """The scale of an 8-bit tensor, the largest of its channels'; 0 for others."""
    quantization = step.graph.tensors[tensor].quantization
    eight_bits = step.graph.dtype(tensor) in ("uint8", "int8")
    return max(quantization.scale) if eight_bits and quantization is not None else 0.0
