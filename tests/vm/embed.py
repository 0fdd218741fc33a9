"""Embeds the pictures of a folder (*.npy) with whatever interpreter is there; prints JSON: embeddings, raw outputs.

Run by tests/vm/wheels.py on the Python of another processor.
"""

import json
import sys
from pathlib import Path

import numpy as np

from edge_handsign.commands.choice import backbone
from edge_handsign.config import Config
from edge_handsign.core.messages import Frame


def main() -> None:
    """One line."""
    network = backbone(Config())
    print(network.name, file=sys.stderr)
    told: dict[str, list[list[float]]] = {"embeddings": [], "outputs": []}
    for file in sorted(Path(sys.argv[1]).glob("*.npy")):
        told["embeddings"].append(network.embed(Frame(np.load(file), 0.0)).vector.tolist())
        told["outputs"].append(network._vector.steps().tolist())  # before any arithmetic of ours
    print(json.dumps(told))


if __name__ == "__main__":
    main()
