"""`samples reembed`: what was taught through another model is looked at again through this one."""

import argparse
from dataclasses import replace

import numpy as np
from numpy.typing import NDArray

from edge_handsign.commands import asking, carrying, choice
from edge_handsign.core.messages import Frame
from edge_handsign.errors import PlainError
from edge_handsign.store import Store

TEXT = "move the samples of other models to the one in use, from the pictures that store.pictures kept of them"


def add_to(kinds: "argparse._SubParsersAction[argparse.ArgumentParser]") -> None:
    """Register the verb."""
    kind = kinds.add_parser("reembed", help=TEXT, description=f"{TEXT[0].upper()}{TEXT[1:]}.")
    choice.add_backbone_arguments(kind)
    choice.add_folder_argument(kind)
    asking.add_socket_argument(kind)
    kind.set_defaults(run=reembed)


def reembed(args: argparse.Namespace) -> int:
    """Move all that can be moved; PlainError when nothing can."""
    asking.insist_on_rest(args, "samples reembed")
    folder, backbone = choice.folder(args), choice.backbone(choice.configured(args), args.backbone)

    def embed(frame: Frame) -> NDArray[np.float32]:
        from PIL import Image

        resized = Image.fromarray(frame.pixels).resize(backbone.input_size, Image.Resampling.BILINEAR)
        return backbone.embed(replace(frame, pixels=np.asarray(resized))).vector

    with Store(folder) as visitor:  # StoreError where nothing was ever kept
        visitor.census()
    with Store(folder, backbone.fingerprint, backbone.dimension, backbone.name) as store:
        done = store.orders.reembed(embed)
    if done.asleep and not done.moved:
        raise PlainError(
            f"no pictures of the {carrying.samples(done.asleep)} of other models were kept: asleep as before"
        )
    asleep = f"; without a picture, and asleep as before: {done.asleep}" if done.asleep else ""
    print(f"{carrying.samples(done.moved)} moved to {backbone.name}{asleep}")
    return 0
