"""The files of a system, found under a root: "/" on a box, a folder that a test has laid elsewhere."""

from dataclasses import dataclass
from pathlib import Path


@dataclass(frozen=True, slots=True)
class Tree:
    """What is missing or closed to this user is None."""

    root: Path = Path("/")

    def text(self, path: str) -> str | None:
        """A file's text without the blanks and NULs around it."""
        try:
            return (self.root / path.lstrip("/")).read_bytes().decode("utf-8", "replace").strip("\0 \t\r\n")
        except OSError:
            return None

    def lines(self, path: str) -> list[str]:
        """Its lines; none where there is no such file."""
        return (self.text(path) or "").splitlines()

    def number(self, path: str, base: int = 10) -> int | None:
        """The number that a file holds."""
        try:
            return int(self.text(path) or "", base)
        except ValueError:
            return None

    def under(self, pattern: str) -> list[Path]:
        """Files that fit a pattern, in order."""
        return sorted(self.root.glob(pattern.lstrip("/")))
