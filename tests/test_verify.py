"""Damaged and foreign model files are refused with a sentence, and never crash the interpreter."""

import random
from collections.abc import Callable
from dataclasses import fields, replace
from typing import Any

import numpy as np
import pytest

from edge_handsign.errors import ModelError
from edge_handsign.models.decapitate import decapitate
from edge_handsign.models.format import options, schema
from edge_handsign.models.format.graph import Graph
from edge_handsign.models.format.operators import CODES, FOREIGN
from edge_handsign.models.format.reader import Reader
from edge_handsign.models.format.schema import Model
from edge_handsign.models.format.verify import verify
from edge_handsign.models.format.writer import encode
from tests import graphs
from tests.graphs import FAMILIES, Net
from tests.model_files import noise, run, showing


def map_out() -> bytes:
    net = Net("int8")
    return net.file(net.conv(net.picture, 8, 3, 2))


def classes_before_the_pool() -> bytes:
    net = Net("int8")
    scored = net.scores(net.mean(net.conv(net.conv(net.picture, 8, 3, 2), 11)))
    return net.file(scored)


def grey() -> bytes:
    net = Net("int8")
    net.tensors[net.picture] = replace(net.tensors[net.picture], shape=(1, 32, 32, 1))
    return net.file(net.dense(net.mean(net.conv(net.picture, 8)), 11))


def without_convolution() -> bytes:
    net = Net("int8")
    return net.file(net.dense(net.mean(net.picture), 11))


def two_vectors() -> bytes:
    whole, features = graphs.mobilenet_v1("int8")
    return showing(whole, features)


def two_maps() -> bytes:
    net = Net("int8")
    return net.file(*(net.conv(net.picture, 2, 3, 2) for _ in range(2)))


def three_outputs() -> bytes:
    whole, features = graphs.attentive("int8")
    return showing(whole, features)


def cut(begin: tuple[int, ...], end: tuple[int, ...], strides: tuple[int, ...] = (1, 1, 1, 1), **told: int) -> bytes:
    """A part of a map of (1, 16, 16, 8), that says to be as large as the whole."""
    net = Net("int8")
    x = net.conv(net.picture, 8, 3, 2)
    ends = [net.constant(np.array(each, np.int32)) for each in (begin, end, strides)]
    out = net.apply("STRIDED_SLICE", (x, *ends), net.like(x, net.shape(x)), options.StridedSlice(**told))
    return net.file(net.mean(out))


def one_number() -> bytes:
    net = Net("float32")
    features = net.mean(net.conv(net.picture, 8))
    axes = net.constant(np.array([0, 1], np.int32))
    return net.file(net.apply("MEAN", (features, axes), net.tensor((), 1.0, False), options.Reducer()))


def _with(change: Callable[[Model], Model]) -> bytes:
    return encode(change(verify(graphs.mobilenet_v1("int8")[0]).model))


def custom() -> bytes:
    codes = (schema.OperatorCode(32, "Edge_TPU", 1, 32),)
    return _with(lambda model: replace(model, operator_codes=codes * 9))


def loop() -> bytes:
    return _with(lambda model: replace(model, subgraphs=model.subgraphs * 2))


def unknown_operator() -> bytes:
    return _with(lambda model: replace(model, operator_codes=(schema.OperatorCode(119, "", 1, 119),) * 9))


def large() -> bytes:
    return bytes(4) + b"TFL3" + bytes(100)


