"""What `doctor` does: examines this box as its settings describe it, and looks through its camera."""

import argparse
from pathlib import Path
from time import monotonic
from typing import Any

import numpy as np

from edge_handsign import config as settings
from edge_handsign.commands import choice, findings
from edge_handsign.config import Config
from edge_handsign.doctor import Patient, examine, occupant
from edge_handsign.doctor.tree import Tree
from edge_handsign.errors import ConfigError, PlainError
from edge_handsign.hardware import UnusablePicture

PICTURES = 5  # that an opened camera is asked for
SIZE = (320, 320)  # width and height of them


def run(args: argparse.Namespace) -> int:
    """Print what is found; the worst verdict."""
    found = examine(_patient(args), look_through_camera)
    return findings.print_json(found) if args.json else findings.print_lines(found)


def _patient(args: argparse.Namespace) -> Patient:
    """Settings with a mistake do not keep anybody from looking at the rest."""
    config, mistakes = Config(), ""
    try:
        config = choice.configured(args)
    except ConfigError as error:
        mistakes = str(error)
    tree = Tree()
    here = occupant.look(config.control.socket, config.store.folder, tree)
    return Patient(tree, config, settings.find(args.config), mistakes, args.camera, here)


def look_through_camera(spec: str, file: str | None) -> dict[str, Any]:
    """Called in a process apart: a few pictures of the camera that `run` would open, and how they are."""
    try:
        config = settings.load(Path(file) if file else None)
        with choice.camera(spec, SIZE, config)() as camera:
            camera.capture()
            began = monotonic()
            frames = [camera.capture() for _ in range(PICTURES)]
            took = monotonic() - began
    except (PlainError, UnusablePicture) as error:
        return {"trouble": str(error)}
    pixels = np.stack([frame.pixels for frame in frames])
    return {"fps": PICTURES / took, "mean": float(pixels.mean()), "spread": float(pixels.std())}
