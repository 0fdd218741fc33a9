"""One experiment of the lab from the arguments to the last line: gather, plan, try, tell."""

import argparse
import json
import sys
from importlib.util import find_spec
from pathlib import Path
from tempfile import TemporaryDirectory

import numpy as np

from edge_handsign.commands.supplies import Supplies, gather
from edge_handsign.errors import PlainError
from edge_handsign.lab import plot, source
from edge_handsign.lab.curve import Record, plan, trace
from edge_handsign.lab.kinds import KINDS
from edge_handsign.lab.material import Apart
from edge_handsign.lab.report import Report
from edge_handsign.lab.trial import Trial

INTERRUPTED = 130
NEIGHBOURS = (
    "there are no recordings to keep apart (DIR/sign/recording/picture), so a block of pictures in the order of their "
    "names is asked: neighbours flatter; better give a TEST_DIR of another day, room or person"
)


def carry_out(args: argparse.Namespace) -> int:
    """Print the report, also when it is interrupted; the exit status."""
    status = 0
    with TemporaryDirectory(prefix="edge-handsign-lab-") as folder:
        supplies = gather(args, Path(folder))
        record, trials = _planned(args, supplies)
        try:
            trace(trials, supplies.bundle, args.minutes, record, _tell)
        except KeyboardInterrupt:
            status = INTERRUPTED
            _tell("interrupted; this is known so far")
    network, asked = supplies.bundle.source, int(np.median([len(trial.asked) for trial in trials]))
    report = Report(supplies.backbone, network.title if network else None, supplies.material, asked, record)
    if args.plot and record.outcomes:
        plot.write(args.plot, list(record.figures().values()), supplies.material)
    print(json.dumps(report.json()) if args.json else report.text())
    return status


def _planned(args: argparse.Namespace, supplies: Supplies) -> tuple[Record, list[Trial]]:
    """What will be tried; everything that will not be is told."""
    if supplies.material.apart is Apart.BLOCKS:
        _tell(NEIGHBOURS)
    wanted = [name for name, kind in KINDS.items() if kind.letter in args.learners]
    record = Record(ended={name: why for name in wanted if (why := _obstacle(name, supplies))})
    for name, why in record.ended.items():
        _tell(f"{KINDS[name].title} is left out: {why}")
    able = [name for name in wanted if name not in record.ended]
    trials = list(plan(supplies.material, able, args.shots, args.draws, args.seed))
    if not trials:
        raise PlainError(f"there is nothing to try: {_reason(record, args.shots)}")
    for count in sorted(set(args.shots) - {trial.shots for trial in trials}):
        _tell(f"{count} of each sign are left out: one of the signs has fewer to teach")
    return record, trials


def _obstacle(learner: str, supplies: Supplies) -> str:
    """Why it cannot take part, or nothing."""
    if not KINDS[learner].trains_a_network:
        return ""
    network = supplies.bundle.source
    if network is None:
        return "the box keeps embeddings without pictures; give it a folder of photographs"
    if find_spec("tensorflow") is None or find_spec("keras") is None:
        return "it needs TensorFlow and Keras: pip install 'edge-handsign[lab]'"
    return source.obstacle(network.content, network.title) if learner == "tuned" else ""


def _reason(record: Record, shots: tuple[int, ...]) -> str:
    return next(iter(record.ended.values()), f"one of the signs has fewer than {min(shots)} pictures to teach")


def _tell(line: str) -> None:
    print(line, file=sys.stderr, flush=True)
