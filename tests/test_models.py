"""Model files: cut without changing a bit, refused without a crash, fetched over lines that break.

Tests with the public models and photographs look for them in $EDGE_HANDSIGN_DATA (default: ../shared beside the
repository) and are skipped where they are not.
"""

import hashlib
import io
import json
import os
import random
import signal
import subprocess
import sys
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass, field, fields, replace
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from threading import Thread
from typing import Any

import numpy as np
import pytest
from numpy.typing import NDArray

from edge_handsign.__main__ import main
from edge_handsign.errors import ModelError
from edge_handsign.models import catalogue, shelf
from edge_handsign.models.decapitate import Ending, decapitate
from edge_handsign.models.download import fetch
from edge_handsign.models.format import options, schema
from edge_handsign.models.format.graph import Graph
from edge_handsign.models.format.operators import CODES, FOREIGN
from edge_handsign.models.format.reader import Reader
from edge_handsign.models.format.schema import Model
from edge_handsign.models.format.slots import slots
from edge_handsign.models.format.verify import verify
from edge_handsign.models.format.writer import encode
from edge_handsign.models.info import describe
from edge_handsign.models.install import install
from edge_handsign.models.progress import Bar
from tests import graphs
from tests.graphs import FAMILIES, SCHEMES, Net

ROOT = Path(__file__).parents[1]
DATA = Path(os.environ.get("EDGE_HANDSIGN_DATA", ROOT.parent / "shared"))
PUBLIC = {entry.name: entry for entry in catalogue.ENTRIES}


def public(name: str) -> bytes:
    path = DATA / "models" / f"{name}.tflite"
    if not path.is_file():
        pytest.skip(f"{path} is not there: set EDGE_HANDSIGN_DATA")
    return path.read_bytes()


# --- the interpreter, whichever is installed


def interpreter() -> Any:
    try:
        from ai_edge_litert.interpreter import Interpreter
    except ImportError:
        Interpreter = pytest.importorskip("tflite_runtime.interpreter").Interpreter  # noqa: N806
    return Interpreter


def run(model: bytes, pictures: list[NDArray[Any]], wanted: str) -> list[NDArray[Any]]:
    """What the output named `wanted` says of each picture."""
    loaded = interpreter()(model_content=model, num_threads=1)
    loaded.allocate_tensors()
    given = loaded.get_input_details()[0]["index"]
    made = {each["name"]: each["index"] for each in loaded.get_output_details()}[wanted]
    answers = []
    for picture in pictures:
        loaded.set_tensor(given, picture)
        loaded.invoke()
        answers.append(loaded.get_tensor(made))
    return answers


def showing(model: bytes, name: str) -> bytes:
    """The whole model with an inner tensor as a second output: what the cut one is compared with.

    An interpreter that keeps all tensors runs other kernels than one that does not; this one runs the same.
    """
    graph = verify(model)
    inner = next(index for index, tensor in enumerate(graph.tensors) if tensor.name == name)
    main_ = replace(graph.main, outputs=(*graph.main.outputs, inner))
    return encode(replace(graph.model, subgraphs=(main_,), signature_defs=()))


def noise(model: bytes, count: int = 3) -> list[NDArray[Any]]:
    graph = verify(model)
    chance = np.random.default_rng(0)
    if graph.dtype(graph.input) == "float32":
        return [chance.normal(size=graph.shape(graph.input)).astype(np.float32) for _ in range(count)]
    drawn = chance.integers(0, 256, (count, *graph.shape(graph.input))).astype(np.uint8)
    return list(drawn.view(graph.dtype(graph.input)))


def photographs(size: int, count: int = 3) -> list[NDArray[np.uint8]]:
    image = pytest.importorskip("PIL.Image")
    paths = sorted((DATA / "data").glob("rps_*/*/*.jpg"))[::100][:count]
    if len(paths) < count:
        pytest.skip(f"{DATA / 'data'} has no photographs: set EDGE_HANDSIGN_DATA")
    pictures = []
    for path in paths:
        with image.open(path) as picture:
            pictures.append(np.asarray(picture.convert("RGB").resize((size, size)), np.uint8)[None])
    return pictures


