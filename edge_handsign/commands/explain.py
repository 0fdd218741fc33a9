"""`explain`: what of a picture its answer rests on, or (features) what the units of a backbone look for."""

import argparse
import sys
from collections.abc import Sequence
from pathlib import Path

from edge_handsign.commands import choice, covering, features, taught
from edge_handsign.commands.reading import Reader
from edge_handsign.commands.taught import Taught
from edge_handsign.core.messages import Neighbour
from edge_handsign.errors import PlainError
from edge_handsign.explanation import telling
from edge_handsign.explanation.answer import Explained, Reason
from edge_handsign.explanation.margin import Margin
from edge_handsign.explanation.page import page
from edge_handsign.explanation.shades import BLOCKS, PLAIN

TEXT = """\
Why does the box answer so? Covers one part of the picture after another and paints how much nearer to the answered sign
than to any other (the margin) the picture was before, with the nearest samples beside it:

  edge-handsign explain somebody.jpg --from photos/ --png why.png     taught from photos/SIGN/*.jpg
  sudo edge-handsign explain somebody.jpg                             what this box was taught, its service stopped
  edge-handsign explain --features photos/ --png units.png            which pictures excite the backbone's units most

After Zeiler and Fergus, Visualizing and Understanding Convolutional Networks (2014).

--json prints one object: image, backbone, sign (null: unknown), nearest_sign, similarity, margin, nearest (id, sign,
similarity, lesson, taught, picture), evidence (where, most and against in units of margin, half_on: share of the
picture that holds half of it, at_rim: its share at the rim, doubt), occlusion (size, patch, tops, lefts, score,
drops[top][left]). With --features: title, units (unit, spread, pictures: picture, sign, activation).
"""


def add_to(verbs: "argparse._SubParsersAction[argparse.ArgumentParser]") -> None:
    """Register the verb."""
    parser = verbs.add_parser(
        "explain",
        help="show what in a picture an answer rests on",
        description=TEXT,
        formatter_class=argparse.RawDescriptionHelpFormatter,
    )
    what = parser.add_mutually_exclusive_group(required=True)
    what.add_argument("image", type=Path, metavar="IMAGE", nargs="?", help="the picture to explain")
    what.add_argument("--features", type=Path, metavar="DIR", help="explain units instead, by folders of pictures")
    origin = parser.add_mutually_exclusive_group()
    origin.add_argument("--from", dest="teach", type=Path, metavar="TEACH_DIR", help="a sub-folder of pictures a sign")
    origin.add_argument("--folder", type=Path, metavar="DIR", help="where a box's samples are (default: the settings')")
    units = parser.add_mutually_exclusive_group()
    units.add_argument("--unit", type=int, metavar="N", help="with --features: that unit, from 0")
    units.add_argument(
        "--top", type=int, metavar="N", help=f"with --features: the N that vary most (default: {features.TOP})"
    )
    covering.add_arguments(parser)
    choice.add_backbone_arguments(parser)
    parser.set_defaults(run=run)


def run(args: argparse.Namespace) -> int:
    """Explain a picture or units; PlainError when what was asked for does not belong together."""
    strangers = {"unit": args.unit, "top": args.top} if args.image else {"from": args.teach, "folder": args.folder}
    for name, value in strangers.items():
        if value is not None:
            raise PlainError(f"--{name} belongs to {'--features' if args.image else 'a picture to explain'}")
    reader = choice.reader(args)
    if args.image:
        answer = _explained(args, reader)
        covering.deliver(args, telling.lines(answer, _shades()), telling.as_json(answer), lambda: page(answer))
    else:
        shown = features.gallery(args, reader)
        covering.deliver(args, shown.lines(), shown.as_json(), shown.page)
    return 0


def _explained(args: argparse.Namespace, reader: Reader) -> Explained:
    frame = reader.frame(args.image)
    slid = covering.patch(args, reader.backbone.input_size)
    known = _known(args, reader)
    memory = taught.remembered(reader, known)
    seen = reader.backbone.embed(frame)
    match = memory.match(seen.vector, seen.presence)
    assert match.closed is not None, "something is taught"
    margin = Margin(memory, [one.sample.sign for one in known], match.closed)
    (found,) = covering.occluded(reader, slid, lambda seen: margin(seen.vector), [frame], "covering")
    reasons = tuple(_reason(reader, neighbour, known) for neighbour in match.nearest)
    return Explained(str(args.image), frame.pixels, match, len(memory.counts()), reasons, found, reader.backbone.name)


def _known(args: argparse.Namespace, reader: Reader) -> Sequence[Taught]:
    if args.teach:
        return taught.from_folder(reader, args.teach)
    return taught.from_store(reader, args.folder or choice.configured(args).store.folder)


def _reason(reader: Reader, neighbour: Neighbour, known: Sequence[Taught]) -> Reason:
    one = next(one for one in known if one.sample.id == neighbour.id)
    if one.picture is None:
        return Reason(neighbour, one.sample.lesson, one.moment)
    return Reason(neighbour, picture=str(one.picture), pixels=reader.frame(one.picture).pixels)


def _shades() -> str:
    return BLOCKS if "utf" in (sys.stdout.encoding or "").lower() else PLAIN
