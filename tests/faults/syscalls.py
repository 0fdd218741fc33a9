"""Failing system calls: the k-th call of each kind answers EIO or ENOSPC, once or from then on, for every k there is.

  scripts/syscalls [CALL...] [--every N]        default: all that change or make durable what is on a card

What was acknowledged is there in the next process, what was never asked for is not, the file opens, and it learns. Of a
change that was refused because its very last sync failed nobody can know whether it is on the card; how many of those
were found done all the same is counted.

Done to a living process by strace. Status 1 when it was not so, 0 with a line that says so where strace cannot do it.
"""

import argparse
import logging
import os
import subprocess
import sys
import tempfile
import time
from dataclasses import dataclass, field
from itertools import count, product
from pathlib import Path
from shutil import which

from edge_handsign.errors import StoreError
from edge_handsign.store.troubles import Lost
from tests.faults.kept import Change, Kept, after
from tests.faults.work import make, opened, served

CALLS = ("openat", "pwrite64", "fdatasync", "fsync", "unlink", "ftruncate", "pread64", "fchmod", "fchown", "chown")
ERRORS = ("EIO", "ENOSPC")
CHANGES: tuple[Change, ...] = (
    ("teach", 1), ("teach", 2), ("undo", 2), ("teach", 3), ("forget", 1), ("teach", 5), ("teach", 6),
    ("rename", 0), ("import", 7), ("settle", 8),
)  # fmt: skip
NEW: Change = ("teach", 9)
REFUSED, ACKNOWLEDGED = b"x", b"."


@dataclass(frozen=True, slots=True)
class Fault:
    """Which call fails, and how."""

    call: str
    error: str
    when: str  # as strace takes it: "3" is the third, "3+" the third and all after it

    def __str__(self) -> str:
        return f"{self.error} at {self.call} {self.when}"


def missing() -> str | None:
    """Why no system call can be made to fail here; None when it can."""
    if which("strace") is None:
        return "needs strace: apt install strace"
    done = subprocess.run(["strace", "-o", "/dev/null", "true"], capture_output=True, text=True, check=False)
    return None if done.returncode == 0 else f"strace may not trace here: {done.stderr.strip()}"


def work(folder: Path, go: int, answers: int) -> None:
    """Only in a child: try every change, and say of each whether it was acknowledged or refused."""
    "".encode("cp437")  # a module that zipfile wants, from a file that is not on the card
    os.read(go, 1)
    try:
        with opened(folder) as store:
            for change in CHANGES:
                try:
                    make(store, change)
                except Lost:  # only a restart helps
                    os.write(answers, REFUSED)
                    return
                except StoreError:
                    os.write(answers, REFUSED)
                else:
                    os.write(answers, ACKNOWLEDGED)
    except StoreError:
        return


def tried(folder: Path, fault: Fault) -> tuple[bytes, bool]:
    """What was answered to each change, and whether there was such a call at all."""
    go, start = os.pipe()
    reading, answers = os.pipe()
    child = os.fork()
    if child == 0:
        os.close(start)
        work(folder, go, answers)
        os._exit(0)
    os.close(answers)
    os.close(go)
    log = folder.with_suffix(".log")
    what = [f"trace={fault.call}", f"inject={fault.call}:error={fault.error}:when={fault.when}"]
    command = ["strace", "-o", str(log), *(word for each in what for word in ("-e", each)), "-p", str(child)]
    with subprocess.Popen(command, stderr=subprocess.PIPE, text=True) as tracer:
        assert tracer.stderr
        assert "attached" in tracer.stderr.readline()
        os.write(start, b".")
        os.close(start)
        _, status = os.waitpid(child, 0)
    with os.fdopen(reading, "rb") as pipe:
        assert status == 0, f"{fault}: the process ended with {status}"
        return pipe.read(), "(INJECTED)" in log.read_text()


def possible(answers: bytes) -> set[Kept]:
    """What may be there after these answers; the strict reading, by which nothing refused is done, comes first."""
    found: set[Kept] = {frozenset()}
    for change, answer in zip(CHANGES, answers, strict=False):
        done = {after(kept, change) for kept in found}
        found = done if bytes([answer]) == ACKNOWLEDGED else found | done
    return found


def strict(answers: bytes) -> Kept:
    """What is there when nothing was done that was refused."""
    kept: Kept = frozenset()
    for change, answer in zip(CHANGES, answers, strict=False):
        kept = after(kept, change) if bytes([answer]) == ACKNOWLEDGED else kept
    return kept


def found_after(folder: Path) -> Kept:
    """What the next process serves, which must be able to learn."""
    with opened(folder) as store:
        found, damaged = served(store), store.load().damaged
        assert not damaged, f"{damaged} are damaged"
        make(store, NEW)
        assert served(store) == found | {NEW[1]}, "it does not learn any more"
    return found


@dataclass(slots=True)
class Tally:
    """What became of the faults of one kind."""

    faults: int = 0
    refused: int = 0  # changes
    done_though_refused: int = 0  # faults
    wrong: list[str] = field(default_factory=list)

    def add(self, fault: Fault, folder: Path, answers: bytes) -> None:
        """One fault and its answers."""
        self.faults += 1
        self.refused += len(CHANGES) - answers.count(ACKNOWLEDGED)
        try:
            found = found_after(folder)
        except (StoreError, AssertionError) as error:
            self.wrong.append(f"{fault} ({answers.decode()}): {error}")
            return
        self.done_though_refused += found != strict(answers)
        if found not in possible(answers):
            self.wrong.append(f"{fault} ({answers.decode()}): {sorted(found)} instead of {sorted(strict(answers))}")


def sweep(call: str, error: str, form: str, step: int = 1) -> Tally:
    """Every `step`-th k until there is no such call any more; `form` is "{}" or "{}+"."""
    tally = Tally()
    with tempfile.TemporaryDirectory() as name:
        for k in count(1, step):
            fault, folder = Fault(call, error, form.format(k)), Path(name) / f"box{k}"
            answers, reached = tried(folder, fault)
            if not reached:
                break
            tally.add(fault, folder, answers)
    return tally


def main() -> int:
    """The exit status."""
    parser = argparse.ArgumentParser(
        prog="scripts/syscalls", description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("call", nargs="*", default=CALLS)
    parser.add_argument("--every", type=int, default=1, help="only every so many-th k")
    args = parser.parse_args()
    if reason := missing():
        print(f"left out: failing system calls ({reason})")
        return 0
    logging.disable()  # what the store tells of each would hide the rest
    began, wrong, total = time.monotonic(), 0, 0
    print(f"{'call':10} {'error':6} {'':2} {'faults':>6} {'changes refused':>15} {'refused, yet done':>17}")
    for call, error, form in product(args.call, ERRORS, ("{}", "{}+")):
        tally = sweep(call, error, form, args.every)
        total, wrong = total + tally.faults, wrong + len(tally.wrong)
        kind = f"{call:10} {error:6} {form.format('k'):2}"
        line = f"{kind} {tally.faults:6} {tally.refused:15} {tally.done_though_refused:17}"
        print(line, *tally.wrong, sep="\n  ", flush=True)
    print(f"{total} faults in {time.monotonic() - began:.0f} s: after {wrong} of them something was lost or strange")
    return int(wrong > 0)


if __name__ == "__main__":
    sys.exit(main())
