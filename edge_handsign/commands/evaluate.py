"""`evaluate`: how good would it be on these photographs?"""

import argparse
import json
import random
import sys
from collections.abc import Iterator
from dataclasses import asdict
from pathlib import Path

from edge_handsign import evaluation
from edge_handsign.commands import choice
from edge_handsign.commands.reading import Picture
from edge_handsign.devices.album import Album
from edge_handsign.errors import PictureError
from edge_handsign.evaluation import NONE, Result

TEXT = """\
How good would it be on these photographs? Both folders hold one sub-folder for each sign:

  edge-handsign evaluate photos/monday photos/tuesday
  edge-handsign evaluate photos/anna photos/ben --shots 5 --seed 3 --json

A folder named `none` in TEST_DIR, or of a sign that is not taught, holds what should be answered unknown.
Pictures are seen as the box would: whole, or what lies in `camera.region` of the settings.
Photographs of one recording resemble each other: teach and test with different days, rooms or people, or the figure
says nothing about tomorrow.

--json prints one object: accuracy (unknown counts as wrong unless it is right), accuracy_closed (nearest sign, no
unknown), auroc_none (signs told from none), unknown (share answered so), n_teach, n_test, per_sign (recall),
confusion (truth -> said -> pictures), ms_per_picture (picture in RAM to match, median), backbone.
"""


def add_to(verbs: "argparse._SubParsersAction[argparse.ArgumentParser]") -> None:
    """Register the verb."""
    parser = verbs.add_parser(
        "evaluate",
        help="measure how good it would be on photographs",
        description=TEXT,
        formatter_class=argparse.RawDescriptionHelpFormatter,
    )
    parser.add_argument("teach", type=Path, metavar="TEACH_DIR", help="a sub-folder of pictures for each sign")
    parser.add_argument("test", type=Path, metavar="TEST_DIR", help="the same signs, other pictures")
    parser.add_argument("--shots", type=_positive, metavar="K", help="teach only K pictures a sign, drawn by chance")
    parser.add_argument("--seed", type=int, default=0, metavar="S", help="seed of that chance (default: 0)")
    parser.add_argument("--json", action="store_true", help="print one JSON object")
    choice.add_backbone_arguments(parser)
    parser.set_defaults(run=run)


def run(args: argparse.Namespace) -> int:
    """Print the result as a table, or as JSON."""
    reader = choice.reader(args)
    teach, test = Album(args.teach), Album(args.test)
    _warn_of_untaught(teach, test)
    lessons = list(_drawn(teach, args.shots, args.seed))
    memory = reader.memory(len(lessons))
    evaluation.teach(memory, reader.examples(lessons, "teaching"))
    questions = [(sign, path) for sign, paths in test.signs.items() for path in paths]
    result = evaluation.judge(evaluation.ask(memory, reader.examples(questions, "asking")), len(lessons))
    ms = reader.milliseconds(questions[0][1], memory)
    if args.json:
        print(json.dumps({**asdict(result), "ms_per_picture": ms, "backbone": reader.backbone.name}))
    else:
        print(reader.backbone.name)
        _print(result, ms)
    return 0


def _positive(text: str) -> int:
    number = int(text)
    if number < 1:
        raise argparse.ArgumentTypeError("must be at least 1")
    return number


def _drawn(album: Album, shots: int | None, seed: int) -> Iterator[Picture]:
    chance = random.Random(seed)  # noqa: S311 - a draw that anyone can repeat, not a secret
    for sign, paths in album.signs.items():
        chosen = paths if shots is None or shots >= len(paths) else sorted(chance.sample(paths, shots))
        yield from ((sign, path) for path in chosen)


def _warn_of_untaught(teach: Album, test: Album) -> None:
    untaught = [sign for sign in test.signs if sign not in teach.signs and sign != NONE]
    if len(untaught) == len(test.signs):
        raise PictureError(f"{test.folder} shows none of the signs of {teach.folder}: {', '.join(teach.signs)}")
    if untaught:
        print(f"not taught, so unknown is the right answer: {', '.join(untaught)}", file=sys.stderr)


def _print(result: Result, ms: float) -> None:
    print(f"taught {result.n_teach} pictures, asked {result.n_test}, {ms:.2f} ms a picture")
    print(f"right {result.accuracy:.1%}, unknown {result.unknown:.1%}")
    print(f"nearest sign right {_share(result.accuracy_closed)}, AUROC of none {_share(result.auroc_none)}\n")
    said = sorted({name for row in result.confusion.values() for name in row})
    wide = max(len(name) for name in [*result.confusion, "truth"])
    print(f"{'truth':{wide}}  recall  " + "  ".join(said))
    for truth, row in result.confusion.items():
        cells = [f"{row.get(name) or '.':>{len(name)}}" for name in said]
        print(f"{truth:{wide}}  {result.per_sign[truth]:6.1%}  " + "  ".join(cells))


def _share(share: float | None) -> str:
    return "-" if share is None else f"{share:.1%}"
