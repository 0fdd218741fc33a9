"""One fuzzer's process: atheris follows the coverage of the code and of the libraries that it reads with.

Ends by itself when its time is up. What it finds it saves, each kind once, and goes on; what ends it (a crash of the
interpreter, a hang inside C) is left for whoever started it, as libFuzzer saves it.
"""

import json
import os
import sys
import time
import traceback
from collections.abc import Callable
from contextlib import AbstractContextManager
from dataclasses import dataclass, field
from hashlib import sha256
from pathlib import Path
from random import Random
from resource import RUSAGE_SELF, getrusage
from typing import Any

INSTRUMENTED = ("edge_handsign", "yaml", "zipfile")
WARM = 2_000  # cases until caches are filled
GROWTH = 100  # MB that the process may become larger by
SLOWEST_S = 120  # of a case inside C, which no signal interrupts; by the clock, so a busy machine needs some
REPORTED = 1_000  # cases between two reports
LONGEST = {"configs": 8_192, "imports": 16_384}  # bytes of a case
SEALED = 0.6  # of the mutated parcels get the right digest again


@dataclass(slots=True)
class Hunt:
    """The cases so far, in a folder where others can read of it."""

    folder: Path
    ends_at: float  # s, monotonic
    judge: Any
    cases: int = 0
    slowest: bytes = b""
    slowest_s: float = 0.0
    kinds: set[str] = field(default_factory=set)
    largest: int = 0  # KiB

    def one(self, content: bytes) -> None:
        """One case; the last one does not return."""
        try:
            self.judge(content)
        except Exception as error:  # noqa: BLE001 - that is what is looked for
            self._found(content, error)
        if self.judge.tally.slowest_s > self.slowest_s:
            self.slowest_s, self.slowest = self.judge.tally.slowest_s, content
        self.cases += 1
        self._weigh(content)
        if self.cases % REPORTED == 0:
            self._report()
            if time.monotonic() > self.ends_at:
                sys.stderr.flush()
                os._exit(0)

    def _weigh(self, content: bytes) -> None:
        size = getrusage(RUSAGE_SELF).ru_maxrss
        if self.cases <= WARM:
            self.largest = size
        elif size > self.largest + GROWTH * 1024:
            self._found(content, MemoryError(f"{(size - self.largest) // 1024} MB larger"))
            self.largest = size

    def _found(self, content: bytes, error: Exception) -> None:
        frames = traceback.extract_tb(error.__traceback__)
        kind = f"{type(error).__name__} at {frames[-1].filename}:{frames[-1].lineno}" if frames else str(error)
        if kind not in self.kinds:
            self.kinds.add(kind)
            stem = self.folder / f"finding-{sha256(content).hexdigest()[:16]}"
            stem.write_bytes(content)
            told = "".join(traceback.format_exception(error))
            stem.with_suffix(".txt").write_text(f"{kind}\n{content!r}\n\n{told}", encoding="utf-8")

    def _report(self) -> None:
        told = {"cases": self.cases, "slowest_s": self.slowest_s, "slowest": repr(self.slowest[:200])}
        told |= {"taken": self.judge.tally.taken, "largest_mb": getrusage(RUSAGE_SELF).ru_maxrss // 1024}
        (self.folder / "report.json").write_text(json.dumps(told), encoding="ascii")


def main() -> None:
    """`what seconds folder corpus`."""
    import atheris

    what, seconds, folder, corpus = sys.argv[1], float(sys.argv[2]), Path(sys.argv[3]), sys.argv[4]
    with atheris.instrument_imports(include=list(INSTRUMENTED)):
        from tests.fuzz import configs, parcels
        from tests.fuzz.judgement import Judge
    using: AbstractContextManager[Callable[[bytes], object]]
    using = configs.reading() if what == "configs" else parcels.importing()
    limits = (
        f"-max_len={LONGEST[what]}",
        f"-timeout={SLOWEST_S}",
        f"-report_slow_units={SLOWEST_S}",
        "-rss_limit_mb=1024",
        f"-artifact_prefix={folder}/crash-",
    )
    arguments = [sys.argv[0], *limits, corpus]
    told: dict[str, Any] = {}
    if what == "configs":
        words = folder / "words"
        words.write_text("".join(f'"{word}"\n' for word in configs.words()), encoding="ascii")
        arguments.insert(1, f"-dict={words}")
    else:
        told["custom_mutator"] = mutated
    with using as use:
        hunt = Hunt(folder, time.monotonic() + seconds, Judge(use))
        atheris.Setup(arguments, hunt.one, **told)
        atheris.Fuzz()


def mutated(content: bytes, longest: int, seed: int) -> bytes:
    """A parcel changed inside, under the right digest; else, and where it is none, changed anywhere."""
    import atheris

    from tests.fuzz.parcels import opened, sealed

    chance = Random(seed)
    inside = opened(content) if chance.random() < SEALED else None
    if inside is None:
        return bytes(atheris.Mutate(content, longest))
    manifest, samples = inside
    if chance.random() < 0.5:
        manifest = atheris.Mutate(manifest, longest)
    else:
        samples = atheris.Mutate(samples, longest)
    return sealed(manifest, samples)[:longest]


if __name__ == "__main__":
    main()
