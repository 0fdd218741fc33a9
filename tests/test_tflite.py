"""The backbone through a real interpreter: the same numbers as calling it by hand, without a copy of the picture."""

import re
import sys
import tracemalloc
from collections.abc import Callable
from dataclasses import replace
from importlib import import_module
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from numpy.typing import NDArray

from edge_handsign.core.messages import WHOLE, Frame, Part
from edge_handsign.devices.crop import Closer
from edge_handsign.devices.tflite import BackboneSettings, TfliteBackbone
from edge_handsign.errors import HardwareError, ModelError
from edge_handsign.hardware import Backbone
from tests import graphs

PACKAGES = {"litert": "ai_edge_litert", "tflite-runtime": "tflite_runtime"}
PREPARED: dict[str, Callable[[NDArray[np.uint8]], NDArray[Any]]] = {  # the conventions, said once more
    "uint8": lambda pixels: pixels,
    "int8": lambda pixels: (pixels.astype(np.int16) - 128).astype(np.int8),
    "float32": lambda pixels: (pixels.astype(np.float64) / 127.5 - 1).astype(np.float32),
}


@pytest.fixture(params=PACKAGES)
def runtime(request: pytest.FixtureRequest) -> str:
    """The name of an interpreter that runs here."""
    name = str(request.param)
    pytest.importorskip(PACKAGES[name], reason=f"{name} is not installed for this Python")
    if name == "tflite-runtime" and int(np.__version__.split(".")[0]) >= 2:
        pytest.skip("tflite-runtime is installed beside NumPy 2, with which it cannot work")
    return name


def picture(size: tuple[int, int], seed: int = 0) -> Frame:
    pixels = np.random.default_rng(seed).integers(0, 256, (size[1], size[0], 3), dtype=np.uint8)
    return Frame(pixels, taken_at=float(seed))


def opened(path: Path, runtime: str, threads: int = 1, second_look: bool = True) -> TfliteBackbone:
    settings = BackboneSettings(runtime=runtime, threads=threads, second_look=second_look)
    return TfliteBackbone(path.read_bytes(), path.name, settings, fingerprint=b"f" * 32)


def saved(tmp_path: Path, content: bytes) -> Path:
    path = tmp_path / "net.tflite"
    path.write_bytes(content)
    return path


def by_hand(path: Path, runtime: str, frame: Frame) -> tuple[NDArray[np.float64], float]:
    """(unit vector, length) as TFLite's own documentation would have it, in double precision."""
    interpreter = import_module(f"{PACKAGES[runtime]}.interpreter").Interpreter(model_path=str(path), num_threads=1)
    interpreter.allocate_tensors()
    (given,), outputs = interpreter.get_input_details(), interpreter.get_output_details()
    made = next(each for each in outputs if each["shape"].prod() == each["shape"][-1])
    interpreter.set_tensor(given["index"], PREPARED[np.dtype(given["dtype"]).name](frame.pixels)[np.newaxis])
    interpreter.invoke()
    scale, zero = made["quantization"]
    vector = (interpreter.get_tensor(made["index"]).astype(np.float64).ravel() - zero) * (scale or 1.0)
    return vector / np.linalg.norm(vector), float(np.linalg.norm(vector))


PUBLIC = (
    "mobilenet_v1_0.25_128_quant",
    "mobilenet_v1_0.5_160_quant",
    "mobilenet_v1_0.75_192_quant",
    "mobilenet_v1_1.0_224_quant_embedding_extractor",
    "mobilenet_v2_1.0_224_quant",
    "probe_v1_0.5_128_int8",
)


@pytest.mark.parametrize("model", PUBLIC)
def test_a_published_mobilenet_says_what_it_says_by_hand(public_models: Path, model: str, runtime: str) -> None:
    path = public_models / f"{model}.tflite"
    backbone = opened(path, runtime)
    for seed in range(2):
        frame = picture(backbone.input_size, seed)
        vector, length = by_hand(path, runtime, frame)
        embedding = backbone.embed(frame)
        assert embedding.vector.dtype == np.float32
        assert embedding.vector.shape == (backbone.dimension,)
        np.testing.assert_allclose(embedding.vector, vector, rtol=0, atol=1e-6)
        assert embedding.norm == pytest.approx(length, rel=1e-6)


