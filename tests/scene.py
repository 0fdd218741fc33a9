"""What a camera would see in a transcript: a vector for each sign, jittered while the hand moves."""

from dataclasses import dataclass, field

import numpy as np
from numpy.typing import NDArray

from edge_handsign.core.messages import Embedding, Frame, Sight

DIMENSION = 32
TEXTURE = np.random.default_rng(2).integers(60, 200, (16, 16, 3))
LOOKS = {"clear": TEXTURE, "blur": TEXTURE * 0 + 130, "dark": TEXTURE // 40, "bright": TEXTURE * 0 + 254}


@dataclass
class Scene:
    """One seed, one story: the same transcript sees the same frames every time."""

    shows: str = "none"
    moving: bool = True
    picture: str = "clear"
    running: bool = True
    rng: np.random.Generator = field(default_factory=lambda: np.random.default_rng(1))
    jitter: NDArray[np.float64] = field(default_factory=lambda: np.eye(DIMENSION)[0])

    def sight(self, taken_at: float) -> Sight:
        if self.moving:
            jitter = self.rng.normal(size=DIMENSION)
            self.jitter = jitter / np.linalg.norm(jitter)
        base = np.random.default_rng(sum(self.shows.encode())).normal(size=DIMENSION)
        vector = base / np.linalg.norm(base) + 0.5 * self.jitter
        unit = (vector / np.linalg.norm(vector)).astype(np.float32)
        return Sight(Frame(LOOKS[self.picture].astype(np.uint8), taken_at), Embedding(unit, 1.0))
