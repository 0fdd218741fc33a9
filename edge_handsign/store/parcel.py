"""What a box was taught, as one file that can be carried to another: NAME.handsigns.

A zip archive whose two members are stored, not compressed, so that it cannot grow when it is opened:

    manifest.json    format, signs, models; count, bytes and BLAKE2b of the other
    samples.bin      a record after the other: sign, model, lesson, when, length; then the embedding

Everything in it is checked before anything is used, and the slightest mistake refuses the whole. No pickle, no .npy.
"""

import json
import struct
import zipfile
from collections.abc import Iterator
from dataclasses import dataclass
from hashlib import blake2b
from io import BytesIO
from typing import Any, Self

import numpy as np

from edge_handsign.errors import PlainError
from edge_handsign.store.changes import Backbone
from edge_handsign.store.packing import is_packed, unpacked
from edge_handsign.store.row import Row

FORMAT = 1
MOST_BYTES = 64 * 2**20
MOST_NAMES, LONGEST = 4096, 64  # signs, and models; code points
MANIFEST, SAMPLES = "manifest.json", "samples.bin"
MEMBERS = (MANIFEST, SAMPLES)
FRAME = 22 + sum(30 + 46 + 2 * len(name) for name in MEMBERS)  # bytes of a zip archive beside its members' contents
RECORD = struct.Struct("<HHqqI")
DAY_ONE = (1980, 1, 1, 0, 0, 0)  # the same samples make the same file
NOT_READABLE = (  # what the standard library raises on files that were tampered with
    zipfile.BadZipFile, NotImplementedError, EOFError, OSError, RuntimeError, ValueError, KeyError, IndexError,
    TypeError, OverflowError, struct.error,
)  # fmt: skip


class ParcelError(PlainError):
    """A file of samples that is not used, and nothing of it."""

    exit_code = 65  # EX_DATAERR


@dataclass(frozen=True, slots=True)
class Parcel:
    """Samples and whose they are; ids are those of the box that they come from."""

    models: tuple[Backbone, ...]
    rows: tuple[Row, ...]

    def packed(self) -> bytes:
        """As a file; ParcelError when it would be larger than one may be."""
        signs = list(dict.fromkeys(row.sign for row in self.rows))
        samples = b"".join(self._records(signs))
        manifest = {
            "format": FORMAT,
            "signs": signs,
            "models": [[one.fingerprint.hex(), one.dimension, one.name] for one in self.models],
            "count": len(self.rows),
            "bytes": len(samples),
            "blake2b": blake2b(samples).hexdigest(),
        }
        content = BytesIO()
        with zipfile.ZipFile(content, "w", zipfile.ZIP_STORED) as archive:
            archive.writestr(zipfile.ZipInfo(MANIFEST, DAY_ONE), json.dumps(manifest))
            archive.writestr(zipfile.ZipInfo(SAMPLES, DAY_ONE), samples)
        if content.tell() > MOST_BYTES:
            raise ParcelError(
                f"{len(self.rows)} samples take more than {MOST_BYTES >> 20} MB: use samples backup instead"
            )
        return content.getvalue()

    @classmethod
    def unpacked(cls, content: bytes) -> Self:
        """From a file; ParcelError says what is wrong with it."""
        if len(content) > MOST_BYTES:
            raise ParcelError(f"it is larger than {MOST_BYTES >> 20} MB")
        try:
            manifest, samples = _members(content)
            signs, models = _signs(manifest["signs"]), _models(manifest["models"])
            rows = tuple(_rows(samples, signs, models))
            _insist(manifest["count"] == len(rows), "its count of samples is wrong")
        except NOT_READABLE as error:
            raise ParcelError("it is damaged, or not a file of samples: export it again") from error
        for model in models:
            _insist_on_directions([row.emb for row in rows if row.fingerprint == model.fingerprint], model.dimension)
        return cls(models, rows)

    def _records(self, signs: list[str]) -> Iterator[bytes]:
        sign_of = {name: place for place, name in enumerate(signs)}
        model_of = {model.fingerprint: place for place, model in enumerate(self.models)}
        for row in self.rows:
            yield RECORD.pack(sign_of[row.sign], model_of[row.fingerprint], row.lesson, row.wall_ns, len(row.emb))
            yield row.emb