REFUSED: dict[str, tuple[Callable[[], bytes], str]] = {
    "an empty file": (lambda: b"", "not a TFLite model"),
    "a photograph": (lambda: b"\xff\xd8\xff\xe0\0\x10JFIF" + bytes(1000), "not a TFLite model"),
    "only the letters": (lambda: bytes(4) + b"TFL3" + bytes(100), "damaged"),
    "a page of the web": (lambda: b"<!doctype html><title>404</title>", "not a TFLite model"),
    "half a model": (lambda: (whole := graphs.mobilenet_v1("int8")[0])[: len(whole) // 2], "damaged"),
    "an output that is a map": (map_out, r"no image classifier.*\[1, 16, 16, 8\]"),
    "an output that is one number": (one_number, r"no image classifier.*\[\]"),
    "SqueezeNet's order": (classes_before_the_pool, "probabilities come from MEAN"),
    "grey pictures": (grey, r"no image classifier.*\[1, 32, 32, 1\]"),
    "no convolution": (without_convolution, "no convolution"),
    "two vectors": (two_vectors, r"outputs are \[1, 11\] and \[1, 1, 1, 24\]: beside the embedding only a hand map"),
    "two maps": (two_maps, r"outputs are \[1, 16, 16, 2\] and \[1, 16, 16, 2\]: beside the embedding only a hand map"),
    "three outputs": (three_outputs, "1 inputs and 3 outputs"),
    "an Edge TPU's model": (custom, "custom operator 'Edge_TPU'"),
    "two graphs": (loop, "2 subgraphs"),
    "an operator of other trades": (unknown_operator, r"it needs WHILE \(code 119\)"),
}


@pytest.mark.parametrize("what", REFUSED)
def test_refused_with_a_sentence(what: str) -> None:
    build, sentence = REFUSED[what]
    with pytest.raises(ModelError, match=sentence) as caught:
        decapitate(build())
    assert "\n" not in str(caught.value)


def test_a_truncated_file_is_refused_wherever_it_ends() -> None:
    whole = graphs.mobilenet_v3("int8")[0]
    chance = random.Random(1)
    for end in {*range(200), *(chance.randrange(len(whole)) for _ in range(400)), len(whole) - 1}:
        with pytest.raises(ModelError):
            verify(whole[:end])


def _rescaled(operator: int, factor: float) -> bytes:
    model = verify(graphs.mobilenet_v3("uint8")[0]).model
    graph = model.subgraphs[0]
    made = graph.operators[operator].outputs[0]
    quantization = graph.tensors[made].quantization
    assert quantization is not None
    scale = float(np.float32(quantization.scale[0] * factor))
    tensor = replace(graph.tensors[made], quantization=replace(quantization, scale=(scale,)))
    tensors = (*graph.tensors[:made], tensor, *graph.tensors[made + 1 :])
    return encode(replace(model, subgraphs=(replace(graph, tensors=tensors),)))


def _told_otherwise(kind: str, **told: int) -> bytes:
    """v3 with the first operator of a kind told something else."""
    model = verify(graphs.mobilenet_v3("int8")[0]).model
    graph = model.subgraphs[0]
    place = next(at for at, each in enumerate(graph.operators) if Graph(model).kind(each) == kind)
    operator = graph.operators[place]
    assert operator.builtin_options is not None
    changed = replace(operator, builtin_options=replace(operator.builtin_options, **told))
    operators = (*graph.operators[:place], changed, *graph.operators[place + 1 :])
    return encode(replace(model, subgraphs=(replace(graph, operators=operators),)))


def _main(**changes: Any) -> bytes:
    """v1 with fields of its graph changed."""
    return _with(lambda model: replace(model, subgraphs=(replace(model.subgraphs[0], **changes),)))


def _operator(place: int, **changes: Any) -> bytes:
    """v1 with fields of one operator changed: 0 convolution, 1 depthwise, 5 pool, 6 the classifier, 7 reshape."""
    operators = list(verify(graphs.mobilenet_v1("int8")[0]).main.operators)
    operators[place] = replace(operators[place], **changes)
    return _main(operators=tuple(operators))


def _tensor(place: int, **changes: Any) -> bytes:
    """v1 with fields of one tensor changed: 0 is the picture, 1 the first filter, 2 its bias, 3 what it makes."""
    tensors = list(verify(graphs.mobilenet_v1("int8")[0]).tensors)
    tensors[place] = replace(tensors[place], **changes)
    return _main(tensors=tuple(tensors))


def _depthwise_without_bias() -> bytes:
    return _operator(1, inputs=(3, 4))


# The first two killed an interpreter before they were refused; the others are what its kernels divide and count by.
DEADLY: dict[str, tuple[Callable[[], bytes], str]] = {
    "a depthwise convolution without bias": (_depthwise_without_bias, "has 2 inputs"),
    "a scale that XNNPACK frees twice over": (lambda: _rescaled(6, 2.0**-16), "which no trained network does"),
    "a scale of 0": (lambda: _rescaled(6, 0.0), "impossible scale"),
    "a stride of 0": (lambda: _told_otherwise("CONV_2D", stride_w=0), "impossible stride"),
    "a window of 0": (lambda: _told_otherwise("AVERAGE_POOL_2D", filter_h=0), "has a window of"),
    "a depth multiplier of 9": (
        lambda: _told_otherwise("DEPTHWISE_CONV_2D", depth_multiplier=9),
        "channels for 24 x 9",
    ),
    "an activation of 77": (lambda: _told_otherwise("ADD", activation=77), "activation that does not exist"),
    "a dilation of 0": (lambda: _told_otherwise("CONV_2D", dilation_h=0), "dilation"),
}


INCONSISTENT: dict[str, tuple[Callable[[], bytes], str]] = {
    "an old format": (lambda: _with(lambda model: replace(model, version=2)), "format version 2"),
    "no operators": (lambda: _main(operators=()), "0 operators"),
    "an input that is no tensor": (lambda: _main(inputs=(99,)), "no tensor of it"),
    "a stored input": (lambda: _main(inputs=(1,)), "input is a constant"),
    "its input as output": (lambda: _main(outputs=(0,)), "does not depend on its input"),
    "a type of other trades": (lambda: _tensor(3, type=5), "has type 5"),
    "too many dimensions": (lambda: _tensor(3, shape=(1,) * 300), "more than 6 dimensions"),
    "an open size": (lambda: _tensor(3, shape=(1, -1, 16, 8)), "every size fixed"),
    "a size of 2 GB": (lambda: _tensor(3, shape=(1, 1 << 14, 1 << 14, 8)), "needs 2,147,483,648 bytes"),
    "a filter larger than its buffer": (lambda: _tensor(1, shape=(8, 5, 5, 3)), "its buffer has 216"),
    "a buffer that is not there": (lambda: _tensor(1, buffer=99), "has no buffer"),
    "two shapes": (lambda: _tensor(3, shape_signature=(-1, 8, 8, 8)), "has two shapes"),
    "8 bits without scale": (lambda: _tensor(3, quantization=None), "has no scale"),
    "a zero point beyond its type": (
        lambda: _tensor(3, quantization=schema.Quantization(scale=(0.1,), zero_point=(200,))),
        "impossible zero point",
    ),
    "scales along no dimension": (
        lambda: _tensor(3, quantization=schema.Quantization(scale=(0.1,), zero_point=(0,), quantized_dimension=7)),
        "quantised in a way",
    ),
    "two scales for eight channels": (
        lambda: _tensor(1, quantization=schema.Quantization(scale=(0.1, 0.1), zero_point=(0, 0))),
        "2 scales for 8 channels",
    ),
    "a kind that is not listed": (lambda: _operator(0, opcode_index=99), "a code that is not listed"),
    "another operator's options": (
        lambda: _operator(0, builtin_options=options.Softmax(1.0), builtin_options_type=9),
        "the options of another operator",
    ),
    "no options": (lambda: _operator(0, builtin_options=None, builtin_options_type=0), "not told what to do"),
    "state": (lambda: _operator(0, mutating_variable_inputs=(1,)), "keeps state"),
    "an input of the future": (lambda: _operator(0, inputs=(16, 1, 2)), "not there by then"),
    "two outputs": (lambda: _operator(0, outputs=(3, 6)), "has 2 outputs"),
    "an output that is taken": (lambda: _operator(1, outputs=(3,)), "no free one"),
    "a filter for other channels": (lambda: _operator(1, inputs=(0, 4, 5)), "a filter of 8 channels for 3"),
    "a bias for other channels": (lambda: _operator(0, inputs=(0, 1, 11)), "bias of .16. for 8 channels"),
    "weights that are a picture": (lambda: _operator(0, inputs=(0, 0, 2)), "weights for a int8 input"),
    "a shape that is not what comes out": (lambda: _tensor(3, shape=(1, 16, 8, 16)), "makes .1, 16, 16, 8."),
    "a reshape that loses numbers": (lambda: _tensor(20, buffer=1, shape=(54,)), "cannot turn"),
    "a signature of other tensors": (
        lambda: _with(lambda model: replace(model, signature_defs=(schema.SignatureDef(subgraph_index=1),))),
        "its signature",
    ),
    "a note without buffer": (
        lambda: _with(lambda model: replace(model, metadata=(schema.Metadata("note", 99),))),
        "its note 'note'",
    ),
}


CUTS: dict[str, tuple[bytes, str]] = {
    "a part that is not what it says": (cut((0, 0, 0, 0), (1, 8, 16, 8)), r"makes \[1, 8, 16, 8\]"),
    "a part beyond the map": (cut((0, 0, 0, 0), (1, 16, 17, 8)), "cannot cut"),
    "a part before the map": (cut((0, -1, 0, 0), (1, 16, 16, 8)), "cannot cut"),
    "nothing of the map": (cut((0, 0, 0, 4), (1, 16, 16, 4)), "cannot cut"),
    "every second row": (cut((0, 0, 0, 0), (1, 16, 16, 8), (1, 2, 1, 1)), "in a way that no image"),
    "without an axis": (cut((0, 0, 0, 0), (1, 16, 16, 8), shrink_axis_mask=1), "in a way that no image"),
    "too few axes": (cut((0, 0, 0), (1, 16, 16)), "in a way that no image"),
}


@pytest.mark.parametrize("what", CUTS)
def test_a_part_of_a_map_is_worked_out_and_not_believed(what: str) -> None:
    content, sentence = CUTS[what]
    with pytest.raises(ModelError, match=sentence):
        verify(content)


@pytest.mark.parametrize("what", INCONSISTENT)
def test_a_model_that_contradicts_itself_is_refused(what: str) -> None:
    build, sentence = INCONSISTENT[what]
    with pytest.raises(ModelError, match=sentence):
        verify(build())


def test_every_kind_of_operator_makes_the_shape_that_the_interpreter_makes() -> None:
    content = graphs.every_kind()
    graph = verify(content)
    never = {
        "QUANTIZE",
        "SUM",
        "FULLY_CONNECTED",
        "SQUEEZE",
        "HARD_SWISH",
        "DEPTHWISE_CONV_2D",
    }  # in the families above
    assert {graph.kind(each) for each in graph.main.operators} | never == set(CODES)
    answer = run(content, noise(content, 1), graph.tensors[graph.output].name)[0]
    assert answer.shape == graph.shape(graph.output)
    with pytest.raises(ModelError, match=r"LOGISTIC|LOG_SOFTMAX|L2_NORMALIZATION|ADD|not from a dense layer"):
        decapitate(content)


@pytest.mark.parametrize("what", DEADLY)
def test_what_would_kill_an_interpreter_is_refused(what: str) -> None:
    build, sentence = DEADLY[what]
    with pytest.raises(ModelError, match=sentence):
        verify(build())


def test_the_tables_are_where_tensorflows_schema_has_them() -> None:
    theirs = pytest.importorskip("ai_edge_litert.schema_py_generated")
    renamed = {"large_custom_options_offset": "largeCustomOptionsOffset", "builtin_options_2": "builtinOptions2"}
    tables = (Model, schema.SubGraph, schema.Tensor, schema.Operator, schema.OperatorCode, schema.Quantization)
    for table in (*tables, schema.Buffer, schema.Metadata, schema.TensorMap):
        name = {"Quantization": "QuantizationParameters"}.get(table.__name__, table.__name__)
        ours = [renamed.get(each.name, _camel(each.name)) for each in fields(table)]
        known = [word for word in vars(getattr(theirs, name + "T")()) if word in ours]
        assert ours == known
    named = CODES | {name: code for code, name in FOREIGN.items()}
    assert all(getattr(theirs.BuiltinOperator, name) == code for name, code in named.items())
    unions = {code: name for name, code in vars(theirs.BuiltinOptions).items() if isinstance(code, int)}
    assert {unions[code] for code in options.UNION} == {f"{table.__name__}Options" for table in options.UNION.values()}


def _camel(name: str) -> str:
    first, *rest = name.split("_")
    return first + "".join(word.capitalize() for word in rest)


def test_reading_and_writing_are_inverse() -> None:
    for build in FAMILIES.values():
        content = build("int8")[0]
        model = Reader(content).root(Model)
        assert encode(model) == content
        assert Graph(model).dtype(0) == "int8"


def test_weights_are_aligned_for_the_widest_registers() -> None:
    content = graphs.mobilenet_v3("int8")[0]
    for buffer in verify(content).model.buffers:
        if len(buffer.data) > 32:
            assert content.find(bytes(buffer.data)) % 16 == 0
