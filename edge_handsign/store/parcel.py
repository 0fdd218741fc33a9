"""What a box was taught, as one file that can be carried to another: NAME.handsigns.

A zip archive whose two members are stored, not compressed, so that it cannot grow when it is opened:

    manifest.json    format, signs, models; count, bytes and BLAKE2b of the other
    samples.bin      a record after the other: sign, model, lesson, when, length; then the embedding
"""

import json
import zipfile
from collections.abc import Iterator
from dataclasses import dataclass
from hashlib import blake2b
from io import BytesIO
from typing import Self

from edge_handsign.store.backbone import Backbone
from edge_handsign.store.row import Row
from edge_handsign.store.unpacking import (
    FORMAT,
    MANIFEST,
    MOST_BYTES,
    MOST_MANIFEST,
    MOST_NAMES,
    MOST_SAMPLES,
    RECORD,
    SAMPLES,
    ParcelError,
    Unpacking,
)  # fmt: skip

DAY_ONE = (1980, 1, 1, 0, 0, 0)  # the same samples make the same file


@dataclass(frozen=True, slots=True)
class Parcel:
    """Samples and whose they are; ids are those of the box that they come from."""

    models: tuple[Backbone, ...]
    rows: tuple[Row, ...]

    def packed(self) -> bytes:
        """As a file; ParcelError when it would be larger than one may be."""
        signs = list(dict.fromkeys(row.sign for row in self.rows))
        samples = b"".join(self._records(signs))
        told = {
            "format": FORMAT,
            "signs": signs,
            "models": [[one.fingerprint.hex(), one.dimension, one.name] for one in self.models],
            "count": len(self.rows),
            "bytes": len(samples),
            "blake2b": blake2b(samples).hexdigest(),
        }
        content, manifest = BytesIO(), json.dumps(told).encode()
        with zipfile.ZipFile(content, "w", zipfile.ZIP_STORED) as archive:
            archive.writestr(zipfile.ZipInfo(MANIFEST, DAY_ONE), manifest)
            archive.writestr(zipfile.ZipInfo(SAMPLES, DAY_ONE), samples)
        many = len(self.rows) > MOST_SAMPLES or len(signs) > MOST_NAMES
        if many or content.tell() > MOST_BYTES or len(manifest) > MOST_MANIFEST:
            raise ParcelError(
                f"{len(self.rows)} samples of {len(signs)} signs are more than a file may hold "
                f"({MOST_SAMPLES} of {MOST_NAMES}, {MOST_BYTES >> 20} MB): use samples backup instead"
            )
        return content.getvalue()

    @classmethod
    def unpacked(cls, content: bytes) -> Self:
        """From a file; ParcelError says what is wrong with it."""
        unpacking = Unpacking(BytesIO(content))
        for _ in unpacking.verifying():
            pass
        return cls(unpacking.models, tuple(unpacking.rows))

    def _records(self, signs: list[str]) -> Iterator[bytes]:
        sign_of = {name: place for place, name in enumerate(signs)}
        model_of = {model.fingerprint: place for place, model in enumerate(self.models)}
        for row in self.rows:
            yield RECORD.pack(sign_of[row.sign], model_of[row.fingerprint], row.lesson, row.wall_ns, len(row.emb))
            yield row.emb
