"""What the lab works with: photographs or what was taught, put on disk where every learner's process finds it."""

import argparse
from dataclasses import dataclass
from pathlib import Path

from edge_handsign.commands import choice
from edge_handsign.config import Config
from edge_handsign.devices.album import Album
from edge_handsign.lab import material
from edge_handsign.lab.bundle import Bundle, Network
from edge_handsign.lab.material import Material
from edge_handsign.models import shelf
from edge_handsign.models.format.verify import verify
from edge_handsign.store import Store


@dataclass(frozen=True, slots=True)
class Supplies:
    """`backbone` is what embeds, in words."""

    material: Material
    bundle: Bundle
    backbone: str


def gather(args: argparse.Namespace, folder: Path) -> Supplies:
    """As `lab`'s arguments say; `folder` is empty and may be written to."""
    config = choice.configured(args)
    if args.taught is not None:
        return _taught(config, config.store.folder if args.taught is True else Path(args.taught), folder)
    return _photographs(args, config, folder)


def _photographs(args: argparse.Namespace, config: Config, folder: Path) -> Supplies:
    album = Album(args.teach)
    found, paths = material.of_albums(album, Album(args.test)) if args.test else material.of_album(album)
    opened = choice.backbone(config, args.backbone)
    name = args.backbone or config.backbone.model
    backbone, source = _network(name), _network(args.source or name)
    bundle = Bundle(folder, len(found.signs), config.memory, config.backbone, backbone, source)
    bundle.keep_pictures(paths, config.camera.region, (opened.input_size, backbone.size, source.size))
    return Supplies(found, bundle, opened.name)


def _taught(config: Config, kept_in: Path, folder: Path) -> Supplies:
    with Store(kept_in) as store:
        samples = store.load().samples
    found, vectors = material.of_samples(samples)
    bundle = Bundle(folder, len(found.signs), config.memory, config.backbone, None, None)
    bundle.keep_vectors(vectors)
    return Supplies(found, bundle, f"embeddings of {vectors.shape[1]} numbers, as {kept_in} keeps them")


def _network(name: str) -> Network:
    model = shelf.load(name)
    graph = verify(model.content)
    _, height, width, _ = graph.shape(graph.input)
    return Network(model.path.name, model.content, (width, height))
