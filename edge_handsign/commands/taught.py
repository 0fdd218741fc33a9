"""What answers rest on: photographs in folders named by sign, or what a box was taught. Nothing is written."""

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

from edge_handsign.commands.reading import Reader
from edge_handsign.commands.samples import when
from edge_handsign.core.memory import Memory
from edge_handsign.core.messages import Sample
from edge_handsign.devices.album import Album
from edge_handsign.errors import StoreError
from edge_handsign.store import Store


@dataclass(frozen=True, slots=True, eq=False)
class Taught:
    """A sample, and what is known of its origin."""

    sample: Sample
    picture: Path | None = None
    moment: str | None = None  # when a box was taught it


def from_folder(reader: Reader, folder: Path) -> list[Taught]:
    """Every picture of a folder is a sample, numbered from 0, of a lesson of its own."""
    pictures = [(sign, path) for sign, paths in Album(folder).signs.items() for path in paths]
    examples = reader.examples(pictures, "teaching")
    return [
        Taught(Sample(number, sign, number, example.vector), path)
        for number, ((sign, path), example) in enumerate(zip(pictures, examples, strict=True))
    ]


def from_store(reader: Reader, folder: Path) -> list[Taught]:
    """What a box keeps there for this backbone; StoreError when that is nothing."""
    with Store(folder) as store:
        found = store.dated(reader.backbone.fingerprint)
    if not found:
        raise StoreError(
            f"{folder} holds nothing that was taught with {reader.backbone.name}: name the model it was taught with "
            "(--backbone), or a folder of photographs (--from)"
        )
    return [Taught(dated.sample, moment=when(dated.wall_ns)) for dated in found]


def remembered(reader: Reader, taught: Sequence[Taught]) -> Memory:
    """A memory with the box's settings that was taught these, in this order."""
    memory = reader.memory(len(taught))
    for one in taught:
        memory.teach(one.sample)
    return memory
