"""What `scripts/train_backbone` does with its arguments."""

import argparse
from dataclasses import replace
from pathlib import Path

from edge_handsign.config import Config
from scripts.measures.columns import Network, public
from scripts.measures.confusion import mistakes
from scripts.measures.errand import gather
from scripts.measures.rows import ROWS
from scripts.measures.sitting import Sitting

from . import card, photographs
from .base import UnlikeError
from .ticket import Recipe, Ticket, Weights


def run(args: argparse.Namespace) -> int:
    """The whole journey; 66 when the photographs are not there."""
    folder = photographs.data_folder(args.data)
    if not (folder / "data" / "INDEX.csv").exists():
        print(f"train_backbone: no photographs in {folder}/data: give --data DIR or set EDGE_HANDSIGN_DATA")
        return 66
    try:
        return _travel(args, folder, frozenset(args.leave_out))
    except UnlikeError as error:
        print(f"train_backbone: {error}")
        return 64


def _travel(args: argparse.Namespace, folder: Path, left_out: frozenset[str]) -> int:
    from . import journey

    ticket = _ticket(args, left_out)
    own = args.work / args.name
    if not _same_run(ticket, own):
        print(f"train_backbone: {own} holds a run with other settings: give this one another --name")
        return 64
    course, used = journey.prepare(folder, args.work, ticket)
    done = journey.train(folder, own, ticket, course)
    if done.history:
        journey.draw(done, own / "history.png")
    content = journey.write(done, ticket, course)
    args.out.parent.mkdir(parents=True, exist_ok=True)
    args.out.with_suffix(".tflite").write_bytes(content)
    digest = journey.note(folder, used, args.out.with_suffix(".manifest.json"))
    findings = _compare(args.out.with_suffix(".tflite"), folder, args.work, left_out)
    card.write(args.out.with_suffix(".md"), ticket, content, findings, used, digest)
    return 0


def _same_run(ticket: Ticket, own: Path) -> bool:
    """Whether `own` is new, or holds a run that differs in its steps and its note at most; then it may go on."""
    recipe = replace(ticket.recipe, steps=0)
    stamp = f"{replace(ticket, recipe=recipe, note='', left_out=frozenset())} without {sorted(ticket.left_out)}"
    own.mkdir(parents=True, exist_ok=True)
    if (own / "ticket.txt").exists():
        return (own / "ticket.txt").read_text(encoding="utf-8") == stamp
    (own / "ticket.txt").write_text(stamp, encoding="utf-8")
    return True


def _ticket(args: argparse.Namespace, left_out: frozenset[str]) -> Ticket:
    return Ticket(
        base=tuple(args.base),
        pixels=args.pixels,
        embedding=args.embedding,
        frozen=args.frozen,
        left_out=left_out,
        note=args.note,
        recipe=Recipe(args.steps, args.seed, args.rate),
        weights=Weights(label=args.label_weight, likeness=args.likeness_weight),
    )


def _compare(model: Path, folder: Path, work: Path, left_out: frozenset[str]) -> card.Findings:
    """The new file beside the public networks and the probe: measures and times of one sitting."""
    sitting = Sitting(photographs.read_index(folder), left_out=left_out)
    network = Network(model.stem, model, folder / "data", Config())
    results = gather(sitting, ROWS, [network], list(public(folder, work)))
    words = next(row for row in ROWS if row.name == "words, other video and light, 20 shots")
    return card.Findings(results, mistakes(network, sitting.draw(words)))
