"""How far a download is: a bar that redraws itself on a terminal, a line for each quarter in a log."""

from typing import TextIO

WIDTH = 30  # characters


class Bar:
    """Called with the bytes so far, and in all where they are known."""

    def __init__(self, stream: TextIO) -> None:
        self._stream = stream
        self._live = stream.isatty()
        self._shown = -1

    def __call__(self, done: int, total: int | None) -> None:
        """Show it, if there is something new to show."""
        step = _step(done, total, 100 if self._live else 4)
        if step == self._shown:
            return
        self._shown = step
        self._stream.write(f"\r{_drawn(done, total)}" if self._live else f"{_told(done, total)}\n")
        if self._live and done == total:
            self._stream.write("\n")
        self._stream.flush()


def _step(done: int, total: int | None, steps: int) -> int:
    return done * steps // total if total else done >> 18


def _drawn(done: int, total: int | None) -> str:
    filled = done * WIDTH // total if total else 0
    return f"[{'#' * filled}{'.' * (WIDTH - filled)}] {_told(done, total)}"


def _told(done: int, total: int | None) -> str:
    return f"{done / 1e6:.1f} of {total / 1e6:.1f} MB" if total else f"{done / 1e6:.1f} MB"