@pytest.mark.parametrize("dtype", ["uint8", "int8", "float32"])
@pytest.mark.parametrize("family", ["v1", "v2", "handsign"])  # outputs of four and of two dimensions
def test_every_kind_of_input_and_output_is_understood(tmp_path: Path, family: str, dtype: str, runtime: str) -> None:
    path = saved(tmp_path, graphs.FAMILIES[family](dtype)[0])
    backbone = opened(path, runtime)
    frame = picture((32, 32))
    vector, length = by_hand(path, runtime, frame)
    embedding = backbone.embed(frame)
    np.testing.assert_allclose(embedding.vector, vector, rtol=0, atol=1e-5)
    assert embedding.norm == pytest.approx(length, rel=1e-4)
    assert np.linalg.norm(embedding.vector) == pytest.approx(1, abs=1e-6)


def test_a_map_is_flattened_and_its_zero_point_taken_off(tmp_path: Path, runtime: str) -> None:
    """The pooled features of a signed layer: four dimensions, and a stored number that means 0 and is not 0."""
    net = graphs.Net("uint8")
    features = net.average_pool(net.conv(net.picture, 8, 3, 2, graphs.NONE))
    path = saved(tmp_path, net.file(features))
    frame = picture((32, 32))
    backbone = opened(path, runtime)
    assert backbone.dimension == 8
    vector, _ = by_hand(path, runtime, frame)
    assert (vector < 0).any()  # or the zero point would not matter
    np.testing.assert_allclose(backbone.embed(frame).vector, vector, rtol=0, atol=1e-6)


def test_the_embedded_backbone_opens(embedded_model: Path, runtime: str) -> None:
    backbone: Backbone = opened(embedded_model, runtime, threads=2, second_look=False)
    assert backbone.fingerprint == b"f" * 32
    version = {"litert": "LiteRT", "tflite-runtime": "tflite-runtime"}[runtime]
    sizes = rf"\d+x\d+( of {backbone.input_size[0]}x{backbone.input_size[1]})? -> {backbone.dimension}"
    assert re.fullmatch(rf"handsign\.tflite \(u?int8, {sizes}\) on {version} \d+\.\d+\.\d+", backbone.name)


def test_an_embedding_outlives_the_next_picture(tmp_path: Path, runtime: str) -> None:
    backbone = opened(saved(tmp_path, graphs.handsign("float32")[0]), runtime)
    first = backbone.embed(picture((32, 32), 1))
    kept = first.vector.copy()
    second = backbone.embed(picture((32, 32), 2))
    np.testing.assert_array_equal(first.vector, kept)
    assert not np.array_equal(second.vector, kept)
    np.testing.assert_array_equal(backbone.embed(picture((32, 32), 1)).vector, kept)


def test_a_picture_may_be_read_only_or_a_view(tmp_path: Path, runtime: str) -> None:
    backbone = opened(saved(tmp_path, graphs.handsign("int8")[0]), runtime)
    frame = picture((32, 32))
    turned = Frame(np.ascontiguousarray(frame.pixels[:, ::-1])[:, ::-1], 0.0)
    turned.pixels.setflags(write=False)
    np.testing.assert_array_equal(backbone.embed(turned).vector, backbone.embed(frame).vector)


@pytest.mark.parametrize("dtype", ["uint8", "int8", "float32"])
def test_a_picture_is_not_copied_on_its_way_in(tmp_path: Path, dtype: str, runtime: str) -> None:
    net = graphs.Net(dtype, size=256)
    path = saved(tmp_path, net.file(net.average_pool(net.conv(net.picture, 8, 3, 2))))
    backbone, frame = opened(path, runtime), picture((256, 256))
    backbone.embed(frame)
    tracemalloc.start()  # NumPy reports its memory to it
    backbone.embed(frame)
    peak = tracemalloc.get_traced_memory()[1]
    tracemalloc.stop()
    assert peak < frame.pixels.nbytes / 2


def test_a_network_with_nothing_to_say_is_similar_to_nothing(tmp_path: Path, runtime: str) -> None:
    net = graphs.Net("float32")
    path = saved(tmp_path, net.file(net.times(net.average_pool(net.conv(net.picture, 8)), net.number(0.0))))
    embedding = opened(path, runtime).embed(picture((32, 32)))
    assert embedding.norm == 0
    assert not embedding.vector.any()


def test_numbers_that_are_not_finite_are_refused(tmp_path: Path, runtime: str) -> None:
    net = graphs.Net("float32")
    path = saved(tmp_path, net.file(net.times(net.average_pool(net.conv(net.picture, 8)), net.number(np.inf))))
    with pytest.raises(HardwareError, match="not finite"):
        opened(path, runtime).embed(picture((32, 32)))


