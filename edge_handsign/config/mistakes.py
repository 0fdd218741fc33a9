"""Everything that is wrong with one file, told at once and in its order, each mistake once."""

from edge_handsign.errors import ConfigError

MOST = 20  # told at once; a file with more is probably another program's


class Mistakes:
    """What is wrong so far, and where every value stands. A path is what a person would write: signs[1].led."""

    def __init__(self, file: str) -> None:
        self.file = file
        self._told: list[tuple[int, str]] = []
        self._lines: dict[str, int] = {}
        self._wrong: set[str] = set()

    def place(self, path: str, line: int) -> None:
        """The value at that path is written on that line."""
        self._lines[path] = line

    def add(self, path: str, text: str, line: int | None = None) -> None:
        """One thing that is wrong with the value at that path, a whole sentence."""
        self._wrong.add(path)
        self._told.append((line or self.line(path), text))

    def sound(self, path: str) -> bool:
        """Whether nothing is wrong with the value at that path, what holds it and what it holds."""
        inside = (f"{path}.", f"{path}[")
        return self._wrong.isdisjoint(_upwards(path)) and not any(wrong.startswith(inside) for wrong in self._wrong)

    def line(self, path: str) -> int:
        """Where the value, or the nearest thing around it that the file has, is written; 0 when nothing is."""
        return next((self._lines[above] for above in _upwards(path) if above in self._lines), 0)

    def finish(self) -> None:
        """ConfigError with one line for each mistake; nothing when there is none."""
        if not self._told:
            return
        in_order = sorted(self._told, key=lambda told: told[0])
        lines = [f"{self.file}:{max(line, 1)}: {text}" for line, text in in_order]
        if (more := len(lines) - MOST) > 0:
            lines[MOST:] = [f"{self.file}: and {more} more"]
        raise ConfigError("\n".join(lines))


def _upwards(path: str) -> list[str]:
    """The path, then what holds it, and so on up: signs[1].led, signs[1], signs."""
    paths = []
    while path:
        paths.append(path)
        path = path[: max(path.rfind("."), path.rfind("["), 0)]
    return paths
