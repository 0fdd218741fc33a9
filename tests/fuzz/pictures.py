"""Pictures: spoilt JPEG, PNG, WebP and BMP, absurd sizes, notes of a camera (EXIF) that say anything."""

import struct
import tempfile
import warnings
import zlib
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from functools import cache
from io import BytesIO
from pathlib import Path
from typing import Any

import numpy as np
from hypothesis import strategies as st

from edge_handsign.devices.album import SUFFIXES, read_picture
from tests.fuzz.judgement import Finding
from tests.fuzz.mutations import EDGES, spoilt

WIDTH, HEIGHT = 64, 48
SIZE = (32, 32)  # px, that the backbone wants
REGION = (0.1, 0.0, 0.9, 1.0)
FORMATS = {".jpg": {"quality": 80}, ".png": {}, ".webp": {}, ".bmp": {}}
PROGRESSIVE = {"quality": 60, "progressive": True}
MARKERS = (
    b"\xff\xd8",
    b"\xff\xc0",
    b"\xff\xc4",
    b"\xff\xda",
    b"\xff\xd9",
    b"\xff\xe1",
    b"IHDR",
    b"IDAT",
    b"VP8L",
    b"\xff" * 4,
)
EXIF = b"Exif\0\0"


@cache
def seeds() -> tuple[bytes, ...]:
    """Good ones."""
    drawn: list[tuple[str, str, dict[str, Any]]] = [
        *((mode, suffix, told) for suffix, told in FORMATS.items() for mode in ("RGB", "L")),
        *(("CMYK", ".jpg", {}), ("P", ".png", {}), ("RGBA", ".png", {}), ("RGB", ".jpg", PROGRESSIVE)),
    ]
    return tuple(_drawn(*one) for one in drawn)


def _drawn(mode: str, suffix: str, told: dict[str, Any]) -> bytes:
    """Noise, with the note that it is to be turned."""
    from PIL import Image

    noise = np.random.default_rng(3).integers(0, 256, (HEIGHT, WIDTH, 3), np.uint8)
    content, exif = BytesIO(), Image.Exif()
    exif[0x0112] = 6
    notes = {} if suffix == ".bmp" else {"exif": exif}
    Image.fromarray(noise).convert(mode).save(content, Image.registered_extensions()[suffix], **notes, **told)
    return content.getvalue()


def cases() -> st.SearchStrategy[bytes]:
    """All kinds."""
    sizes = st.sampled_from(EDGES) | st.integers(0, 70_000)
    tall = st.builds(_png, sizes, sizes, st.integers(0, 255), st.integers(0, 16))
    return spoilt(seeds(), MARKERS) | tall | st.builds(_with_exif, _exif())


def _png(width: int, height: int, kind: int, bits: int) -> bytes:
    """A PNG that says to be so large, and is not."""
    head = struct.pack(">IIBBBBB", width, height, bits, kind % 7, 0, 0, 0)
    chunks = ((b"IHDR", head), (b"IDAT", zlib.compress(bytes(100))), (b"IEND", b""))
    return b"\x89PNG\r\n\x1a\n" + b"".join(
        struct.pack(">I", len(data)) + name + data + struct.pack(">I", zlib.crc32(name + data)) for name, data in chunks
    )


def _exif() -> st.SearchStrategy[bytes]:
    """Notes whose kinds, counts and places are anything."""
    number = st.sampled_from(EDGES) | st.integers(0, 20)
    tag = st.sampled_from((0x0112, 0x8769, 0x8825, 0x0100, 0xA005)) | st.integers(0, 0xFFFF)
    entry = st.builds(
        lambda name, kind, count, value: struct.pack("<HHII", name, kind % 0x10000, count, value),
        tag,
        number,
        number,
        number,
    )
    head = st.sampled_from((b"II*\0\x08\0\0\0", b"MM\0*\0\0\0\x08", b"II*\0\xff\xff\xff\xff", b"II*\0\0\0\0\0", b""))
    entries = st.lists(entry, max_size=4)
    return st.builds(
        lambda begin, told: begin + struct.pack("<H", len(told)) + b"".join(told) + bytes(4), head, entries
    )


def _with_exif(exif: bytes) -> bytes:
    """The first picture with these notes in front."""
    note = EXIF + exif
    return b"\xff\xd8\xff\xe1" + struct.pack(">H", 2 + len(note)) + note + seeds()[0][2:]


@contextmanager
def looking() -> Iterator[Callable[[bytes], None]]:
    """Whoever looks at such a file as the box does."""
    with tempfile.TemporaryDirectory() as name:
        file = (Path(name) / "picture").with_suffix(SUFFIXES[0])

        def look(content: bytes) -> None:
            file.write_bytes(content)
            for region in (None, REGION):
                with warnings.catch_warnings():
                    warnings.simplefilter("ignore")  # Pillow warns of the damage too
                    pixels = read_picture(file, SIZE, region).pixels
                if pixels.shape != (*SIZE, 3) or pixels.dtype != np.uint8:
                    raise Finding(f"a picture of {pixels.shape} {pixels.dtype}")

        yield look
