"""The whole way, in order: photographs, teacher, patches, training, export, cut. Each stage keeps its result."""

# mypy: disable-error-code="no-any-return, import-not-found, misc, untyped-decorator, unused-ignore"
import json
from dataclasses import replace
from pathlib import Path

import keras
import numpy as np

from . import (
    arms,
    backgrounds,
    base,
    batches,
    drawn,
    export,
    landmarks,
    losses,
    network,
    patches,
    photographs,
    signs,
    things,
)
from .augmentation import Studio
from .fit import Run
from .ticket import Ticket

TEACHER = "hand_landmark_lite.tflite"  # lies in MediaPipe's own package


def prepare(folder: Path, work: Path, ticket: Ticket) -> tuple[batches.Course, list[photographs.Photograph]]:
    """The course to train on and every photograph that has a part in it."""
    index = photographs.read_index(folder)
    hands, rooms = photographs.hands_to_train(index), photographs.rooms_to_train(index)
    joints = landmarks.find_all(folder, hands, work)
    squares = patches.load(folder, hands, joints, work)
    empty = backgrounds.load(folder, hands, joints, rooms, work, ticket.left_out)
    drawings = drawn.load(joints, work)
    limbs = arms.towards_elbow(joints.and_drawn(drawings.world))
    studio = Studio(squares, drawings.patches, joints.left, empty, things.load(work), limbs, ticket.pixels)
    course = batches.plan(hands, studio, signs.read_signs(hands), joints, drawings, ticket.left_out)
    course = replace(course, coarse_until=round(ticket.recipe.coarse * ticket.recipe.steps))
    return course, [p for p in [*hands, *rooms] if p.set not in ticket.left_out]


def train(folder: Path, work: Path, ticket: Ticket, course: batches.Course) -> Run:
    """Begin, or go on from the checkpoint in `work`; the weights are settled at the end."""
    keras.utils.set_random_seed(ticket.recipe.seed)
    start = base.mean([base.read_base(begun_from(folder, each), ticket.embedding) for each in ticket.base])
    backbone = network.build(start, ticket.embedding, ticket.frozen)
    heads = losses.Heads(ticket.embedding, len(course.signs.names))
    run = Run(backbone, heads, ticket.recipe, ticket.weights, work)
    run.go(course)
    run.settle()
    return run


def begun_from(folder: Path, name: str) -> Path:
    """A file whose weights the network starts from: a path, or the name of a public one."""
    if name == TEACHER:
        import mediapipe

        return Path(mediapipe.__file__).parent / "modules" / "hand_landmark" / TEACHER
    return Path(name) if "/" in name else folder / "models" / name


def write(run: Run, ticket: Ticket, course: batches.Course) -> bytes:
    """The file that ships."""
    model = network.to_export(run.backbone, ticket.pixels)
    return export.export(model, replace(course, coarse_until=0))  # calibrated at the pixels that ship


def draw(run: Run, path: Path) -> None:
    """A plot of every term of the loss over the steps."""
    import matplotlib as mpl

    mpl.use("Agg")
    import matplotlib.pyplot as plt

    heard = np.array(run.history)
    figure, axes = plt.subplots(1, 4, figsize=(14, 3), layout="constrained")
    for axis, name, values in zip(axes, ("pose", "likeness", "label", "presence"), heard.T[1:], strict=True):
        axis.plot(heard[:, 0], values)
        axis.set(title=name, xlabel="step", ylim=(0, None))
    figure.savefig(path)
    plt.close(figure)


def note(folder: Path, used: list[photographs.Photograph], path: Path) -> str:
    """Write the manifest, which pictures by their hashes; its digest."""
    found = photographs.manifest(folder, used)
    path.write_text(json.dumps(found, indent=0, sort_keys=True) + "\n", encoding="utf-8")
    return str(found["digest"])
