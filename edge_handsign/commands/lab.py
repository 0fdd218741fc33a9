"""`lab`: how many pictures does it take, and what does learning them cost, for a cut network and for its rivals?"""

import argparse
from importlib.util import find_spec
from pathlib import Path

from edge_handsign.commands import choice
from edge_handsign.errors import PlainError
from edge_handsign.lab.kinds import KINDS
from edge_handsign.lab.plot import SUFFIXES

TEXT = """\
Accuracy against the number of taught pictures, for four ways of learning signs from them:

  a  what the box does: a KNN on the embedding of a network without its classifier
  b  a fresh two-layer head on the same embedding
  c  the network with its last layers trained on
  d  a small convolutional network from scratch

with seconds, memory and numbers trained of each, and an answer in numbers to two claims: that a fresh model on a cut
network needs only 50 to a few hundred pictures where a network from scratch fails, and that a KNN is taught at once.

  edge-handsign lab photos/monday photos/tuesday --plot curve.png
  edge-handsign lab photos                             asks recordings, photos/fist/attic/1.jpg, that are not taught
  edge-handsign lab --taught                           what the box was taught, lesson by lesson: a and b

Each learner learns in a process of its own, c and d with Keras on the processor, from slightly varied views, until a
fifth of the taught pictures, held back for this, is not understood better any more. The asked pictures decide nothing.
c and d need TensorFlow: pip install 'edge-handsign[lab]'. All four answer with a sign, never with "unknown". The same
seed draws the same pictures; what Keras makes of them still differs a little from run to run.
"""
SHOTS = (1, 2, 5, 10, 20, 50, 100)


def add_to(verbs: "argparse._SubParsersAction[argparse.ArgumentParser]") -> None:
    """Register the verb."""
    form = argparse.RawDescriptionHelpFormatter
    summary = "compare ways of learning by the pictures they need"
    parser = verbs.add_parser("lab", help=summary, description=TEXT, formatter_class=form)
    parser.add_argument("teach", type=Path, nargs="?", metavar="TEACH_DIR", help="a sub-folder of pictures a sign")
    parser.add_argument("test", type=Path, nargs="?", metavar="TEST_DIR", help="the same signs, another day or person")
    taught = "use what the box was taught instead (DIR: where the samples are, if not where the settings say)"
    parser.add_argument("--taught", nargs="?", const=True, metavar="DIR", help=taught)
    listed = ",".join(map(str, SHOTS))
    parser.add_argument("--shots", type=_counts, default=SHOTS, metavar="LIST", help=f"pictures a sign ({listed})")
    parser.add_argument("--draws", type=_positive, default=5, metavar="N", help="times it is all drawn anew (5)")
    parser.add_argument("--seed", type=_seed, default=0, metavar="S", help="of what is drawn (0)")
    parser.add_argument("--minutes", type=float, default=30.0, metavar="M", help="then it ends with what it has (30)")
    letters = "".join(kind.letter for kind in KINDS.values())
    parser.add_argument(
        "--learners", type=_learners, default=letters, metavar="LETTERS", help=f"which of them ({letters})"
    )
    parser.add_argument("--source", metavar="NAME|FILE", help="the network that c trains on (the backbone)")
    parser.add_argument("--plot", type=_drawable, metavar="FILE", help=f"draw the curves ({', '.join(SUFFIXES)})")
    parser.add_argument("--json", action="store_true", help="print one JSON object")
    choice.add_backbone_arguments(parser)
    parser.set_defaults(run=run, refuse=parser.error)


def run(args: argparse.Namespace) -> int:
    """Print the table and the claims, or what is known of them when it is interrupted."""
    _check(args)
    from edge_handsign.commands.experiment import carry_out  # other verbs need not wait until all this is imported

    return carry_out(args)


def _check(args: argparse.Namespace) -> None:
    if (args.teach is None) == (args.taught is None):
        args.refuse("give TEACH_DIR, or --taught")
    if args.taught is not None and (args.source or args.backbone):
        args.refuse("--taught has embeddings without pictures: --source and --backbone have nothing to look at")
    if args.plot and find_spec("matplotlib") is None:
        raise PlainError("--plot needs matplotlib: pip install 'edge-handsign[plot]'")


def _positive(text: str) -> int:
    return _at_least(1, text)


def _seed(text: str) -> int:
    return _at_least(0, text)


def _at_least(lowest: int, text: str) -> int:
    number = int(text)
    if number < lowest:
        raise argparse.ArgumentTypeError(f"must be at least {lowest}")
    return number


def _counts(text: str) -> tuple[int, ...]:
    return tuple(sorted({_positive(part) for part in text.split(",")}))


def _learners(text: str) -> str:
    letters = {kind.letter for kind in KINDS.values()}
    if not text or not set(text) <= letters:
        raise argparse.ArgumentTypeError(f"must be some of {''.join(sorted(letters))}")
    return text


def _drawable(text: str) -> Path:
    path = Path(text)
    if path.suffix.lower() not in SUFFIXES:
        raise argparse.ArgumentTypeError(f"must end in {', '.join(SUFFIXES)}")
    if not path.absolute().parent.is_dir():
        raise argparse.ArgumentTypeError(f"there is no folder {path.parent}")
    return path
