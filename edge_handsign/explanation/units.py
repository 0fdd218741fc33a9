"""What the units of an embedding look for: which of them vary, and which pictures excite them most.

After Zeiler and Fergus (see occlusion), section 4: a unit is best known by the pictures that it answers to most.
"""

from collections.abc import Iterable

import numpy as np
from numpy.typing import NDArray

from edge_handsign.core.messages import Embedding

Activations = NDArray[np.float32]  # (n, d): what each unit said of each picture, before unit length


def activations(embeddings: Iterable[Embedding]) -> Activations:
    """One row an embedding; there is at least one."""
    return np.stack([embedding.vector * np.float32(embedding.norm) for embedding in embeddings])


def liveliest(said: Activations, count: int) -> list[int]:
    """The units that vary most over the pictures, by standard deviation, most first."""
    return [int(unit) for unit in np.argsort(-said.std(0), kind="stable")[:count]]


def most_exciting(said: Activations, unit: int, count: int) -> list[int]:
    """The pictures to which a unit answers most strongly, strongest first."""
    return [int(picture) for picture in np.argsort(-said[:, unit], kind="stable")[:count]]