def test_a_picture_of_another_size_is_refused_not_stretched(tmp_path: Path, runtime: str) -> None:
    backbone = opened(saved(tmp_path, graphs.handsign("uint8")[0]), runtime)
    for size in ((31, 32), (1, 1), (64, 64)):
        with pytest.raises(HardwareError, match=r"the model takes \(32, 32, 3\)"):
            backbone.embed(picture(size))


def grey() -> bytes:
    net = graphs.Net("float32")
    net.picture = net.tensor((1, 32, 32, 1), 1 / 128, True, "grey")
    return net.file(net.average_pool(net.conv(net.picture, 8)))


def words() -> bytes:
    net = graphs.Net("float32")
    net.picture = net.tensor((1, 12), 1 / 128, True, "tokens")
    return net.file(net.dense(net.picture, 8))


def lone_number() -> bytes:
    net = graphs.Net("float32")
    return net.file(net.average_pool(net.conv(net.picture, 1)))


def two_vectors() -> bytes:
    net = graphs.Net("float32")
    return net.file(*(net.mean(net.conv(net.picture, 8)) for _ in range(2)))


def two_maps() -> bytes:
    net = graphs.Net("float32")
    return net.file(*(net.conv(net.picture, 2) for _ in range(2)))


@pytest.mark.parametrize(
    ("content", "sentence"),
    {
        "grey": (grey, r"takes float32 \[1, 32, 32, 1\], not one picture"),
        "words": (words, r"takes float32 \[1, 12\], not one picture"),
        "one number": (lone_number, r"does not give one vector but float32 \[1, 1, 1, 1\]"),
        "two vectors": (two_vectors, r"does not give one vector but float32 \[1, 8\] and float32 \[1, 8\]"),
        "two maps": (two_maps, r"does not give one vector but float32 \[1, 32, 32, 2\] and float32 \[1, 32"),
        "not a model": (lambda: b"GIF89a" * 100, "cannot be run"),
        "empty": (lambda: b"", "cannot be run"),
    }.values(),
    ids=["grey", "words", "one number", "two vectors", "two maps", "not a model", "empty"],
)
def test_what_is_no_backbone_is_refused_with_a_sentence(
    tmp_path: Path, content: Callable[[], bytes], sentence: str, runtime: str
) -> None:
    with pytest.raises(ModelError, match=sentence):
        opened(saved(tmp_path, content()), runtime)


def scene(*hands: tuple[int, int, int, int], green: int = 0) -> Frame:
    """A frame of 64 x 64 in which each hand, (left, top, width, height), is red; everything is as green as `green`."""
    pixels = np.random.default_rng(7).integers(0, 256, (64, 64, 3), dtype=np.uint8)
    pixels[:, :, 0], pixels[:, :, 1] = 0, green
    for left, top, width, height in hands:
        pixels[top : top + height, left : left + width, 0] = 255
    return Frame(pixels, 0.0)


