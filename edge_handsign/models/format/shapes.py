"""What each operator makes of its inputs: one rule a kind, from shapes to a shape. No model's own word is taken."""

from collections.abc import Callable
from math import prod

from edge_handsign.models.format import layers
from edge_handsign.models.format.folding import FOLDS, sizes
from edge_handsign.models.format.scales import check_scales
from edge_handsign.models.format.step import FIXED, Shape, Step

ACTIVATIONS = range(6)  # ActivationFunctionType
MAX_RANK = 4  # of what is broadcast or padded: the kernels' arrays are no longer
EIGHT_BITS = frozenset({"uint8", "int8"})
CONVERSIONS = {
    "QUANTIZE": (EIGHT_BITS | {"float32"}, EIGHT_BITS),
    "DEQUANTIZE": (EIGHT_BITS | {"float16"}, {"float32"}),
}


def expected(step: Step) -> Shape:
    """The output's shape. Refuses inputs of shapes or types that the operator cannot take."""
    step.require_moving()
    if getattr(step.told, "activation", 0) not in ACTIVATIONS:
        step.refuse("has an activation that does not exist")
    shape = RULES[step.kind](step)
    check_scales(step)
    return shape


def _same(step: Step) -> Shape:
    step.require_one_type(1)
    return step.given


def _convert(step: Step) -> Shape:
    sources, targets = CONVERSIONS[step.kind]
    source, target = step.dtype(0), step.graph.dtype(step.made)
    if source not in sources or target not in targets:
        step.refuse(f"cannot turn {source} into {target}")
    return step.given


def _softmax(step: Step) -> Shape:
    if not 0.01 <= step.told.beta <= 100:  # the fixed-point kernel aborts on a beta near 0
        step.refuse("has an impossible beta")
    return _same(step)


def _elementwise(step: Step) -> Shape:
    """Broadcast as NumPy does."""
    step.require_one_type(2)
    left, right = step.given, step.shape(1)
    rank = max(len(left), len(right))
    pairs = list(zip((1,) * (rank - len(left)) + left, (1,) * (rank - len(right)) + right, strict=True))
    if rank > MAX_RANK or any(min(pair) not in (1, max(pair)) for pair in pairs):
        step.refuse(f"cannot combine {list(left)} with {list(right)}")
    return tuple(max(pair) for pair in pairs)


def _float_only(step: Step) -> Shape:
    if step.dtype(0) != "float32":
        step.refuse(f"works on {step.dtype(0)} in a way that no image classifier does")
    return _elementwise(step)


def _concatenation(step: Step) -> Shape:
    step.require_one_type(len(step.operator.inputs))
    shapes = [step.shape(slot) for slot in range(len(step.operator.inputs))]
    axis = step.axis(step.told.axis, len(shapes[0]))
    if len({(shape[:axis], shape[axis + 1 :]) for shape in shapes}) != 1 or len(shapes[0]) > MAX_RANK:
        step.refuse(f"cannot join {shapes}")
    return (*shapes[0][:axis], sum(shape[axis] for shape in shapes), *shapes[0][axis + 1 :])


def _reduce(step: Step) -> Shape:
    step.require_one_type(1)
    axes = {step.axis(axis, len(step.given)) for axis in step.indices(1)}
    if not 1 <= len(step.indices(1)) <= len(step.given) <= MAX_RANK:
        step.refuse(f"cannot reduce {list(step.given)} over {step.indices(1)}")
    keep = getattr(step.told, "keep_dims", 0)
    return tuple(1 if axis in axes else size for axis, size in enumerate(step.given) if keep or axis not in axes)


def _pad(step: Step) -> Shape:
    step.require_one_type(1)
    paddings = step.indices(1)
    if step.shape(1) != (len(step.given), 2) or min(paddings) < 0 or len(step.given) > MAX_RANK:
        step.refuse("has impossible paddings")
    return tuple(sum(each) for each in zip(step.given, paddings[::2], paddings[1::2], strict=True))