# --- cutting


@pytest.mark.parametrize("scheme", SCHEMES)
@pytest.mark.parametrize("family", FAMILIES)
def test_the_cut_model_says_bit_for_bit_what_the_classifier_was_fed_with(family: str, scheme: str) -> None:
    whole, features = FAMILIES[family](scheme)
    cut = decapitate(whole)
    pictures = noise(whole)
    assert cut.features == features
    inside, outside = run(showing(whole, features), pictures, features), run(cut.model, pictures, features)
    assert all(np.array_equal(a, b) for a, b in zip(inside, outside, strict=True))
    assert len({answer.tobytes() for answer in outside}) == len(pictures), "the network is dead: nothing was compared"


@pytest.mark.parametrize("name", [name for name in PUBLIC if not name.endswith("extractor")])
def test_public_models_are_cut_bit_for_bit(name: str) -> None:
    whole = public(name)
    cut = decapitate(whole)
    pictures = noise(whole, 1) + photographs(PUBLIC[name].pixels)
    inside, outside = run(showing(whole, cut.features), pictures, cut.features), run(cut.model, pictures, cut.features)
    assert all(np.array_equal(a, b) for a, b in zip(inside, outside, strict=True))
    assert (cut.size, cut.shape[:-1], cut.dtype) == (PUBLIC[name].features, (1, 1, 1), "uint8")
    assert cut.dropped == ("CONV_2D", "RESHAPE", "SOFTMAX")
    assert len(cut.model) < len(whole) - 1001 * cut.size, "the classifier's weights are still there"


@pytest.mark.parametrize("name", ["mobilenet_v1_1.0_224_quant_embedding_extractor", "probe_v1_0.5_128_int8"])
def test_what_was_cut_elsewhere_is_left_alone(name: str) -> None:
    content = public(name)
    cut = decapitate(content)
    assert (cut.dropped, cut.model) == ((), content)


@pytest.mark.parametrize("scheme", SCHEMES)
@pytest.mark.parametrize("family", FAMILIES)
def test_cutting_twice_is_cutting_once(family: str, scheme: str) -> None:
    once = decapitate(FAMILIES[family](scheme)[0])
    twice = decapitate(once.model)
    assert (twice.model, twice.dropped, twice.features) == (once.model, (), once.features)


def test_only_the_last_layer_of_our_own_network_goes() -> None:
    for scored in (True, False):
        cut = decapitate(graphs.handsign("int8", scored=scored)[0])
        assert (cut.shape, cut.dtype, cut.features) == ((1, 64), "int8", "embedding")
        assert cut.dropped == ("FULLY_CONNECTED", "SOFTMAX")[: 1 + scored]


@pytest.mark.parametrize(
    ("width", "ending", "is_cut"),
    [
        (11, Ending.GUESS, True),
        (64, Ending.GUESS, False),
        (11, Ending.EMBEDDING, False),
        (64, Ending.CLASSIFIER, True),
    ],
)
def test_a_lone_last_layer_without_softmax_is_what_you_say_or_what_its_width_says(
    width: int, ending: Ending, is_cut: bool
) -> None:
    cut = decapitate(graphs.mobilenet_v2("int8", width)[0], ending)
    assert (bool(cut.dropped), cut.size) == ((True, 40) if is_cut else (False, width))


def test_nothing_is_left_of_the_classifier() -> None:
    whole = graphs.mobilenet_v3("int8")[0]
    before, after = verify(whole), verify(decapitate(whole).model)
    assert len(after.main.operators) == len(before.main.operators) - 3
    used = {tensor for each in after.main.operators for tensor in (*each.inputs, *each.outputs)}
    assert used == set(range(len(after.tensors)))
    noted = {each.buffer for each in after.model.metadata}
    assert {tensor.buffer for tensor in after.tensors} | noted | {0} == set(range(len(after.model.buffers)))
    assert {each.opcode_index for each in after.main.operators} == set(range(len(after.model.operator_codes)))
    assert "SOFTMAX" not in {after.kind(each) for each in after.main.operators}
    assert [each.name for each in after.model.metadata] == ["min_runtime_version", "edge_handsign.features"]


