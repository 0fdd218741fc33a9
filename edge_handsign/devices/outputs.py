"""What comes out of the interpreter: which output is the embedding, which the hand map, and their numbers."""

from typing import Any

import numpy as np
from numpy.typing import NDArray

from edge_handsign.core.gaze import Hand, HandMap, Place, is_map
from edge_handsign.errors import ModelError

KINDS = ("uint8", "int8", "float32")
Details = dict[str, Any]  # as an interpreter gives them


class Output:
    """A tensor that comes out."""

    def __init__(self, loaded: Any, details: Details) -> None:
        """`loaded` is the interpreter."""
        self._view = loaded.tensor(details["index"])
        scale, zero = details["quantization"]
        self._zero = np.float32(zero)
        self.scale = float(scale) or 1.0  # 0 where the output is not quantised

    def steps(self) -> NDArray[np.float32]:
        """A copy of its numbers, (n,), in steps of `scale`."""
        steps: NDArray[np.float32] = self._view().astype(np.float32).reshape(-1)
        steps -= self._zero
        return steps


class MapOutput:
    """The tensor that tells where a hand is."""

    def __init__(self, loaded: Any, details: Details) -> None:
        """`loaded` is the interpreter."""
        self._view = loaded.tensor(details["index"])
        _, height, width, _ = details["shape"].tolist()
        scale, zero = details["quantization"]
        self._map = HandMap(height, width, float(scale) or 1.0, int(zero))

    def hand(self) -> Hand:
        """The hand of the newest picture."""
        return self._map.hand(self._view().ravel().tolist())

    def place(self) -> Place:
        """Where it is."""
        return self._map.place(self._view().ravel().tolist())


def vector_and_map(title: str, made: list[Details]) -> tuple[Details, Details | None]:
    """The output that is the embedding, and the hand map if there is one, in whatever order the file has them.

    ModelError when there are others, or when the embedding is a lone number.
    """
    usable = all(np.dtype(one["dtype"]).name in KINDS and np.prod(one["shape"]) > 1 for one in made)
    match [(is_map(one["shape"].tolist()), one) for one in made]:
        case [(_, vector)] if usable:
            return vector, None
        case [(False, vector), (True, cells)] | [(True, cells), (False, vector)] if usable:
            return vector, cells
    kinds = " and ".join(f"{np.dtype(one['dtype']).name} {one['shape'].tolist()}" for one in made) or "nothing"
    raise ModelError(f"{title} does not give one vector but {kinds}: use a MobileNet without its classifier")
