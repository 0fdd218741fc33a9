"""Whose network ours descends from, told by what its layers are: what the card says of build, source and licence."""

from dataclasses import dataclass

from edge_handsign.models.format.verify import verify


@dataclass(frozen=True, slots=True)
class Descent:
    """A family of networks that a run can start from."""

    build: str  # continues "A network without a classifier, ..."
    source: str  # a sentence that names the base, its makers and its licence


MOBILENET_V1 = Descent(
    "built as Google's MobileNet v1: depthwise and pointwise convolutions in turn",
    "The base is Google's MobileNet v1, trained on ImageNet, published in google-coral/test_data (Apache-2.0).",
)
MOBILENET_V2 = Descent(
    "built as Google's MobileNet v2: inverted residual blocks",
    "The base is Google's MobileNet v2, trained on ImageNet, published in google-coral/test_data (Apache-2.0).",
)
HAND_LANDMARK = Descent(
    "built as the lite hand landmark model of MediaPipe, a small MobileNet v2: inverted residual blocks",
    "The base is that landmark model's lite variant up to its last features, published by Google in the package "
    "mediapipe (Apache-2.0). Google trained it on hands that are not published: what those pictures show, and whom, "
    "is in MediaPipe's model card, not here.",
)


def descent(content: bytes) -> Descent:
    """The family of a file of ours: only v2 and later add, only the landmark model takes a highest number."""
    graph = verify(content)
    kinds = {graph.kind(operator) for operator in graph.main.operators}
    if "MAX_POOL_2D" in kinds:
        return HAND_LANDMARK
    return MOBILENET_V2 if "ADD" in kinds else MOBILENET_V1