def test_the_signature_follows_the_output() -> None:
    cut = decapitate(graphs.mobilenet_v1("int8")[0]).model
    loaded = interpreter()(model_content=cut)
    assert loaded.get_signature_list() == {"serving_default": {"inputs": ["images"], "outputs": ["features"]}}
    run_ = loaded.get_signature_runner("serving_default")
    assert run_(images=noise(cut, 1)[0])["features"].shape == (1, 1, 1, 24)


def test_quantisation_is_kept() -> None:
    whole, features = graphs.mobilenet_v3("uint8")
    before, after = verify(whole), verify(decapitate(whole).model)
    kept = {tensor.name: tensor.quantization for tensor in before.tensors}
    assert all(tensor.quantization == kept[tensor.name] for tensor in after.tensors)
    assert after.tensors[after.output].name == features


# --- refusing


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


def two_outputs() -> bytes:
    whole, features = graphs.mobilenet_v1("int8")
    return showing(whole, features)


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
    "two outputs": (two_outputs, "1 inputs and 2 outputs"),
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


@pytest.mark.parametrize("what", INCONSISTENT)
def test_a_model_that_contradicts_itself_is_refused(what: str) -> None:
    build, sentence = INCONSISTENT[what]
    with pytest.raises(ModelError, match=sentence):
        verify(build())


def test_every_kind_of_operator_makes_the_shape_that_the_interpreter_makes() -> None:
    content = graphs.every_kind()
    graph = verify(content)
    never = {"QUANTIZE", "FULLY_CONNECTED", "SQUEEZE", "HARD_SWISH", "DEPTHWISE_CONV_2D"}  # in the families above
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


def tampered(model: Model, chance: random.Random) -> Model:
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


def _tampered_tensor(tensor: schema.Tensor, chance: random.Random, numbers: tuple[int, ...]) -> schema.Tensor:
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


def flipped(content: bytes, places: list[int], chance: random.Random) -> bytes:
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


def torture(family: str, dtype: str, count: int) -> None:
    """Runs in a process of its own: gives the interpreter whatever gets past the verification."""
    whole = FAMILIES[family](dtype)[0]
    model = verify(whole).model
    weights = [
        (at := whole.find(bytes(each.data)), at + len(each.data)) for each in model.buffers if len(each.data) > 64
    ]
    places = [place for place in range(len(whole) - 4) if not any(a <= place < b for a, b in weights)]
    accepted, refused, failed = 0, 0, 0
    for number in range(count):
        chance = random.Random(number)
        content = flipped(whole, places, chance) if number % 2 else encode(tampered(model, chance))
        try:
            graph = verify(content)
        except ModelError:
            refused += 1
            continue
        accepted += 1
        with suppress(ModelError):
            describe(content)
            decapitate(content)
        try:
            run(content, noise(content, 1), graph.tensors[graph.output].name)
        except (RuntimeError, ValueError):  # the interpreter says no: as good
            failed += 1
    sys.stdout.write(f"{accepted} {refused} {failed}\n")


@pytest.mark.parametrize(
    ("family", "dtype"), [("v1", "float32"), ("v2", "uint8"), ("v3", "int8"), ("v3", "uint8"), ("handsign", "int8")]
)
def test_no_flipped_file_that_is_let_through_kills_the_interpreter(family: str, dtype: str) -> None:
    interpreter()
    code = f"from tests.test_models import {torture.__name__} as act; act({family!r}, {dtype!r}, 500)"
    done = subprocess.run([sys.executable, "-c", code], cwd=ROOT, capture_output=True, text=True, check=False)
    died = signal.Signals(-done.returncode).name if done.returncode < 0 else ""
    assert (done.returncode, died) == (0, ""), done.stderr[-2000:]
    accepted, refused, failed = map(int, done.stdout.split()[-3:])
    assert accepted > 20 < refused, "the flips test nothing"
    assert failed < accepted / 2


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


# --- what a file is


