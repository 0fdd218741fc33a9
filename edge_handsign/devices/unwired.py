"""No wires: what is left of a box whose pins cannot be used. It sees, and can be talked to over the control socket."""

from types import TracebackType
from typing import Self

from edge_handsign.core.messages import Feedback


class Unwired:
    """Implements `Pins`: nobody presses, nothing lights."""

    def __init__(self, buttons: int) -> None:
        self._levels = (False,) * buttons

    def read(self) -> tuple[bool, ...]:
        """All let go."""
        return self._levels

    def write(self, feedback: Feedback) -> None:
        """Nowhere."""

    def __enter__(self) -> Self:
        return self

    def __exit__(self, kind: type[BaseException] | None, error: BaseException | None, at: TracebackType | None) -> None:
        pass
