"""Damage to a store's file: single bits, cut ends, zeroed blocks. No wrong sample may be served, no loss be silent.

  scripts/damage [--flips N] [--seed S] [--every N]

Flips are of different bits. The file is then cut at every length of its last three pages (or every N-th), and each
aligned block of 4 and of 64 KiB of a larger one is zeroed, alone and beside a copy from 20 samples before. Each time
the store must either serve samples as they were taught and count what is missing, or refuse the file in a sentence;
with the copy, nothing that is in it may be missing. Status 1 when it did not.
"""

import argparse
import logging
import random
import sys
import tempfile
import time
from collections import Counter
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from pathlib import Path
from shutil import rmtree

from edge_handsign.errors import StoreError
from edge_handsign.store import Loaded
from tests.faults.work import make, opened, served

PAGE = 8192
SMALL, LARGE = 40, 1000  # samples
SINCE_COPY = 20
IN_MEMORY = Path("/dev/shm")

Damage = tuple[str, bytes]  # what was done, and the file then


@dataclass(slots=True)
class Outcome:
    """What became of damaged files."""

    taught: int
    copied: int = 0  # of them, those that a copy holds as well
    counts: Counter[str] = field(default_factory=Counter)
    wrong: list[str] = field(default_factory=list)
    fewest: int = sys.maxsize  # samples served by a file that was not refused

    def add(self, what: str, folder: Path) -> None:
        """Open it as at a start."""
        try:
            with opened(folder) as store:
                told = told_of(store.load())
                kept = served(store)
        except StoreError as error:
            self.counts["refused"] += 1
            if self.copied:
                self.wrong.append(f"{what}: {error}")
        except Exception as error:  # noqa: BLE001 - whatever it is, no start may end so
            self.wrong.append(f"{what}: {type(error).__name__}: {error}")
        else:
            self.fewest = min(self.fewest, len(kept))
            if len(kept) == self.taught:
                self.counts["all served"] += 1
            elif self.copied and not frozenset(range(1, self.copied + 1)) <= kept:
                self.wrong.append(
                    f"{what}: {self.taught - len(kept)} samples are missing, and some of them are in the copy"
                )
            elif told:
                self.counts["loss counted"] += 1
            else:
                self.wrong.append(f"{what}: {self.taught - len(kept)} samples are missing in silence")

    def told(self, name: str) -> str:
        """In a line."""
        counts = ", ".join(f"{count} {what}" for what, count in self.counts.most_common())
        fewest = f"; never fewer than {self.fewest} of {self.taught} served" if self.fewest < sys.maxsize else ""
        return "\n  ".join([f"{name}: {counts}; wrong or silent: {len(self.wrong)}{fewest}", *self.wrong[:20]])


def told_of(found: Loaded) -> bool:
    """Whether the store says that something is missing: it counts it, or tells of a rescue."""
    return bool(found.damaged or getattr(found, "rescued", None))


def taught(folder: Path, samples: int) -> bytes:
    """The file of a store that was taught so many."""
    with opened(folder) as store:
        for lesson in range(1, samples + 1):
            make(store, ("teach", lesson))
    return (folder / "samples.db").read_bytes()


def outcome(samples: int, damages: Iterable[Damage], copy: bytes = b"", copied: int = 0) -> Outcome:
    """Each damage to a store in a new folder, with a copy of so many samples beside it."""
    found = Outcome(samples, copied)
    with tempfile.TemporaryDirectory(dir=IN_MEMORY if IN_MEMORY.is_dir() else None) as name:
        for what, content in damages:
            folder = Path(name) / "box"
            folder.mkdir()
            (folder / "samples.db").write_bytes(content)
            if copied:
                (folder / "samples.bak.db").write_bytes(copy)
            found.add(what, folder)
            rmtree(folder)
    return found


def flipped(file: bytes, count: int, seed: int) -> Iterator[Damage]:
    """Files with one bit flipped, a different bit each."""
    for bit in random.Random(seed).sample(range(8 * len(file)), min(count, 8 * len(file))):
        content = bytearray(file)
        content[bit // 8] ^= 1 << bit % 8
        yield f"bit {bit}", bytes(content)


def cut_short(file: bytes, every: int) -> Iterator[Damage]:
    """Files that end within the last three pages."""
    for length in range(len(file) - 3 * PAGE, len(file), every):
        yield f"cut at {length} of {len(file)}", file[:length]


def zeroed(file: bytes, size: int) -> Iterator[Damage]:
    """Files with one block of zeros."""
    for at in range(0, len(file), size):
        content = bytearray(file)
        content[at : at + size] = bytes(len(content[at : at + size]))
        yield f"{size} zeros at {at}", bytes(content)


def main() -> int:
    """The exit status."""
    parser = argparse.ArgumentParser(
        prog="scripts/damage", description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("--flips", type=int, default=100_000)
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--every", type=int, default=1)
    args = parser.parse_args()
    logging.disable()  # a line for each file would hide the rest
    with tempfile.TemporaryDirectory() as name:
        small, large = taught(Path(name) / "small", SMALL), taught(Path(name) / "large", LARGE)
        copy = taught(Path(name) / "copy", LARGE - SINCE_COPY)
    kinds = (
        ("flipped bits", SMALL, flipped(small, args.flips, args.seed), 0),
        ("cut short", SMALL, cut_short(small, args.every), 0),
        ("4 KiB zeroed", LARGE, zeroed(large, 4096), 0),
        ("64 KiB zeroed", LARGE, zeroed(large, 65536), 0),
        ("4 KiB zeroed, with a copy", LARGE, zeroed(large, 4096), LARGE - SINCE_COPY),
        ("64 KiB zeroed, with a copy", LARGE, zeroed(large, 65536), LARGE - SINCE_COPY),
    )
    wrong = 0
    for name, samples, damages, copied in kinds:
        began, found = time.monotonic(), outcome(samples, damages, copy, copied)
        print(f"{found.told(name)} ({time.monotonic() - began:.0f} s)", flush=True)
        wrong += len(found.wrong)
    return int(wrong > 0)


if __name__ == "__main__":
    sys.exit(main())