def test_info_knows_the_published_figures() -> None:
    found = describe(public("mobilenet_v2_1.0_224_quant"))
    assert round(found.multiply_adds / 1e6) == 301  # 300 in the paper
    assert round(found.parameters / 1e6, 1) == 3.5  # 3.4 in the paper
    assert (found.input.shape, found.input.dtype, found.input.zero_point) == ((1, 224, 224, 3), "uint8", 128)
    assert (found.classifier, found.operators["CONV_2D"], found.operators["DEPTHWISE_CONV_2D"]) == (True, 36, 17)
    assert found.sha256 == PUBLIC["mobilenet_v2_1.0_224_quant"].sha256


@pytest.mark.parametrize(
    ("scheme", "sentence"),
    [
        ("float16", "float32 activations, float16 weights"),
        ("dynamic", "float32 activations, int8 weights, one scale for each channel"),
        ("float32", "float32 activations, float32 weights"),
        ("int8", "int8 activations, int8 weights, one scale for each channel"),
        ("uint8", "uint8 activations, uint8 weights, one scale for each layer"),
    ],
)
def test_info_tells_how_numbers_are_stored(scheme: str, sentence: str) -> None:
    assert describe(graphs.mobilenet_v1(scheme)[0]).scheme == sentence


# --- the shelf


@pytest.fixture
def shelves(tmp_path: Path) -> tuple[Path, Path]:
    folders = (tmp_path / "first", tmp_path / "second")
    for number, folder in enumerate(folders):
        folder.mkdir()
        (folder / "both.tflite").write_bytes(graphs.mobilenet_v1("int8", 11 + number)[0])
    (folders[1] / "mobilenet_v2_1.0.tflite").write_bytes(b"")
    return folders


def test_a_name_is_found_in_the_first_folder_that_has_it(shelves: tuple[Path, Path]) -> None:
    assert shelf.find("both", shelves) == shelves[0] / "both.tflite"
    assert shelf.find("mobilenet_v2_1.0", shelves) == shelves[1] / "mobilenet_v2_1.0.tflite"
    assert shelf.find(str(shelves[1] / "both.tflite"), ()) == shelves[1] / "both.tflite"
    assert sorted(shelf.installed(shelves)) == ["both", "mobilenet_v2_1.0"]


@pytest.mark.parametrize(
    ("name", "sentence"),
    [
        ("bth", "did you mean 'both'"),
        ("zebra", "there are both, mobilenet_v2_1.0"),
        ("/no/such.tflite", "there is no model file /no/such.tflite"),
        ("mobilenet_v1_0.5_160_quant", "edge-handsign model install mobilenet_v1_0.5_160_quant"),
    ],
)
def test_a_name_that_is_not_there_is_answered_with_what_is(
    shelves: tuple[Path, Path], name: str, sentence: str
) -> None:
    with pytest.raises(ModelError, match=sentence):
        shelf.find(name, shelves)


def test_loading_verifies_cuts_and_fingerprints_what_is_left(shelves: tuple[Path, Path]) -> None:
    first, second = (shelf.load("both", [folder]) for folder in shelves)
    assert len(first.fingerprint) == 32
    assert first.dropped == ("CONV_2D", "RESHAPE", "SOFTMAX")
    assert first.fingerprint == second.fingerprint, "the same net behind another classifier embeds the same"
    (shelves[0] / "other.tflite").write_bytes(graphs.mobilenet_v2("int8")[0])
    assert shelf.load("other", shelves).fingerprint != first.fingerprint
    with pytest.raises(ModelError, match=r"mobilenet_v2_1\.0\.tflite: this is not a TFLite model"):
        shelf.load("mobilenet_v2_1.0", shelves)


def test_folders_come_from_the_environment(tmp_path: Path) -> None:
    told = shelf.search_path({"EDGE_HANDSIGN_MODELS": str(tmp_path), "XDG_DATA_HOME": "/xdg"})
    assert told == (tmp_path, shelf.SYSTEM, Path("/xdg/edge-handsign/models"), shelf.packaged())
    assert shelf.target({"EDGE_HANDSIGN_MODELS": str(tmp_path)}) == tmp_path


# --- fetching


