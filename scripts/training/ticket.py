"""What one run is: everything that decides its outcome besides the photographs."""

from dataclasses import dataclass, field


@dataclass(frozen=True, slots=True)
class Recipe:
    """How a run goes."""

    steps: int
    seed: int
    rate: float  # Adam's, at its highest
    warm_steps: int = 300
    said_every: int = 100
    kept_every: int = 250
    coarse: float = 0.17  # share of the steps, the first, at 0.8 of the pixels: they cost two thirds


@dataclass(frozen=True, slots=True)
class Weights:
    """Of the terms of the loss; 0 leaves a term out."""

    pose: float = 4.0
    likeness: float = 0.75
    label: float = 1.2
    presence: float = 0.6


@dataclass(frozen=True, slots=True)
class Ticket:
    """One run."""

    recipe: Recipe
    weights: Weights = field(default_factory=Weights)
    base: tuple[str, ...] = ("hand_landmark_lite.tflite",)  # public, or paths of ours; of several, the mean
    pixels: int = 160  # side of the network's input
    embedding: int = 128  # numbers that describe a hand
    frozen: int = 12  # convolutions that keep the public weights
    note: str = ""  # for the model card
    left_out: frozenset[str] = frozenset()  # whole sets held back for a measurement
