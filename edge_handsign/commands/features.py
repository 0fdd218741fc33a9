"""`explain --features`: for each unit the pictures that excite it most, and what of them it answers to."""

import argparse
from collections.abc import Sequence

from edge_handsign.commands import covering
from edge_handsign.commands.reading import Picture, Reader
from edge_handsign.core.messages import Embedding
from edge_handsign.devices.album import Album
from edge_handsign.errors import PlainError
from edge_handsign.explanation import units
from edge_handsign.explanation.gallery import Exciting, Gallery, Unit
from edge_handsign.explanation.occlusion import Patch
from edge_handsign.explanation.units import Activations

TOP = 4  # units
PICTURES = 6  # of each


def gallery(args: argparse.Namespace, reader: Reader) -> Gallery:
    """The units that were asked for; PlainError for one that the backbone does not have."""
    chosen, slid = _asked(args, reader.backbone.dimension), covering.patch(args, reader.backbone.input_size)
    album = Album(args.features)
    pictures = [(sign, path) for sign, paths in album.signs.items() for path in paths]
    said = units.activations(reader.embeddings(pictures, "looking"))
    chosen = chosen or units.liveliest(said, args.top or TOP)
    return Gallery(
        f"What excites unit {args.unit}" if args.unit is not None else "What excites the units that vary most",
        f"{len(pictures)} pictures of {args.features}; {reader.backbone.name}",
        tuple(_unit(reader, slid, said, unit, pictures) for unit in chosen),
    )


def _asked(args: argparse.Namespace, dimension: int) -> list[int]:
    """The unit that was named, or none."""
    if args.unit is not None and not 0 <= args.unit < dimension:
        raise PlainError(f"--unit {args.unit} is not in this backbone: its units are 0 to {dimension - 1}")
    if args.top is not None and not 1 <= args.top <= dimension:
        raise PlainError(f"--top {args.top} is not possible: this backbone has {dimension} units")
    return [] if args.unit is None else [args.unit]


def _unit(reader: Reader, slid: Patch, said: Activations, unit: int, pictures: Sequence[Picture]) -> Unit:
    def activation(seen: Embedding) -> float:
        return float(seen.vector[unit]) * seen.norm

    best = units.most_exciting(said, unit, PICTURES)
    frames = [reader.frame(pictures[number][1]) for number in best]
    maps = covering.occluded(reader, slid, activation, frames, f"unit {unit}")
    shown = [
        Exciting(str(pictures[number][1]), pictures[number][0], float(said[number, unit]), frame.pixels, found.map())
        for number, frame, found in zip(best, frames, maps, strict=True)
    ]
    return Unit(unit, float(said[:, unit].std()), tuple(shown))
