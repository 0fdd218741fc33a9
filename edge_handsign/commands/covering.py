"""A picture covered piece by piece before the real backbone, and what both kinds of explanation are asked for."""

import argparse
import json
from collections.abc import Callable, Iterable, Sequence
from dataclasses import replace
from pathlib import Path

from edge_handsign.commands.reading import Reader
from edge_handsign.core.messages import Embedding, Frame
from edge_handsign.errors import PlainError
from edge_handsign.explanation.occlusion import Occlusion, Patch, Pixels, occlude
from edge_handsign.explanation.paper import Paper

SOON_S = 1.0  # s, and no progress bar


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """How to cover, and where the explanation goes."""
    parser.add_argument("--patch", type=int, metavar="PX", help="side of what covers (default: a sixth of the picture)")
    parser.add_argument(
        "--stride", type=int, metavar="PX", help="how far it moves at a time (default: a quarter of it)"
    )
    parser.add_argument("--png", type=Path, metavar="OUT", help="paint it into this file too")
    parser.add_argument("--json", action="store_true", help="print one JSON object")


def patch(args: argparse.Namespace, size: tuple[int, int]) -> Patch:
    """As asked for, else what suits a picture of that size, (width, height); PlainError when it does not fit."""
    chosen, usual = Patch.of(size, args.patch, args.stride), Patch.of(size)
    if not 1 <= chosen.side < min(size):
        raise PlainError(f"--patch {chosen.side} does not fit into {size[0]} x {size[1]} px: {usual.side} is usual")
    if not 1 <= chosen.stride <= chosen.side:
        raise PlainError(f"--stride {chosen.stride} leaves gaps between patches: use 1 to {chosen.side}, their side")
    return chosen


def occluded(
    reader: Reader, slid: Patch, score: Callable[[Embedding], float], pictures: Sequence[Frame], doing: str
) -> list[Occlusion]:
    """Of each picture, with progress where it takes long and somebody looks."""
    from tqdm import tqdm

    width, height = reader.backbone.input_size
    looks = len(pictures) * (1 + len(slid.places(width)) * len(slid.places(height)))
    with tqdm(total=looks, desc=doing, unit="look", disable=None, delay=SOON_S, leave=False) as bar:

        def covered(frame: Frame) -> Occlusion:
            def look(seen: Pixels) -> float:
                bar.update()
                return score(reader.backbone.embed(replace(frame, pixels=seen)))

            return occlude(frame.pixels, slid, look)

        return [covered(frame) for frame in pictures]


def deliver(args: argparse.Namespace, lines: Iterable[str], figures: object, paint: Callable[[], Paper]) -> None:
    """As a picture if asked for, and as JSON or as lines."""
    if args.png:
        paint().save(args.png)
    if args.json:
        print(json.dumps(figures))
        return
    print("\n".join(lines))
    if args.png:
        print(f"\npainted: {args.png}")
