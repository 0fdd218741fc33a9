"""`model`: the network that makes pictures comparable. What is there, what a file is, fetch one, cut one."""

import argparse
import json
import os
import sys
from dataclasses import asdict
from pathlib import Path
from typing import TYPE_CHECKING

from edge_handsign.errors import ModelError
from edge_handsign.models import shelf
from edge_handsign.models.catalogue import ENTRIES, MIRROR

if TYPE_CHECKING:
    from edge_handsign.models.decapitate import Cut

ENDINGS = ("guess", "classifier", "embedding")  # decapitate.Ending, without importing it
TEXT = """\
The box compares pictures by what a MobileNet without its classifier says of them. One comes with it, `handsign`;
another can be installed by name, or cut from nearly any image classifier in .tflite form:

  edge-handsign model list
  sudo edge-handsign model install mobilenet_v2_1.0_224_quant
  edge-handsign model decapitate my_mobilenet.tflite my_features.tflite

What was taught with one model is kept apart from what is taught with another.
"""
LIST = "The installed models, then those that can be installed by name."
INFO = """\
What goes in and out, the quantisation, the size and SHA-256, the operators, the multiply-adds for one picture, and
whether a classifier is on. Give a file, or the name of an installed model:

  edge-handsign model info handsign
  edge-handsign model info downloads/mobilenet_v2.tflite --json
"""
INSTALL = """\
Fetch a model, check it, cut its classifier off, and put it where the daemon finds it. Give a name of `model list`, an
address with its hash, or a file:

  sudo edge-handsign model install mobilenet_v1_0.5_160_quant
  sudo edge-handsign model install my_mobilenet.tflite
  edge-handsign model install https://example.org/net.tflite --sha256 4f1d...

The hash is compared before anything looks into the file; for names it is built in. A download that breaks off goes on
from where it was when the command is given again. As root it installs for the daemon (/var/lib/edge-handsign/models),
otherwise for you (~/.local/share/edge-handsign/models).
"""
DECAPITATE = """\
Cut the classifier off a MobileNet: the last dense layer (or 1x1 convolution) over the pooled features goes, with the
softmax behind it, and what it was fed with becomes the output, bit for bit as it was inside.

  edge-handsign model decapitate mobilenet_v2.tflite features.tflite

A last dense layer without softmax may be a classifier or an embedding; by itself this command goes by its width (a
multiple of 32 is an embedding). If you know better: --last-layer classifier, or --last-layer embedding.
"""


def add_to(verbs: "argparse._SubParsersAction[argparse.ArgumentParser]") -> None:
    """Register the verb and the verbs under it."""
    parser = _parser(verbs, "model", "list, inspect, install and cut models", TEXT)
    under = parser.add_subparsers(metavar="VERB", required=True)
    _add_list(under)
    _add_info(under)
    _add_install(under)
    _add_decapitate(under)


def _parser(
    verbs: "argparse._SubParsersAction[argparse.ArgumentParser]", name: str, summary: str, text: str
) -> argparse.ArgumentParser:
    form = argparse.RawDescriptionHelpFormatter
    return verbs.add_parser(name, help=summary, description=text, formatter_class=form)


def _add_list(verbs: "argparse._SubParsersAction[argparse.ArgumentParser]") -> None:
    parser = _parser(verbs, "list", "what is installed and what is known", LIST)
    parser.add_argument("--json", action="store_true", help="print one JSON object")
    parser.set_defaults(run=list_)


def _add_info(verbs: "argparse._SubParsersAction[argparse.ArgumentParser]") -> None:
    parser = _parser(verbs, "info", "what a model file is", INFO)
    parser.add_argument("model", metavar="FILE|NAME", help="a .tflite file, or an installed model")
    parser.add_argument("--json", action="store_true", help="print one JSON object")
    parser.set_defaults(run=info)