def _insist(right: bool, otherwise: str) -> None:  # noqa: FBT001 - reads like an assertion
    if not right:
        raise ParcelError(otherwise)


def _members(content: bytes) -> tuple[dict[str, Any], bytes]:
    """The manifest, and the samples that it vouches for."""
    with zipfile.ZipFile(BytesIO(content)) as archive:
        infos = archive.infolist()
        _insist(tuple(info.filename for info in infos) == MEMBERS, f"it does not hold {' and '.join(MEMBERS)}")
        for info in infos:
            stored = info.compress_type == zipfile.ZIP_STORED and info.compress_size == info.file_size
            _insist(stored and not info.flag_bits & 1, f"{info.filename} is compressed or encrypted")
        _insist(len(content) == FRAME + sum(info.file_size for info in infos), "it holds more than it says")
        manifest, samples = json.loads(archive.read(MANIFEST)), archive.read(SAMPLES)
    _insist(isinstance(manifest, dict), "its manifest is not a manifest")
    _insist(manifest["format"] == FORMAT, f"its format is {manifest['format']!r}, this program knows {FORMAT}")
    _insist(manifest["bytes"] == len(samples), "its samples are not as long as it says")
    _insist(manifest["blake2b"] == blake2b(samples).hexdigest(), "its samples are not those that were exported")
    return manifest, samples


def _signs(names: object) -> list[str]:
    _insist(isinstance(names, list) and len(names) <= MOST_NAMES, "its signs are not a list of names")
    assert isinstance(names, list)
    for name in names:
        good = isinstance(name, str) and 0 < len(name) <= LONGEST and name.isprintable() and name == name.strip()
        _insist(good and "/" not in name and "\\" not in name, f"a sign cannot be called {name!r:.80}")
    _insist(len(set(names)) == len(names), "a sign is there twice")
    return names


def _models(models: object) -> tuple[Backbone, ...]:
    _insist(isinstance(models, list) and len(models) <= MOST_NAMES, "its models are not a list")
    assert isinstance(models, list)
    found = []
    for fingerprint, dimension, name in models:
        _insist(isinstance(dimension, int) and 2 <= dimension <= 1 << 16, f"no model has {dimension!r:.20} numbers")
        _insist(isinstance(name, str) and name.isprintable() and len(name) < 1024, "a model's name is none")
        found.append(Backbone(bytes.fromhex(fingerprint), dimension, name))
    _insist(all(len(one.fingerprint) == 32 for one in found), "a model's fingerprint is none")
    _insist(len({one.fingerprint for one in found}) == len(found), "a model is there twice")
    return tuple(found)


def _rows(samples: bytes, signs: list[str], models: tuple[Backbone, ...]) -> Iterator[Row]:
    at, number = 0, 0
    while at < len(samples):
        sign, model, lesson, wall_ns, length = RECORD.unpack_from(samples, at)
        emb = samples[at + RECORD.size : at + RECORD.size + length]
        at, number = at + RECORD.size + length, number + 1
        fits = len(emb) == length and is_packed(emb, models[model].dimension) and lesson > 0
        _insist(fits, f"sample {number} is not as its model makes them")
        yield Row(number, signs[sign], lesson, models[model].fingerprint, wall_ns, emb)


def _insist_on_directions(embs: list[bytes], dimension: int) -> None:
    for vector in unpacked(embs, dimension):
        length = float(np.dot(vector, vector))
        _insist(length == 0.0 or abs(length - 1) < 1e-3, "an embedding is not of unit length")
