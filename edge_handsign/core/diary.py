"""Which faults are worth a line in the log: the first time, then at most so often as FAULTS says, with a count.

What lasts has a line when it begins, one now and then while it goes on, and one when it is over. When it comes again
too soon, that is only counted.
"""

from dataclasses import dataclass

from edge_handsign.core.faults import FAULTS, Fault


@dataclass(slots=True)
class Page:
    """What was written of one fault."""

    written_at: float  # s, monotonic
    left_out: int = 0
    began_at: float | None = None  # while it lasts, if that was written


class Diary:
    """Main thread only."""

    def __init__(self) -> None:
        self._pages: dict[Fault, Page] = {}
        self._lines: list[tuple[Fault, str]] = []

    def note(self, fault: Fault, text: str, now: float) -> None:
        """It has happened, or begun."""
        if self._due(fault, now):
            self._write(fault, text, now)
        else:
            self._pages[fault].left_out += 1

    def go_on(self, fault: Fault, text: str, now: float) -> None:
        """It lasts."""
        if self._due(fault, now):
            self._write(fault, f"still: {text}", now)

    def end(self, fault: Fault, now: float) -> None:
        """It is over."""
        page = self._pages[fault]
        if page.began_at is not None:
            self._lines.append((fault, f"{fault.value} is over after {now - page.began_at:.0f} s"))
            page.began_at = None

    def lines(self) -> list[tuple[Fault, str]]:
        """What is to be written, once."""
        lines, self._lines = self._lines, []
        return lines

    def _due(self, fault: Fault, now: float) -> bool:
        page = self._pages.get(fault)
        return page is None or now - page.written_at >= FAULTS[fault].again_s

    def _write(self, fault: Fault, text: str, now: float) -> None:
        page = self._pages.setdefault(fault, Page(now))
        more = f" ({page.left_out} times more since it was last told)" if page.left_out else ""
        page.written_at, page.left_out = now, 0
        page.began_at = now if page.began_at is None else page.began_at
        self._lines.append((fault, f"{fault.value} {text}{more}"))
