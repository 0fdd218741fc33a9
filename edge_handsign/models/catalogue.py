"""The public models that are known by name: where they are, and the hash without which no byte of them is opened.

ImageNet-trained 8-bit MobileNets by Google, Apache-2.0, as published in google-coral/test_data at one commit. They come
with their classifier on, except the last; installing one cuts it off.
"""

from dataclasses import dataclass

ORIGIN = "https://github.com/google-coral/test_data/raw/104342d2d3480b3e66203073dac24f4e2dbb4c41"
MIRROR = "EDGE_HANDSIGN_MIRROR"  # environment: where the same file names are kept instead


@dataclass(frozen=True, slots=True)
class Entry:
    """One model that can be fetched."""

    name: str
    sha256: str  # of the published file
    size: int  # of the published file, bytes
    pixels: int  # width and height of its input
    features: int  # numbers in an embedding
    licence: str = "Apache-2.0"

    def url(self, mirror: str | None = None) -> str:
        """Its address at the mirror, or where it was published."""
        return f"{(mirror or ORIGIN).rstrip('/')}/{self.name}.tflite"


ENTRIES = (
    Entry(
        "mobilenet_v1_0.25_128_quant",
        "cb273c23ee76374b05b9583177e28aa19744858a7679c56a250e83d0333da785",
        size=525_598,
        pixels=128,
        features=256,
    ),
    Entry(
        "mobilenet_v1_0.5_160_quant",
        "3cc6d2ca460abd2e0f699a6d0d2550c6b61c6e3b0e27a3616e384ea74cb86f43",
        size=1_392_846,
        pixels=160,
        features=512,
    ),
    Entry(
        "mobilenet_v1_0.75_192_quant",
        "41daeb22fdcf947e0e5ec32373aa9df7c31f3ef45dbd0ef7b5940fbce3c20f6a",
        size=2_652_542,
        pixels=192,
        features=768,
    ),
    Entry(
        "mobilenet_v2_1.0_224_quant",
        "7aad0c74c5e3c06e5eb3c827e13304fdd68a83da6087d92ee169c24ff9fd4776",
        size=3_610_798,
        pixels=224,
        features=1280,
    ),
    Entry(
        "mobilenet_v1_1.0_224_quant_embedding_extractor",
        "f409ef4f73fcbb9667841965623c5c8524aac33d41b9bf5f3667161fb4a76319",
        size=3_251_736,
        pixels=224,
        features=1024,
    ),
)
CATALOGUE = {entry.name: entry for entry in ENTRIES}
