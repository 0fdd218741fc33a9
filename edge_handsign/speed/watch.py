"""A watch on the interpreter: what of a picture's time is its own."""

from time import perf_counter
from typing import Any

from edge_handsign.devices import interpreter


class Watch:
    """Hands out interpreters that it keeps the time of."""

    def __init__(self) -> None:
        self._seconds, self._invokes = 0.0, 0

    def load(self, package: str, content: bytes, title: str, threads: int) -> Any:
        """As `interpreter.load` does."""
        return _Watched(interpreter.load(package, content, title, threads), self)

    def add(self, seconds: float) -> None:
        """One more invoke."""
        self._seconds += seconds
        self._invokes += 1

    def take(self) -> tuple[float, int]:
        """Seconds and invokes since the last take."""
        taken = self._seconds, self._invokes
        self._seconds, self._invokes = 0.0, 0
        return taken


class _Watched:
    """An interpreter; everything but `invoke` is its own."""

    def __init__(self, loaded: Any, watch: Watch) -> None:
        self._loaded, self._watch = loaded, watch

    def invoke(self) -> None:
        began = perf_counter()
        self._loaded.invoke()
        self._watch.add(perf_counter() - began)

    def __getattr__(self, name: str) -> Any:
        return getattr(self._loaded, name)
