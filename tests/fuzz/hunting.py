"""Hours of fuzzing: starts the fuzzer's process, again where a case ended it, and tells what it did and found."""

import json
import re
import subprocess
import sys
import time
from collections.abc import Iterable
from dataclasses import dataclass, field
from pathlib import Path

from tests.conftest import ROOT

COVERED = re.compile(rb"cov: (\d+) ft: (\d+) corp: (\d+)")
SHORTEST_S = 20  # for which another process is worth its start


@dataclass(slots=True)
class Course:
    """What the processes of one hunt said."""

    cases: int = 0
    taken: int = 0
    slowest_s: float = 0.0
    slowest: str = ""
    largest_mb: int = 0
    coverage: list[tuple[int, ...]] = field(default_factory=list)  # lines and edges, features, corpus; first and last

    def covered(self, line: bytes) -> None:
        """What libFuzzer says when a case reached something new."""
        if found := COVERED.search(line):
            self.coverage[1:] = [tuple(map(int, found.groups()))]

    def add(self, report: Path) -> None:
        """What a process that has ended counted."""
        if report.exists():
            told = json.loads(report.read_text(encoding="ascii"))
            report.unlink()
            self.cases, self.taken = self.cases + told["cases"], self.taken + told["taken"]
            self.largest_mb = max(self.largest_mb, told["largest_mb"])
            if told["slowest_s"] > self.slowest_s:
                self.slowest_s, self.slowest = told["slowest_s"], told["slowest"]

    def told(self) -> str:
        """In a few lines."""
        (first, _, small), (last, _, large) = (self.coverage or [(0, 0, 0)])[0], (self.coverage or [(0, 0, 0)])[-1]
        return (
            f"{self.cases:,} cases, {self.taken:,} of them taken; largest {self.largest_mb} MB\n"
            f"coverage {first} -> {last}, corpus {small} -> {large}\n"
            f"slowest case {1e3 * self.slowest_s:.0f} ms: {self.slowest}"
        )


def hunt(what: str, seconds: float, folder: Path, seeds: Iterable[bytes]) -> int:
    """The exit status: 1 when something was found. `folder` keeps the corpus, and the findings."""
    corpus, findings = folder / "corpus", folder / "findings"
    corpus.mkdir(parents=True, exist_ok=True)
    findings.mkdir(exist_ok=True)
    for number, seed in enumerate(seeds):
        (corpus / f"seed-{number}").write_bytes(seed)
    course, ends_at = Course(), time.monotonic() + seconds
    while (left := ends_at - time.monotonic()) > 0:
        ended = _run(what, left, findings, corpus, course)
        course.add(findings / "report.json")
        if ended == 0 or ends_at - time.monotonic() < SHORTEST_S:
            break
        print(f"the fuzzer's process ended with {ended}; another one goes on", flush=True)
    print(f"{what}: {course.told()}")
    return _tell(findings)


def _run(what: str, seconds: float, findings: Path, corpus: Path, course: Course) -> int:
    """How it ended."""
    command = [sys.executable, "-m", "tests.fuzz.guided", what, str(seconds), str(findings), str(corpus)]
    with subprocess.Popen(command, cwd=ROOT, stderr=subprocess.PIPE, stdout=subprocess.DEVNULL) as process:
        assert process.stderr
        last = b""
        for line in process.stderr:
            course.covered(line)
            if b"ERROR" in line or b"Error" in line:
                last = line
    if process.returncode:
        print(last.decode(errors="replace").strip(), flush=True)
    return process.returncode


def _tell(findings: Path) -> int:
    found = sorted(path for path in findings.iterdir() if path.name.startswith(("finding-", "crash-")))
    for path in found:
        if path.suffix == ".txt":
            print(f"\n{path}:\n{path.read_text(encoding='utf-8')}")
        elif path.name.startswith("crash-"):
            print(f"\n{path}:\n{path.read_bytes()!r}")
    print(f"found: {sum(path.suffix != '.txt' for path in found)}")
    return int(bool(found))