def halved(frame: Frame) -> Frame:
    blocks = frame.pixels.reshape(32, 2, 32, 2, 3).astype(int)
    return Frame((blocks.sum(axis=(1, 3)) // 4).astype(np.uint8), 0.0)


def closer(frame: Frame, part: Part) -> Frame:
    """What a look of 32 x 32 at that part shows, in a mirror."""
    seen = np.empty((32, 32, 3), np.uint8)
    Closer((64, 64), (32, 32)).write(frame.pixels, part, seen)
    return Frame(seen, 0.0)


@pytest.mark.parametrize("turned", [False, True], ids=["map last", "map first"])
@pytest.mark.parametrize(
    ("frame", "part"),
    {
        "a small hand in the middle": (scene((16, 16, 16, 16)), (0.175, 0.175, 0.575, 0.575)),
        "a small hand in a corner": (scene((48, 48, 16, 16)), (0.6, 0.6, 1.0, 1.0)),
        "a small hand at the edge": (scene((0, 32, 16, 16)), (0.0, 0.425, 0.4, 0.825)),
        "squeezed": (replace(scene((16, 16, 16, 16)), proportion=1.25), (0.215, 0.175, 0.535, 0.575)),
        "of half the frame": (scene((16, 16, 32, 32), green=112), (0.13, 0.13, 0.87, 0.87)),
    }.values(),
    ids=["middle", "corner", "edge", "squeezed", "half"],
)
def test_the_second_look_goes_to_the_hand_and_shows_it_in_a_mirror(
    tmp_path: Path, frame: Frame, part: Part, turned: bool, runtime: str
) -> None:
    path = saved(tmp_path, graphs.red_hands(turned))
    twice, once = opened(path, runtime), opened(path, runtime, second_look=False)
    assert (twice.input_size, once.input_size) == ((64, 64), (32, 32))
    said, first = twice.embed(frame), once.embed(halved(frame))
    assert said.part == pytest.approx(part, abs=0.01)
    second = once.embed(closer(frame, said.part))
    both = first.vector + second.vector
    np.testing.assert_allclose(said.vector, both / np.linalg.norm(both), rtol=0, atol=1e-6)
    assert (said.norm, said.presence) == ((first.norm + second.norm) / 2, min(first.presence, second.presence))


@pytest.mark.parametrize(
    "frame",
    [scene((16, 16, 32, 32), green=255), scene((0, 0, 16, 16), (48, 48, 16, 16))],
    ids=["large", "two, held apart"],
)
def test_of_a_large_hand_and_of_two_all_is_seen_again(tmp_path: Path, frame: Frame, runtime: str) -> None:
    path = saved(tmp_path, graphs.red_hands())
    said, once = opened(path, runtime).embed(frame), opened(path, runtime, second_look=False)
    looks = once.embed(halved(frame)).vector + once.embed(Frame(halved(frame).pixels[:, ::-1], 0.0)).vector
    np.testing.assert_allclose(said.vector, looks / np.linalg.norm(looks), rtol=0, atol=1e-6)
    assert said.part == WHOLE


def test_where_there_is_no_hand_one_look_is_enough(tmp_path: Path, runtime: str) -> None:
    path = saved(tmp_path, graphs.red_hands())
    said = opened(path, runtime).embed(scene())
    first = opened(path, runtime, second_look=False).embed(halved(scene()))
    np.testing.assert_array_equal(said.vector, first.vector)
    assert (said.norm, said.presence) == (first.norm, first.presence)


def test_what_is_seen_in_a_mirror_says_the_same(tmp_path: Path, runtime: str) -> None:
    backbone, frame = opened(saved(tmp_path, graphs.red_hands()), runtime), scene((8, 16, 32, 32), green=255)
    said = backbone.embed(frame)
    mirrored = backbone.embed(Frame(np.ascontiguousarray(frame.pixels[:, ::-1]), 0.0))
    np.testing.assert_allclose(said.vector, mirrored.vector, rtol=0, atol=1e-6)


def test_a_second_look_that_finds_no_hand_says_only_that_there_may_be_none(tmp_path: Path, runtime: str) -> None:
    """Stripes of a pixel are half red in the small, and not all red in the large."""
    path, frame = saved(tmp_path, graphs.red_hands()), scene((16, 16, 16, 16))
    frame.pixels[:, ::2, 0] = 0
    twice, once = opened(path, runtime), opened(path, runtime, second_look=False)
    said, first = twice.embed(frame), once.embed(halved(frame))
    np.testing.assert_array_equal(said.vector, first.vector)
    assert first.presence == pytest.approx(0.88, abs=0.01)
    assert said.presence == pytest.approx(1 / (1 + np.exp(8)), abs=1e-6)
    assert said.part == (0.0, 0.0, 1.0, 1.0)


def test_a_map_says_how_surely_there_is_a_hand(tmp_path: Path, runtime: str) -> None:
    backbone = opened(saved(tmp_path, graphs.red_hands()), runtime)
    assert backbone.embed(scene((16, 16, 16, 16))).presence == pytest.approx(1 / (1 + np.exp(-12)), abs=1e-6)
    assert backbone.embed(scene()).presence == pytest.approx(1 / (1 + np.exp(8)), abs=1e-6)
    without = opened(saved(tmp_path, graphs.handsign("float32")[0]), runtime)
    assert without.embed(picture((32, 32))).presence == 1.0


@pytest.mark.parametrize("dtype", ["uint8", "int8", "float32"])
def test_a_map_of_every_kind_is_understood(tmp_path: Path, dtype: str, runtime: str) -> None:
    path = saved(tmp_path, graphs.attentive(dtype)[0])
    interpreter = import_module(f"{PACKAGES[runtime]}.interpreter").Interpreter(model_path=str(path))
    interpreter.allocate_tensors()
    (given,), (cells, _) = interpreter.get_input_details(), interpreter.get_output_details()
    interpreter.set_tensor(given["index"], PREPARED[dtype](picture((32, 32)).pixels)[np.newaxis])
    interpreter.invoke()
    scale, zero = cells["quantization"]
    logits = (interpreter.get_tensor(cells["index"]).astype(np.float64)[..., 0] - zero) * (scale or 1.0)
    embedding = opened(path, runtime, second_look=False).embed(picture((32, 32)))
    assert embedding.presence == pytest.approx(1 / (1 + np.exp(-logits.max())), rel=1e-5)
    vector, _ = by_hand(path, runtime, picture((32, 32)))
    np.testing.assert_allclose(embedding.vector, vector, rtol=0, atol=1e-5)


def test_what_two_looks_say_is_kept_apart_from_what_one_says(tmp_path: Path, runtime: str) -> None:
    path = saved(tmp_path, graphs.attentive("int8")[0])
    twice, once = opened(path, runtime), opened(path, runtime, second_look=False)
    assert (len(twice.fingerprint), once.fingerprint) == (32, b"f" * 32)
    assert twice.fingerprint != once.fingerprint
    assert "(int8, 32x32 of 64x64 -> 32) on" in twice.name
    without = saved(tmp_path, graphs.handsign("int8")[0])
    assert opened(without, runtime).fingerprint == b"f" * 32, "it cannot look twice"
    assert opened(without, runtime).input_size == (32, 32)


def test_a_second_look_does_not_copy_the_frame(tmp_path: Path, runtime: str) -> None:
    backbone = opened(saved(tmp_path, graphs.red_hands(size=256)), runtime)
    frame = Frame(scene((16, 16, 16, 16)).pixels.repeat(8, axis=0).repeat(8, axis=1), 0.0)
    backbone.embed(frame)
    tracemalloc.start()
    backbone.embed(frame)
    peak = tracemalloc.get_traced_memory()[1]
    tracemalloc.stop()
    assert peak < frame.pixels.nbytes / 2


def test_a_map_of_no_numbers_is_refused(tmp_path: Path, runtime: str) -> None:
    with pytest.raises(HardwareError, match="not finite"):
        opened(saved(tmp_path, graphs.red_hands(wrong=np.nan)), runtime).embed(scene())


def test_without_any_interpreter_the_command_to_install_one_is_named(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    for package in PACKAGES.values():
        monkeypatch.setitem(sys.modules, package, None)
    with pytest.raises(HardwareError, match=r"an interpreter for TFLite models is missing: .*(pip install|64-bit)"):
        opened(saved(tmp_path, b"any"), "auto")


def test_a_runtime_asked_for_by_name_is_not_replaced_by_the_other(
    tmp_path: Path, runtime: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setitem(sys.modules, PACKAGES[runtime], None)
    with pytest.raises(HardwareError, match=r"for TFLite models is missing"):
        opened(saved(tmp_path, b"any"), runtime)


def test_auto_takes_what_is_there(tmp_path: Path, runtime: str, monkeypatch: pytest.MonkeyPatch) -> None:
    for name in PACKAGES.keys() - {runtime}:
        monkeypatch.setitem(sys.modules, PACKAGES[name], None)
    path = saved(tmp_path, graphs.handsign("uint8")[0])
    assert opened(path, "auto").name == opened(path, runtime).name


def test_tflite_runtime_beside_numpy_2_is_a_sentence_instead_of_a_crash(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    if int(np.__version__.split(".")[0]) < 2:
        pytest.skip("NumPy 1 is installed, with which tflite-runtime works")
    package = tmp_path / "tflite_runtime"  # the wheel itself imports without complaint and fails at the first model
    package.mkdir()
    (package / "__init__.py").write_text("__version__ = '2.14.0'\n")
    (package / "interpreter.py").write_text("")
    monkeypatch.syspath_prepend(tmp_path)
    for name in ("tflite_runtime", "tflite_runtime.interpreter"):
        monkeypatch.delitem(sys.modules, name, raising=False)
    with pytest.raises(HardwareError, match=r"tflite-runtime cannot work with NumPy .*pip install 'numpy<2'"):
        opened(saved(tmp_path, b"any"), "tflite-runtime")
    for name in ("tflite_runtime", "tflite_runtime.interpreter"):
        sys.modules.pop(name, None)
