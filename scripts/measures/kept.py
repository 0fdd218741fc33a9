"""What takes long to find and never changes, kept in a file: landmarks of a photograph, what a public network says."""

from collections.abc import Callable
from hashlib import sha256
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from edge_handsign.core.messages import Embedding, Frame


class Kept:
    """Rows of numbers, all of one length, by key; `save` writes what is new."""

    def __init__(self, path: Path) -> None:
        """Reads the file if it is there."""
        self._path, self._new = path, False
        self._rows: dict[str, NDArray[np.float32]] = {}
        if path.exists():
            with np.load(path) as stored:
                self._rows = dict(zip(stored["keys"].tolist(), stored["rows"], strict=True))

    def get(self, key: str, find: Callable[[], NDArray[np.float32]]) -> NDArray[np.float32]:
        """The row, found now if it was not before."""
        if key not in self._rows:
            self._rows[key], self._new = find(), True
        return self._rows[key]

    def save(self) -> None:
        """Whole or not at all."""
        if self._new:
            self._path.parent.mkdir(parents=True, exist_ok=True)
            written = self._path.with_suffix(".new.npz")
            np.savez(written, keys=np.array(list(self._rows)), rows=np.stack(list(self._rows.values())))
            written.replace(self._path)
            self._new = False


class Remembering:
    """`embed` of a network that does not tell of presence; the same pixels are shown to it once and for all."""

    def __init__(self, embed: Callable[[Frame], Embedding], kept: Kept) -> None:
        self._embed, self._kept = embed, kept

    def __call__(self, frame: Frame) -> Embedding:
        """What it says now, or said before."""
        row = self._kept.get(sha256(frame.pixels.tobytes()).hexdigest(), lambda: self._row(frame))
        return Embedding(row[1:], float(row[0]))

    def _row(self, frame: Frame) -> NDArray[np.float32]:
        said = self._embed(frame)
        return np.append(np.float32(said.norm), said.vector)