def _add_install(verbs: "argparse._SubParsersAction[argparse.ArgumentParser]") -> None:
    parser = _parser(verbs, "install", "install a model for the daemon", INSTALL)
    parser.add_argument("source", metavar="FILE|URL|NAME", help="where it comes from")
    parser.add_argument("--sha256", metavar="HEX", help="the hash the file must have; needed for an address")
    parser.add_argument("--to", type=Path, metavar="DIR", help="another folder than the usual one")
    mirror = f"where the known models are kept instead (or ${MIRROR})"
    parser.add_argument("--mirror", metavar="URL", default=os.environ.get(MIRROR), help=mirror)
    _add_ending(parser)
    parser.set_defaults(run=install)


def _add_decapitate(verbs: "argparse._SubParsersAction[argparse.ArgumentParser]") -> None:
    parser = _parser(verbs, "decapitate", "cut the classifier off a model", DECAPITATE)
    parser.add_argument("source", type=Path, metavar="IN", help="a .tflite image classifier")
    parser.add_argument("target", type=Path, metavar="OUT", help="where the cut model is written")
    _add_ending(parser)
    parser.set_defaults(run=decapitate)


def _add_ending(parser: argparse.ArgumentParser) -> None:
    parser.add_argument(
        "--last-layer",
        choices=ENDINGS,
        default=ENDINGS[0],
        help="what a last dense layer without softmax is (default: guess from its width)",
    )


def list_(args: argparse.Namespace) -> int:
    """Print both tables."""
    found = shelf.installed()
    if args.json:
        known = [{**asdict(entry), "url": entry.url(os.environ.get(MIRROR))} for entry in ENTRIES]
        print(json.dumps({"installed": {name: str(path) for name, path in found.items()}, "known": known}, indent=2))
        return 0
    print("installed:")
    for name, path in sorted(found.items()):
        print(f"  {name:48} {path.stat().st_size / 1e6:4.1f} MB   {path}")
    if not found:
        print("  none")
    print("\nknown by name (edge-handsign model install NAME):")
    for entry in ENTRIES:
        sizes = f"{entry.size / 1e6:4.1f} MB   {entry.pixels}x{entry.pixels} -> {entry.features:4} features"
        print(f"  {entry.name:48} {sizes}   {entry.licence}{'   installed' if entry.name in found else ''}")
    return 0


def info(args: argparse.Namespace) -> int:
    """Print what a file is."""
    from edge_handsign.models.info import describe

    path = shelf.find(args.model)
    found = describe(shelf.read(path))
    if args.json:
        print(json.dumps({"file": str(path), **asdict(found)}, indent=2))
        return 0
    for heading, text in (("file", str(path)), *found.rows()):
        print(f"{heading:14} {text}")
    return 0


def install(args: argparse.Namespace) -> int:
    """Install, and say how to use it."""
    from edge_handsign.models.decapitate import Ending
    from edge_handsign.models.install import install as into
    from edge_handsign.models.progress import Bar

    folder = args.to or shelf.target()
    done = into(args.source, folder, Bar(sys.stderr), args.sha256, args.mirror, Ending(args.last_layer))
    print(f"SHA-256    {done.sha256}  {args.source}")
    print(f"classifier {_outcome(done.cut)}")
    print(f"installed  {done.path}, {len(done.cut.model):,} bytes, {done.cut.size} features")
    known = folder in shelf.search_path()
    print(f"\nTo use it, in the settings:\n\nbackbone:\n  model: {done.name if known else done.path.resolve()}")
    return 0


def decapitate(args: argparse.Namespace) -> int:
    """Cut, write, and say what was cut."""
    from edge_handsign.models.decapitate import Ending
    from edge_handsign.models.decapitate import decapitate as cut_off
    from edge_handsign.models.install import write

    try:
        cut = cut_off(shelf.raw(args.source), Ending(args.last_layer))
    except ModelError as error:
        raise ModelError(f"{args.source}: {error}") from error
    write(args.target, cut.model)
    print(f"{args.source}: {_outcome(cut)}")
    print(f"{args.target}: {cut.size} features from {cut.features}, {len(cut.model):,} bytes")
    return 0


def _outcome(cut: "Cut") -> str:
    if not cut.dropped:
        return f"nothing to cut: {cut.reason}"
    return f"cut off: {cut.reason} ({', '.join(cut.dropped)})"
