"""Reading a parcel that came from outside, a little at a time. No pickle, no .npy, and nothing in it is believed.

Everything is checked before anything is used, and the slightest mistake refuses the whole.
"""

import json
import struct
import zipfile
from collections.abc import Generator, Iterator
from contextlib import contextmanager
from hashlib import blake2b
from itertools import groupby, islice
from typing import IO, Any, BinaryIO

import numpy as np

from edge_handsign.errors import PlainError
from edge_handsign.store.backbone import Backbone
from edge_handsign.store.packing import is_packed, unpacked
from edge_handsign.store.row import Row
from edge_handsign.store.scan import AT_ONCE

FORMAT = 1
MOST_BYTES, MOST_MANIFEST = 64 * 2**20, 2**20
MOST_SAMPLES = 200_000  # as many as memory.capacity can be
MOST_NAMES, LONGEST = 4096, 64  # signs, and models; code points
MANIFEST, SAMPLES = "manifest.json", "samples.bin"
MEMBERS = (MANIFEST, SAMPLES)
RECORD = struct.Struct("<HHqqI")
PIECE = 2**18  # bytes of samples that are digested in a step
END = struct.Struct("<4s4H2LH")  # of a zip archive
HEADS, ENTRIES = (sum(size + len(name) for name in MEMBERS) for size in (30, 46))
NOT_READABLE = (  # what the standard library raises on files that were tampered with
    zipfile.BadZipFile, NotImplementedError, EOFError, OSError, RuntimeError, ValueError, KeyError, IndexError,
    TypeError, OverflowError, struct.error,
)  # fmt: skip


class ParcelError(PlainError):
    """A file of samples that is not used, and nothing of it."""

    exit_code = 65  # EX_DATAERR


class Unpacking:
    """A file that nobody changes meanwhile. ParcelError says what is wrong with it, as early as it is found."""

    def __init__(self, file: BinaryIO) -> None:
        """Reads the manifest."""
        _insist(file.seek(0, 2) <= MOST_BYTES, f"it is larger than {MOST_BYTES >> 20} MB")
        with _understood():
            _insist_on_two(file)
            self._archive = zipfile.ZipFile(file)
            self._size = _size(self._archive.infolist(), file.seek(0, 2))
            self._told = _manifest(self._archive)
            _insist(self._told["bytes"] == self._size, "its samples are not as long as it says")
            self._count = self._told["count"]
            _insist(isinstance(self._count, int) and self._count <= MOST_SAMPLES, "its count of samples is wrong")
            self._signs, self.models = _signs(self._told["signs"]), _models(self._told["models"])
            self._dimensions = {model.fingerprint: model.dimension for model in self.models}

    def verifying(self) -> Generator[None]:
        """A piece a step; after the last one everything is as it was exported."""
        digest = blake2b()
        with _understood(), self._archive.open(SAMPLES) as samples:
            while piece := samples.read(PIECE):
                digest.update(piece)
                yield
            _insist(digest.hexdigest() == self._told["blake2b"], "its samples are not those that were exported")
        rows, count = self.rows, 0
        while some := list(islice(rows, AT_ONCE)):
            count += len(some)
            _insist(count <= self._count, "its count of samples is wrong")
            self._insist_on_directions(some)
            yield
        _insist(count == self._count, "its count of samples is wrong")

    @property
    def rows(self) -> Iterator[Row]:
        """From the first, numbered from 1."""
        with _understood(), self._archive.open(SAMPLES) as samples:
            number = 0
            while head := samples.read(RECORD.size):
                number += 1
                sign, model, lesson, wall_ns, length = RECORD.unpack(head)
                emb = samples.read(min(length, self._size))
                fits = len(emb) == length and is_packed(emb, self.models[model].dimension) and lesson > 0
                _insist(fits, f"sample {number} is not as its model makes them")
                yield Row(number, self._signs[sign], lesson, self.models[model].fingerprint, wall_ns, emb)

    def _insist_on_directions(self, rows: list[Row]) -> None:
        for key, of_model in groupby(sorted(rows, key=_whose), _whose):
            for vector in unpacked([row.emb for row in of_model], self._dimensions[key]):
                length = float(np.dot(vector, vector))
                _insist(length == 0.0 or abs(length - 1) < 1e-3, "an embedding is not of unit length")


def _whose(row: Row) -> bytes:
    return row.fingerprint


@contextmanager
def _understood() -> Iterator[None]:
    try:
        yield
    except NOT_READABLE as error:
        raise ParcelError("it is damaged, or not a file of samples: export it again") from error


def _insist(right: bool, otherwise: str) -> None:  # noqa: FBT001 - reads like an assertion
    if not right:
        raise ParcelError(otherwise)


def _insist_on_two(file: BinaryIO) -> None:
    """Before the archive's list is read, which may have a million entries."""
    file.seek(-END.size, 2)
    mark, _, _, here, entries, size, _, _ = END.unpack(file.read())
    if mark != b"PK\x05\x06":
        raise zipfile.BadZipFile
    _insist(here == entries == len(MEMBERS), f"it does not hold {' and '.join(MEMBERS)}")
    _insist(size == ENTRIES, f"it does not hold {' and '.join(MEMBERS)} alone")


def _size(infos: list[zipfile.ZipInfo], size: int) -> int:
    """Of the samples, in bytes."""
    _insist(tuple(info.filename for info in infos) == MEMBERS, f"it does not hold {' and '.join(MEMBERS)}")
    for info in infos:
        stored = info.compress_type == zipfile.ZIP_STORED and info.compress_size == info.file_size
        _insist(stored and not info.flag_bits & 1, f"{info.filename} is compressed or encrypted")
    members = sum(info.file_size for info in infos)
    _insist(size == HEADS + members + ENTRIES + END.size, "it holds more than it says")
    _insist(infos[0].file_size <= MOST_MANIFEST, "its manifest is too long")
    return infos[1].file_size


def _manifest(archive: zipfile.ZipFile) -> dict[str, Any]:
    file: IO[bytes]
    with archive.open(MANIFEST) as file:
        manifest = json.loads(file.read())
    _insist(isinstance(manifest, dict), "its manifest is not a manifest")
    assert isinstance(manifest, dict)
    _insist(manifest["format"] == FORMAT, f"its format is {manifest['format']!r:.80}, this program knows {FORMAT}")
    return manifest


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
