"""What `scripts/train_backbone` does with its arguments."""

import argparse
from collections.abc import Mapping
from dataclasses import replace
from pathlib import Path

from . import card, photographs
from .describing import Describer
from .measuring import measure, mistakes
from .protocols import Figure
from .ticket import Recipe, Ticket, Weights
from .timing import time_models

PUBLIC = "mobilenet_v2_1.0_224_quant"  # what others would use, and what the budget of time is a share of
PROBE = "probe_v1_0.5_128_int8"  # the first attempt, if it is there


def run(args: argparse.Namespace) -> int:
    """Measure only, or the whole journey; 66 when the photographs are not there."""
    folder = photographs.data_folder(args.data)
    if not (folder / "data" / "INDEX.csv").exists():
        print(f"train_backbone: no photographs in {folder}/data: give --data DIR or set EDGE_HANDSIGN_DATA")
        return 66
    left_out = frozenset(args.leave_out)
    if args.measure:
        _say(measure(Describer(args.measure.read_bytes()), folder, photographs.read_index(folder), left_out))
        return 0
    return _travel(args, folder, left_out)


def _travel(args: argparse.Namespace, folder: Path, left_out: frozenset[str]) -> int:
    from . import journey

    ticket = _ticket(args, left_out)
    own = args.work / args.name
    if not _same_run(ticket, own):
        print(f"train_backbone: {own} holds a run with other settings: give this one another --name")
        return 64
    course, used = journey.prepare(folder, args.work, ticket)
    done = journey.train(folder, own, ticket, course)
    journey.draw(done, own / "history.png")
    content = journey.write(done, ticket, course)
    args.out.parent.mkdir(parents=True, exist_ok=True)
    args.out.with_suffix(".tflite").write_bytes(content)
    digest = journey.note(folder, used, args.out.with_suffix(".manifest.json"))
    findings = _compare(content, args.out.name, folder, left_out)
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
        base=args.base,
        pixels=args.pixels,
        embedding=args.embedding,
        left_out=left_out,
        note=args.note,
        recipe=Recipe(args.steps, args.seed),
        weights=Weights(label=args.label_weight, likeness=args.likeness_weight),
    )


def _compare(content: bytes, name: str, folder: Path, left_out: frozenset[str]) -> card.Findings:
    """The new file beside the probe and the public network, cut alike: measures and times of one sitting."""
    from edge_handsign.models.decapitate import decapitate

    index = photographs.read_index(folder)
    whole = (folder / "models" / f"{PUBLIC}.tflite").read_bytes()
    models = {name: content, "ImageNet MobileNet v2": bytes(decapitate(whole).model)}
    if (folder / "models" / f"{PROBE}.tflite").exists():
        models["one-hour probe"] = (folder / "models" / f"{PROBE}.tflite").read_bytes()
    times = time_models({name: content, f"{PUBLIC}, whole": whole})
    tables = {}
    for each, model in models.items():
        print(f"measuring {each}", flush=True)
        tables[each] = measure(Describer(model), folder, index, left_out)
        _say(tables[each])
    return card.Findings(tables, times, mistakes(Describer(content), folder, index))


def _say(table: Mapping[str, Figure]) -> None:
    for name, figure in table.items():
        print(f"{figure!s:>14}  {name}", flush=True)
