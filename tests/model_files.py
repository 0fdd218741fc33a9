"""Public models, and whichever interpreter is installed to run them: what tests of model files share."""

import os
from dataclasses import replace
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from numpy.typing import NDArray

from edge_handsign.models import catalogue
from edge_handsign.models.format.verify import verify
from edge_handsign.models.format.writer import encode

ROOT = Path(__file__).parents[1]
DATA = Path(os.environ.get("EDGE_HANDSIGN_DATA", ROOT.parent / "shared"))
PUBLIC = {entry.name: entry for entry in catalogue.ENTRIES}


def public(name: str) -> bytes:
    path = DATA / "models" / f"{name}.tflite"
    if not path.is_file():
        pytest.skip(f"{path} is not there: set EDGE_HANDSIGN_DATA")
    return path.read_bytes()


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
