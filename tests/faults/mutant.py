"""A seeded bug: a small textual change, and a copy of the tree that has it."""

import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from shutil import copytree, ignore_patterns

from tests.conftest import ROOT

NOT_COPIED = ignore_patterns(".git", ".venv*", "__pycache__", ".*_cache", "train-work", "shared")


@dataclass(frozen=True, slots=True)
class Mutant:
    """One bug and the tests that must fail because of it."""

    name: str
    replaced: tuple[tuple[str, str, str], ...]  # file, text that stands there once, text instead
    tests: tuple[str, ...] = ()  # as pytest takes them


@contextmanager
def mutated(mutant: Mutant) -> Iterator[Path]:
    """A copy of the tree that has the bug."""
    with tempfile.TemporaryDirectory() as name:
        tree = copytree(ROOT, Path(name) / "tree", ignore=NOT_COPIED)
        for file, old, new in mutant.replaced:
            text = (tree / file).read_text()
            if text.count(old) != 1:
                raise LookupError(f"{mutant.name}: {file} has {text.count(old)} times {old!r}, not once")
            (tree / file).write_text(text.replace(old, new))
        yield tree
