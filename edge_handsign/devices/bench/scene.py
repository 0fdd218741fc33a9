"""The pretend world: what is before the camera at which moment. No clock here; the moment is an argument."""

from dataclasses import replace

import numpy as np
from numpy.typing import NDArray

from edge_handsign.devices.drawing import NONE, POSES, SKINS, Stance, draw


class Scene:
    """What is before the camera: a room, and perhaps a hand that is never quite still. Any thread may call it.

    The same seed and the same moments give the same pixels.
    """

    def __init__(self, seed: int = 0, liveliness: float = 1.0) -> None:
        """`liveliness` scales how far the hand wanders; 0 holds it still (the sensor's noise stays)."""
        rng = np.random.default_rng(seed)
        self._seed = seed
        self._liveliness = liveliness
        self._phases = rng.uniform(0.0, 2 * np.pi, (6, 2))
        self._hertz = rng.uniform(0.05, 0.45, (6, 2))
        self._rest = Stance(
            mirror=bool(rng.integers(2)),
            skin=int(rng.integers(len(SKINS))),
            cloth=int(rng.integers(1000)),
            room=int(rng.integers(1000)),
            sun=float(rng.uniform(-60, 60)),
        )
        self._shown: str | None = None

    @property
    def shown(self) -> str | None:
        """The name of the pose that is shown; None is the empty room."""
        return self._shown

    def show(self, name: str | None) -> None:
        """Put that pose, or with None or "none" no hand, before the camera; ValueError for a name not in POSES."""
        if name not in POSES and name not in (None, NONE):
            raise ValueError(f"nobody has drawn {name!r}; there are {', '.join([*POSES, NONE])}")
        self._shown = None if name == NONE else name  # one assignment: readers see the old pose or the new

    def look(self, at: float, size: tuple[int, int]) -> NDArray[np.uint8]:
        """What is to be seen at second `at` of this scene: uint8 (height, width, 3); `size` is (width, height)."""
        shown = self._shown
        return draw(POSES[shown] if shown else None, size, self._stance(at))

    def _stance(self, at: float) -> Stance:
        drift = np.sin(2 * np.pi * self._hertz * at + self._phases).mean(1) * self._liveliness
        x, y, scale, turn, swing, nod = (float(d) for d in drift)
        rest = self._rest
        return replace(
            rest,
            centre=(rest.centre[0] + 0.06 * x, rest.centre[1] + 0.04 * y),
            scale=rest.scale * (1.0 + 0.10 * scale),
            turn=10.0 * turn,
            swing=10.0 * swing,
            nod=8.0 * nod,
            seed=self._seed + int(at * 1000.0),
        )
