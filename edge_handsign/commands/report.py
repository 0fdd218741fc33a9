"""`report`: how well is each sign taught, and what should be taught next?"""

import argparse
import json
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import replace
from pathlib import Path

from edge_handsign.commands import choice
from edge_handsign.commands.reading import Reader
from edge_handsign.config import Config
from edge_handsign.core.examination import Examination
from edge_handsign.core.finding import Finding
from edge_handsign.core.memory import Memory
from edge_handsign.core.messages import Sample
from edge_handsign.devices.album import Album
from edge_handsign.errors import PlainError
from edge_handsign.report import Report, draw, examined
from edge_handsign.store import Store

TEXT = """\
How well is each sign taught, and what should be taught next? With the service stopped:

  sudo edge-handsign report
  sudo edge-handsign report --png memory.png
  edge-handsign report --from photos/

Each lesson (a press, or a burst as a whole) is left out in turn, and what it taught is asked of all other lessons.
`recall` is the share of a sign's lessons that the others recognise, each weighing the same; `alike` is the mean cosine
between samples of different lessons. All of it speaks for the places in which you taught. How it would be in another
room, or for another person, only pictures from there can tell: `edge-handsign evaluate`.

In a folder of photographs, photos/palm/1.jpg is a lesson of its own, photos/palm/monday/ is one as a whole.

--json prints one object: advice, signs (sign, lessons, samples, recall, confused_with, alike, verdict, advice),
confusion (taught -> taken for -> share of its lessons; empty where a sign cannot be left out).
"""
EMPTY = "nothing is taught yet: press teach while the box sees a sign, or name a folder of photographs with --from"
ASLEEP = (
    "all that was taught is asleep, for the box looks through another model now: teach again, or put that model back"
)
HEADER = ("sign", "lessons", "samples", "recall", "mostly confused with", "alike")


def add_to(verbs: "argparse._SubParsersAction[argparse.ArgumentParser]") -> None:
    """Register the verb."""
    parser = verbs.add_parser(
        "report",
        help="say how well each sign is taught",
        description=TEXT,
        formatter_class=argparse.RawDescriptionHelpFormatter,
    )
    source = parser.add_mutually_exclusive_group()
    source.add_argument("--folder", type=Path, metavar="DIR", help="where the samples are (default: the settings')")
    source.add_argument("--from", type=Path, metavar="DIR", dest="photographs", help="photographs instead, by sign")
    parser.add_argument("--json", action="store_true", help="print one JSON object")
    parser.add_argument("--png", type=Path, metavar="FILE", help="draw it, and the memory (needs matplotlib)")
    choice.add_backbone_arguments(parser)
    parser.set_defaults(run=run)


def run(args: argparse.Namespace) -> int:
    """Print the report, and draw it; PlainError when nothing is taught."""
    config = choice.configured(args)
    memory = _photographed(choice.reader(args), args.photographs) if args.photographs else _kept(config, args)
    report = examined(memory, config.lesson.new_below, _watched)
    if args.png:
        draw(report, memory, args.png)
    if args.json:
        print(json.dumps(_plain(report)))
    else:
        _print(report)
    return 0


def _kept(config: Config, args: argparse.Namespace) -> Memory:
    if args.backbone:
        raise PlainError("--backbone goes with --from: what the box was taught was seen through its own")
    with Store(args.folder or config.store.folder) as store:
        loaded = store.load()
    if not loaded.samples:
        raise PlainError(ASLEEP if loaded.asleep else EMPTY)
    settings = replace(config.memory, capacity=len(loaded.samples))
    return _memory(Memory(len(loaded.samples[0].vector), settings), loaded.samples)


def _photographed(reader: Reader, folder: Path) -> Memory:
    album = Album(folder)
    pictures = [(sign, path) for sign, paths in album.signs.items() for path in paths]
    keys = [path.relative_to(folder).parts[:2] for _, path in pictures]  # the sign's folder, and a file or a sub-folder
    numbers = {key: number for number, key in enumerate(dict.fromkeys(keys), 1)}
    examples = reader.examples(pictures, "teaching")
    samples = (
        Sample(place, example.sign, numbers[key], example.vector)
        for place, (example, key) in enumerate(zip(examples, keys, strict=True))
    )
    return _memory(reader.memory(len(pictures)), samples)


def _memory(memory: Memory, samples: Iterable[Sample]) -> Memory:
    for sample in samples:
        memory.teach(sample)
    return memory


def _watched(examinations: Sequence[Examination]) -> Iterator[Examination]:
    from tqdm import tqdm

    yield from tqdm(examinations, desc="asking", unit="sample", disable=None, leave=False)


def _plain(report: Report) -> dict[str, object]:
    return {
        "advice": report.advice,
        "signs": [
            {
                "sign": finding.sign,
                "lessons": finding.lessons,
                "samples": finding.samples,
                "recall": finding.recall,
                "confused_with": finding.rival,
                "alike": finding.alike,
                "verdict": finding.verdict.name.lower(),
                "advice": finding.advice,
            }
            for finding in report.findings
        ],
        "confusion": {finding.sign: finding.answers for finding in report.findings},
    }


def _print(report: Report) -> None:
    _print_table([HEADER, *map(_cells, report.findings)])
    asked = [finding for finding in report.findings if finding.answers]
    if asked:
        said = [finding.sign for finding in report.findings]
        rows = [(finding.sign, *(_percent(finding.answers.get(sign)) for sign in said)) for finding in asked]
        print("\ntaught, and taken for, in % of its lessons:")
        _print_table([("", *said), *rows])
    print(f"\n{report.advice}")


def _cells(finding: Finding) -> tuple[str, ...]:
    recall = "-" if finding.recall is None else f"{finding.recall:.0%}"
    rival = f"{finding.rival} ({finding.answers[finding.rival]:.0%})" if finding.rival else "-"
    alike = f"{finding.alike:.2f}" if finding.lessons > 1 else "-"
    return finding.sign, str(finding.lessons), str(finding.samples), recall, rival, alike


def _percent(share: float | None) -> str:
    return f"{100 * share:.0f}" if share else "."


def _print_table(lines: Sequence[tuple[str, ...]]) -> None:
    widths = [max(map(len, column)) for column in zip(*lines, strict=True)]
    for first, *others in lines:
        cells = "  ".join(text.rjust(width) for text, width in zip(others, widths[1:], strict=True))
        print(f"{first.ljust(widths[0])}  {cells}")
