"""Everything that comes from outside, and how much of 10,000 cases each kind has."""

import os
import tempfile
import time
import traceback
import warnings
from collections.abc import Callable
from contextlib import AbstractContextManager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from hypothesis import HealthCheck, Phase, given, settings
from hypothesis import strategies as st
from hypothesis.errors import HypothesisWarning

from tests.fuzz import configs, lines, models, parcels, pictures
from tests.fuzz.judgement import Judge, Tally

PATIENT = settings(
    deadline=None,  # the judge has its own, of work
    database=None,
    derandomize=True,  # the same cases every time: who breaks something sees it, and nobody else
    phases=(Phase.generate, Phase.shrink),
    suppress_health_check=list(HealthCheck),
)


@dataclass(frozen=True, slots=True)
class Kind:
    """`cases` are given to what `using` makes."""

    cases: Callable[[], st.SearchStrategy[Any]]
    using: Callable[[], AbstractContextManager[Callable[[Any], object]]]
    share: float


KINDS = {
    "settings": Kind(configs.cases, configs.reading, 0.3),
    "parcels": Kind(parcels.cases, parcels.importing, 0.25),
    "models": Kind(models.cases, models.examining, 0.2),
    "pictures": Kind(pictures.cases, pictures.looking, 0.15),
    "lines": Kind(lines.cases, lines.listening, 0.1),
}


def tried(kind: Kind, count: int) -> Tally:
    """What became of so many cases; raises what was wrong with one, whose bytes are kept in a file."""
    with kind.using() as use:
        judge = Judge(use)

        @settings(PATIENT, max_examples=count)
        @given(kind.cases())
        def try_one(case: Any) -> None:
            judge(case)

        try:
            with warnings.catch_warnings():
                warnings.simplefilter("ignore", HypothesisWarning)  # of a finding's length; it is kept in a file
                try_one()
        except Exception as error:
            error.add_note(f"the case is kept in {_kept(judge.last)}")
            raise
        return judge.tally


def try_all(count: int) -> int:
    """The exit status: 1 when something was found."""
    wrong, cases = 0, 0
    for name, kind in KINDS.items():
        began = time.monotonic()
        try:
            tally = tried(kind, round(count * kind.share))
        except Exception:  # noqa: BLE001 - that is what is looked for
            traceback.print_exc()
            wrong += 1
        else:
            cases += tally.cases
            print(f"{name}: {tally.cases} cases, {tally.told()} ({time.monotonic() - began:.0f} s)", flush=True)
    print(f"{cases} cases, {wrong} kinds with a finding")
    return int(wrong > 0 or cases < 0.99 * count)


def _kept(case: object) -> Path:
    descriptor, name = tempfile.mkstemp(prefix="finding-")
    with os.fdopen(descriptor, "wb") as file:
        file.write(case if isinstance(case, bytes) else repr(case).encode())
    return Path(name)
