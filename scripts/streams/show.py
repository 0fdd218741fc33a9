"""Hours for a model, from casts: what scripts that play streams have in common."""

from collections.abc import Callable, Iterator

import numpy as np

from edge_handsign.commands import choice
from edge_handsign.config import Config
from scripts.streams.photographs import Photograph, data_folder, embedded, read_index
from scripts.streams.play import Reel, Stretch, hour, taught
from scripts.streams.stage import Cast

SHOTS = (5, 20)  # pictures taught a sign


def hours(
    model: str, casting: Callable[[list[Photograph]], list[Cast]], draws: int, seed: int
) -> Iterator[tuple[str, int, list[list[Stretch]]]]:
    """(stream, shots, its hours): `draws` of every cast of that name."""
    folder = data_folder()
    backbone = choice.backbone(Config(), model)
    casts = casting(read_index(folder))
    reel = Reel(casts, seed)
    reel.develop(dict(zip(reel.views, embedded(reel.views, folder, backbone, "embedding"), strict=True)))
    for name in dict.fromkeys(cast.name for cast in casts):
        for shots in SHOTS:
            played = []
            for cast in [cast for cast in casts if cast.name == name]:
                for draw in range(draws):
                    rng = np.random.default_rng((seed, draw, shots))
                    played.append(hour(reel, cast, taught(reel, cast, shots, rng, backbone.prior), rng))
            yield name, shots, played
