"""`classify`: learn from folders named by sign and say what other pictures show, and why."""

import argparse
from pathlib import Path

from edge_handsign import evaluation
from edge_handsign.commands import choice
from edge_handsign.core.messages import Match
from edge_handsign.devices.album import Album

TEXT = """\
Teach from a folder with one sub-folder for each sign, then ask:

  edge-handsign classify photos/ somebody.jpg another.png

photos/fist/1.jpg teaches `fist`. Below each answer stand the taught pictures that are nearest, with their cosine
similarity: they are the reason for it. Pictures are cropped as the box would, see `camera.region` in the settings.
"""


def add_to(verbs: "argparse._SubParsersAction[argparse.ArgumentParser]") -> None:
    """Register the verb."""
    parser = verbs.add_parser(
        "classify",
        help="say what photographs show",
        description=TEXT,
        formatter_class=argparse.RawDescriptionHelpFormatter,
    )
    parser.add_argument("teach", type=Path, metavar="TEACH_DIR", help="a sub-folder of pictures for each sign")
    parser.add_argument("images", type=Path, metavar="IMAGE", nargs="+", help="pictures to name")
    choice.add_backbone_arguments(parser)
    parser.set_defaults(run=run)


def run(args: argparse.Namespace) -> int:
    """Print a line for each image, and the samples that spoke for it."""
    reader = choice.reader(args)
    pictures = [(sign, path) for sign, paths in Album(args.teach).signs.items() for path in paths]
    memory = reader.memory(len(pictures))
    evaluation.teach(memory, reader.examples(pictures, "teaching"))
    for image in args.images:
        seen = reader.backbone.embed(reader.frame(image))
        match = memory.match(seen.vector, seen.presence)
        print(f"{image}: {_words(match)}")
        for neighbour in match.nearest:
            print(f"    {neighbour.similarity:.3f}  {pictures[neighbour.id][1]}")
    return 0


def _words(match: Match) -> str:
    if match.sign:
        return f"{match.sign} (similarity {match.similarity:.3f}, {match.margin:.3f} before the next sign)"
    return f"unknown (nearest is {match.closed}, similarity {match.similarity:.3f})"