def _reshape(step: Step) -> Shape:
    """The new shape comes from a constant or from the options, with at most one -1."""
    step.require_one_type(1)
    says = step.graph.shape(step.made)
    wanted = getattr(step.told, "new_shape", ())
    if len(step.operator.inputs) == 2:
        wanted = sizes(step.graph, step.operator.inputs[1])
        if wanted is None or len(step.shape(1)) != 1:
            step.refuse(FIXED)
    fits = len(wanted) == len(says) and all(want in (-1, size) for want, size in zip(wanted, says, strict=True))
    if not fits or list(wanted).count(-1) > 1 or prod(step.given) != prod(says):
        step.refuse(f"cannot turn {list(step.given)} into {list(wanted)}")
    return says


def _folded(step: Step) -> Shape:
    """A row of sizes, or a single one, as int32."""
    found = sizes(step.graph, step.made)
    if found is None or step.graph.dtype(step.made) != "int32":
        step.refuse(FIXED)
    single = step.kind == "STRIDED_SLICE" and step.told.shrink_axis_mask
    return () if single else (len(found),)


def _slice(step: Step) -> Shape:
    """Of sizes; or of a map: then some of its rows, columns or channels, without gaps, turns or dropped axes."""
    if not step.graph.fed(step.operator):
        return _folded(step)
    step.require_one_type(1)
    told, rank = step.told, len(step.given)
    begin, end, strides = (step.indices(slot) for slot in (1, 2, 3))
    plain = not (told.ellipsis_mask or told.new_axis_mask or told.shrink_axis_mask or told.offset)
    if not plain or set(strides) != {1} or not len(begin) == len(end) == len(strides) == rank <= MAX_RANK:
        step.refuse("cuts in a way that no image classifier does")
    cuts = [
        (0 if told.begin_mask >> axis & 1 else begin[axis], size if told.end_mask >> axis & 1 else end[axis], size)
        for axis, size in enumerate(step.given)
    ]
    if not all(0 <= first < last <= size for first, last, size in cuts):
        step.refuse(f"cannot cut {list(begin)} to {list(end)} out of {list(step.given)}")
    return tuple(last - first for first, last, _ in cuts)


def _squeeze(step: Step) -> Shape:
    step.require_one_type(1)
    told = getattr(step.told, "squeeze_dims", ())
    axes = {step.axis(axis, len(step.given)) for axis in told} or {i for i, size in enumerate(step.given) if size == 1}
    if len(told) > len(step.given) or any(step.given[axis] != 1 for axis in axes):
        step.refuse(f"cannot drop the axes {sorted(axes)} of {list(step.given)}")
    return tuple(size for axis, size in enumerate(step.given) if axis not in axes)


RULES: dict[str, Callable[[Step], Shape]] = {
    **dict.fromkeys(
        ("RELU", "RELU6", "RELU_N1_TO_1", "HARD_SWISH", "LOGISTIC", "LOG_SOFTMAX", "L2_NORMALIZATION"), _same
    ),
    **dict.fromkeys(("ADD", "SUB", "MUL", "MAXIMUM", "MINIMUM"), _elementwise),
    **dict.fromkeys(("QUANTIZE", "DEQUANTIZE"), _convert),
    **dict.fromkeys(("AVERAGE_POOL_2D", "MAX_POOL_2D"), layers.pool),
    **dict.fromkeys(FOLDS, _folded),
    "STRIDED_SLICE": _slice,
    "SOFTMAX": _softmax,
    "DIV": _float_only,
    "CONCATENATION": _concatenation,
    "CONV_2D": layers.conv,
    "DEPTHWISE_CONV_2D": layers.depthwise,
    "FULLY_CONNECTED": layers.dense,
    **dict.fromkeys(("MEAN", "SUM"), _reduce),
    "PAD": _pad,
    "RESHAPE": _reshape,
    "SQUEEZE": _squeeze,
}
