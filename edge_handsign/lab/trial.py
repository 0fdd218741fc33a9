"""One learner, so many samples of each sign, one draw: in a process of its own, so that its memory is its own.

`run` asks from outside; `main` is the process. What it prints last is the outcome.
"""

import json
import os
import pickle
import subprocess
import sys
from dataclasses import asdict, dataclass
from pathlib import Path
from time import perf_counter

import numpy as np

from edge_handsign.errors import PlainError
from edge_handsign.lab.bundle import Bundle
from edge_handsign.lab.kinds import KINDS
from edge_handsign.lab.learner import Learner, Shown
from edge_handsign.lab.split import Rows

ANSWERS = 30  # single ones that are timed
SURROUNDINGS = {
    "OPENBLAS_NUM_THREADS": "1",  # NumPy's products are small here: a second thread costs more than it brings
    "CUDA_VISIBLE_DEVICES": "-1",  # the processor's time is what is compared
    "KERAS_BACKEND": "tensorflow",
    "TF_CPP_MIN_LOG_LEVEL": "3",
}
CODE = "from edge_handsign.lab.trial import main; main()"


class TrialFailed(Exception):
    """The process ended without an outcome; the message is what it said last."""


class OutOfTime(Exception):
    """It was stopped."""


@dataclass(frozen=True, slots=True, eq=False)
class Trial:
    """What one process is asked for."""

    learner: str  # a key of KINDS
    shots: int  # taught pictures of each sign
    draw: int
    seed: int  # of what the learner begins with
    taught: Rows
    asked: Rows
    sign: Rows  # (n,) of all material


@dataclass(frozen=True, slots=True)
class Outcome:
    """What came of it."""

    accuracy: float  # 0..1 of the asked pictures
    learn_s: float  # pictures in RAM or on disk to ready to answer, libraries loaded
    growth_mb: float | None  # what the process grew by at most until then, libraries included; None without /proc
    parameters: int
    answer_ms: float  # one picture to its answer, median
    settled: bool


def run(trial: Trial, bundle: Bundle, within_s: float) -> Outcome:
    """Start the process and wait for it; TrialFailed, or OutOfTime after `within_s`. No process is left behind."""
    with subprocess.Popen(
        [sys.executable, "-c", CODE],
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        env={**os.environ, **SURROUNDINGS},
        start_new_session=True,  # Ctrl-C is for the one who asks
    ) as process:
        try:
            told, said = process.communicate(pickle.dumps((trial, bundle)), max(within_s, 0.0))
        except subprocess.TimeoutExpired as error:
            raise OutOfTime from error
        finally:
            process.kill()
    if process.returncode:
        raise TrialFailed(_last(said, process.returncode))
    return Outcome(**json.loads(told.splitlines()[-1]))


def main() -> None:
    """Learn, be asked, print."""
    trial, bundle = pickle.load(sys.stdin.buffer)  # noqa: S301 - from `run`, nobody else holds the other end
    try:
        outcome = perform(trial, bundle)
    except PlainError as error:
        sys.exit(str(error))
    print(json.dumps(asdict(outcome)))  # noqa: T201 - this is how a process answers


def perform(trial: Trial, bundle: Bundle) -> Outcome:
    """The trial itself."""
    before = _memory_mb("VmRSS")
    learner = KINDS[trial.learner].open(bundle, trial.seed)
    taught = learner.shown[trial.taught]
    started = perf_counter()
    learner.learn(taught, trial.sign[trial.taught])
    learn_s, most = perf_counter() - started, _memory_mb("VmHWM")
    asked = learner.shown[trial.asked]
    right = learner.answer(asked) == trial.sign[trial.asked]
    return Outcome(
        accuracy=float(right.mean()),
        learn_s=learn_s,
        growth_mb=None if before is None or most is None else most - before,
        parameters=learner.parameters,
        answer_ms=_answer_ms(learner, asked),
        settled=learner.settled,
    )


def _answer_ms(learner: Learner, asked: Shown) -> float:
    times = []
    for place in range(ANSWERS):
        picture = asked[[place % len(asked)]]
        started = perf_counter()
        learner.answer(picture)
        times.append(perf_counter() - started)
    return float(np.median(times)) * 1000


def _memory_mb(field: str) -> float | None:
    """A line of /proc/self/status, where there is one. The kernel's own getrusage also counts the parent's peak."""
    try:
        lines = Path("/proc/self/status").read_text(encoding="ascii").splitlines()
    except OSError:
        return None
    return next(int(line.split()[1]) / 1024 for line in lines if line.startswith(field))


def _last(said: bytes, status: int) -> str:
    lines = said.decode(errors="replace").strip().splitlines()
    if status == -9:
        return "its process was killed, probably because memory ran out"
    return lines[-1] if lines else f"its process ended with {status}"