@dataclass
class Web:
    """A server, and how it misbehaves."""

    content: bytes
    ranges: bool = True
    cut_after: list[int] = field(default_factory=list)  # bytes of each answer after which the line breaks
    status: int = 200
    asked: list[str] = field(default_factory=list)  # the Range of each request

    def answer(self, handler: BaseHTTPRequestHandler) -> None:
        wanted = handler.headers.get("Range", "")
        self.asked.append(wanted)
        start = int(wanted.removeprefix("bytes=").rstrip("-") or 0) if self.ranges else 0
        if self.status != 200 or start >= len(self.content):
            handler.send_response(self.status if self.status != 200 else 416)
            handler.send_header("Content-Range", f"bytes */{len(self.content)}")
            handler.send_header("Content-Length", "0")
            handler.end_headers()
            return
        handler.send_response(206 if start else 200)
        if start:
            handler.send_header("Content-Range", f"bytes {start}-{len(self.content) - 1}/{len(self.content)}")
        handler.send_header("Content-Length", str(len(self.content) - start))
        handler.end_headers()
        whole = self.content[start:]
        with suppress(ConnectionError):  # the other side may have had enough
            handler.wfile.write(whole[: self.cut_after.pop(0)] if self.cut_after else whole)


@contextmanager
def served(web: Web) -> Iterator[str]:
    class Handler(BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            web.answer(self)

        def log_message(self, *_: object) -> None:
            pass

    with ThreadingHTTPServer(("127.0.0.1", 0), Handler) as server:
        thread = Thread(target=server.serve_forever, kwargs={"poll_interval": 0.01})
        thread.start()
        try:
            yield f"http://127.0.0.1:{server.server_port}/net.tflite"
        finally:
            server.shutdown()
            thread.join()


CONTENT = random.Random(2).randbytes(300_000)
HASH = hashlib.sha256(CONTENT).hexdigest()


def fetched(web: Web, folder: Path, sha256: str = HASH) -> bytes:
    with served(web) as url:
        return fetch(url, sha256, folder, lambda _done, _total: None, timeout_s=5)


def part(folder: Path, content: bytes) -> None:
    (folder / f".{HASH}.part").write_bytes(content)


def test_a_file_arrives_and_nothing_else_stays(tmp_path: Path) -> None:
    assert fetched(Web(CONTENT), tmp_path) == CONTENT
    assert list(tmp_path.iterdir()) == []


def test_a_broken_line_is_taken_up_where_it_broke(tmp_path: Path) -> None:
    web = Web(CONTENT, cut_after=[100_000, 50_000])
    assert fetched(web, tmp_path) == CONTENT
    assert web.asked == ["", "bytes=100000-", "bytes=150000-"]


def test_a_part_of_last_week_is_continued(tmp_path: Path) -> None:
    part(tmp_path, CONTENT[:123])
    web = Web(CONTENT)
    assert fetched(web, tmp_path) == CONTENT
    assert web.asked == ["bytes=123-"]


@pytest.mark.parametrize(
    ("old", "ranges"),
    [
        (CONTENT[:1000], False),  # the server knows no ranges
        (b"another file" * 10, True),  # the hash says that the two do not fit
        (CONTENT + b"more", True),  # the file is shorter than the part
        (CONTENT, True),  # all of it was there
        (b"?" * len(CONTENT), True),  # as long, and wrong
    ],
)
def test_whatever_became_of_the_part_the_file_arrives(tmp_path: Path, old: bytes, ranges: bool) -> None:
    part(tmp_path, old)
    assert fetched(Web(CONTENT, ranges=ranges), tmp_path) == CONTENT
    assert list(tmp_path.iterdir()) == []


@pytest.mark.parametrize(
    ("web", "sentence"),
    [
        (Web(b"other bytes"), "is not the file that was asked for: its SHA-256 is"),
        (Web(CONTENT, status=404), "404 Not Found"),
        (Web(CONTENT, status=503), "503 Service Unavailable"),
        (Web(CONTENT, cut_after=[10_000, 0]), "broke off after 10,000 of 300,000 bytes; 10,000 bytes are kept"),
    ],
)
def test_what_cannot_arrive_is_said_in_a_sentence(tmp_path: Path, web: Web, sentence: str) -> None:
    with pytest.raises(ModelError, match=sentence):
        fetched(web, tmp_path)


def test_what_is_too_large_is_not_fetched(tmp_path: Path) -> None:
    with pytest.raises(ModelError, match="more than the 64 MiB allowed"):
        fetched(Web(bytes(shelf.MAX_BYTES + 1)), tmp_path)


def test_without_a_network_it_says_so(tmp_path: Path) -> None:
    with pytest.raises(ModelError, match=r"did not arrive.*is there a network"):
        fetch("http://127.0.0.1:9/net.tflite", HASH, tmp_path, lambda _done, _total: None, timeout_s=5)


def test_a_full_disk_is_said_in_a_sentence(tmp_path: Path) -> None:
    """A limit on the size of files stands in for it: the write fails in the same place."""
    code = (
        "import resource, sys; from tests.test_models import *; from edge_handsign.models.install import write\n"
        "resource.setrlimit(resource.RLIMIT_FSIZE, (1000, 1000))\n"
        "for act in (lambda folder: fetched(Web(CONTENT), folder), lambda folder: write(folder / 'a', CONTENT)):\n"
        "    try: act(Path(sys.argv[1]))\n"
        "    except ModelError as error: print(error)\n"
    )
    command = [sys.executable, "-c", code, str(tmp_path)]
    done = subprocess.run(command, cwd=ROOT, capture_output=True, text=True, check=True)
    assert "cannot be written to: File too large" in done.stdout
    assert f"{tmp_path}/a cannot be written: File too large" in done.stdout
    assert [path.name for path in tmp_path.iterdir()] == [f".{HASH}.part"]


# --- installing


def quiet(_done: int, _total: int | None) -> None:
    pass


def test_an_address_is_fetched_cut_and_shelved(tmp_path: Path) -> None:
    whole = graphs.mobilenet_v1("int8")[0]
    with served(Web(whole)) as url:
        done = install(url, tmp_path, quiet, hashlib.sha256(whole).hexdigest().upper())
    assert (done.name, done.path) == ("net", tmp_path / "net.tflite")
    assert done.path.read_bytes() == decapitate(whole).model
    assert done.path.stat().st_mode & 0o777 == 0o644
    assert [path.name for path in tmp_path.iterdir()] == ["net.tflite"]
    assert shelf.load("net", [tmp_path]).path == done.path


def test_a_known_model_comes_from_the_mirror_with_its_pinned_hash(tmp_path: Path) -> None:
    name = "mobilenet_v1_0.25_128_quant"
    with served(Web(public(name))) as url:
        done = install(name, tmp_path, quiet, mirror=url.removesuffix("/net.tflite"))
    assert (done.name, done.cut.size) == (name, 256)
    with served(Web(graphs.mobilenet_v1("uint8")[0])) as url, pytest.raises(ModelError, match="its SHA-256 is"):
        install(name, tmp_path, quiet, mirror=url.removesuffix("/net.tflite"))


def test_the_catalogue_is_what_the_publisher_has() -> None:
    for name, entry in PUBLIC.items():
        content = public(name)
        found = describe(decapitate(content).model)
        assert (hashlib.sha256(content).hexdigest(), len(content)) == (entry.sha256, entry.size)
        assert (found.input.shape, found.output.shape[-1]) == ((1, entry.pixels, entry.pixels, 3), entry.features)


def test_the_hash_is_compared_before_anything_looks_inside(tmp_path: Path) -> None:
    (tmp_path / "odd.tflite").write_bytes(b"no model at all")
    with pytest.raises(ModelError, match="not the file that was asked for"):
        install(str(tmp_path / "odd.tflite"), tmp_path / "to", quiet, "0" * 64)
    assert not (tmp_path / "to").exists()


@pytest.mark.parametrize(
    ("source", "sha256", "sentence"),
    [
        ("https://example.org/net.tflite", None, "needs --sha256"),
        ("ftp://example.org/net.tflite", HASH, "no http or https address"),
        ("mobilenet_v2_1.0_224_quant", HASH, "not the one given"),
        ("mobilenet_v2_1.0_224_qant", None, "did you mean mobilenet_v2_1.0_224_quant"),
        ("handsign", None, "comes with edge-handsign"),
        ("x.tflite", "4f1d", "64 hexadecimal digits"),
        ("https://example.org/", HASH, "no name for a model"),
    ],
)
def test_what_cannot_be_installed(tmp_path: Path, source: str, sha256: str | None, sentence: str) -> None:
    with pytest.raises(ModelError, match=sentence):
        install(source, tmp_path, quiet, sha256)


def test_a_failed_installation_leaves_the_old_model(tmp_path: Path) -> None:
    old = graphs.mobilenet_v1("int8")[0]
    source, target = tmp_path / "net.tflite", tmp_path / "to/net.tflite"
    source.write_bytes(old)
    install(str(source), target.parent, quiet)
    source.write_bytes(old[: len(old) // 2])
    with pytest.raises(ModelError, match=r"net\.tflite: the file is damaged"):
        install(str(source), target.parent, quiet)
    assert target.read_bytes() == decapitate(old).model
    assert [path.name for path in target.parent.iterdir()] == ["net.tflite"]


# --- progress


class Screen(io.StringIO):
    def isatty(self) -> bool:
        return True


def test_a_terminal_sees_a_bar_and_a_log_four_lines() -> None:
    screen, log = Screen(), io.StringIO()
    for stream in (screen, log):
        bar = Bar(stream)
        for done in range(0, 2_000_001, 10_000):
            bar(done, 2_000_000)
    assert screen.getvalue().endswith(f"\r[{'#' * 30}] 2.0 of 2.0 MB\n")
    assert log.getvalue().splitlines() == [f"{done} of 2.0 MB" for done in ("0.0", "0.5", "1.0", "1.5", "2.0")]


# --- the verbs


@pytest.fixture
def whole(tmp_path: Path) -> Path:
    path = tmp_path / "whole.tflite"
    path.write_bytes(graphs.mobilenet_v1("int8")[0])
    return path


def test_verb_decapitate(whole: Path, capsys: pytest.CaptureFixture[str]) -> None:
    cut = whole.with_name("cut.tflite")
    assert main(["model", "decapitate", str(whole), str(cut)]) == 0
    assert "cut off: 11 classes with probabilities behind them (CONV_2D, RESHAPE, SOFTMAX)" in capsys.readouterr().out
    assert main(["model", "decapitate", str(cut), str(whole)]) == 0
    assert "nothing to cut: it ends in AVERAGE_POOL_2D" in capsys.readouterr().out
    assert whole.read_bytes() == cut.read_bytes()


def test_verb_info(whole: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["model", "info", str(whole)]) == 0
    assert "classifier     yes: 11 classes" in capsys.readouterr().out
    assert main(["model", "info", str(whole), "--json"]) == 0
    assert json.loads(capsys.readouterr().out)["operators"]["SOFTMAX"] == 1


def test_verbs_install_and_list(
    whole: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setenv("EDGE_HANDSIGN_MODELS", str(tmp_path / "shelf"))
    assert main(["model", "install", str(whole)]) == 0
    assert "backbone:\n  model: whole\n" in capsys.readouterr().out
    assert main(["model", "list", "--json"]) == 0
    found = json.loads(capsys.readouterr().out)
    assert found["installed"]["whole"] == str(tmp_path / "shelf/whole.tflite")
    assert [each["name"] for each in found["known"]] == list(PUBLIC)
    assert main(["model", "list"]) == 0
    assert "Apache-2.0" in capsys.readouterr().out


def test_a_damaged_file_is_one_line_and_status_65(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    (tmp_path / "odd.tflite").write_bytes(b"odd")
    assert main(["model", "info", str(tmp_path / "odd.tflite")]) == ModelError.exit_code
    said = capsys.readouterr().err
    assert said.startswith("edge-handsign: ")
    assert said.count("\n") == 1


def test_importing_the_package_imports_none_of_its_parts() -> None:
    code = "import sys, edge_handsign.models; print([name for name in sys.modules if 'handsign.models.' in name])"
    done = subprocess.run([sys.executable, "-c", code], cwd=ROOT, capture_output=True, text=True, check=True)
    assert done.stdout.strip() == "[]"
