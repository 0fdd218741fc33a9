"""The seam between behaviour and devices: four small Protocols, no code.

Polarity, pull-ups, pin numbers, colour order and quantisation stay on the far side. Opening a device is its
constructor's job and raises `HardwareError`; closing is `__exit__`'s; adapters do not inherit from these.
"""

from typing import Protocol

from edge_handsign.core.doubt import Prior
from edge_handsign.core.messages import Embedding, Feedback, Frame
from edge_handsign.core.vitals import Vitals


class EndOfFrames(Exception):
    """A camera that plays something finite has played it; not a fault."""


class UnusablePicture(Exception):
    """One picture is damaged; the next may be good."""


class Camera(Protocol):
    """Called from a lookout's thread only."""

    @property
    def noisy(self) -> bool:
        """Whether no two pictures are ever equal, because of a sensor's noise; equal ones then tell that it froze."""

    def capture(self) -> Frame:
        """Block until the next picture, for a bounded time; CameraError when it does not come, or EndOfFrames.

        UnusablePicture when this one is of no use.
        """


class Backbone(Protocol):
    """Called from a lookout's thread only."""

    @property
    def name(self) -> str:
        """What it is and what runs it, for the log: "handsign.tflite (int8, 160x160 -> 128) on LiteRT 2.1.0"."""

    @property
    def input_size(self) -> tuple[int, int]:
        """(width, height) in pixels that `embed` takes."""

    @property
    def dimension(self) -> int:
        """Length of an embedding."""

    @property
    def fingerprint(self) -> bytes:
        """32 bytes: SHA-256 of the model file and the preprocessing. Equal fingerprints: comparable embeddings."""

    @property
    def prior(self) -> Prior | None:
        """What is known of it before anything is taught; None where nothing is."""

    def embed(self, frame: Frame) -> Embedding:
        """The frame's embedding; HardwareError when the interpreter fails."""


class Board(Protocol):
    """Called from the main thread only."""

    def read(self) -> Vitals:
        """What the board says of itself now; at once, and without an error: one that cannot be read says nothing."""


class Pins(Protocol):
    """Called from the main thread only."""

    def read(self) -> tuple[bool, ...]:
        """One level a button, in the order of Box.buttons; True is pressed. Bouncing is left in."""

    def write(self, feedback: Feedback) -> None:
        """Make LEDs and buzzer look like this; idempotent."""
