"""Files of samples: spoilt bytes, archives that lie about themselves, and false contents under the right digest."""

import json
import struct
import tempfile
import zipfile
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from hashlib import blake2b
from io import BytesIO
from pathlib import Path
from shutil import copytree, rmtree
from typing import Any

import numpy as np
from hypothesis import strategies as st

from edge_handsign.errors import StoreError
from edge_handsign.store import Parcel, Store, Unpacking
from tests.faults.damage import IN_MEMORY
from tests.fuzz.judgement import Finding
from tests.fuzz.mutations import EDGES, spoilt

MANIFEST, SAMPLES = "manifest.json", "samples.bin"
RECORD = struct.Struct("<HHqqI")  # sign, model, lesson, when, length of the embedding
OURS, OTHERS = b"o" * 32, b"x" * 32
MOST = 200_000  # samples that the box has room for
DIMENSION, SMALL = 8, 4
HOW = (zipfile.ZIP_STORED, zipfile.ZIP_DEFLATED, zipfile.ZIP_BZIP2, zipfile.ZIP_LZMA)
NAMES = (MANIFEST, SAMPLES, "../../etc/passwd", "/etc/passwd", "thumbs/000001.jpg", "data.pkl", "a\0b", "", "C:\\x")
LINK = 0o120777 << 16  # mode of a symbolic link
LOCAL, CENTRAL, END = b"PK\x03\x04", b"PK\x01\x02", b"PK\x05\x06"
HEADERS = {  # where what a header says of its member stands, in it: (offset, bytes)
    LOCAL: ((4, 2), (6, 2), (8, 2), (14, 4), (18, 4), (22, 4), (26, 2), (28, 2)),
    CENTRAL: ((6, 2), (8, 2), (10, 2), (16, 4), (20, 4), (24, 4), (28, 2), (30, 2), (32, 2), (34, 2), (38, 4), (42, 4)),
    END: ((4, 2), (6, 2), (8, 2), (10, 2), (12, 4), (16, 4), (20, 2)),
}
Members = list[tuple[str, bytes, int, int]]  # name, content, how it is compressed, mode


def emb(number: int, dimension: int) -> bytes:
    """As a quantised network's lies in the file: the zero point, then a byte a number."""
    return np.random.default_rng(number).integers(0, 256, 1 + dimension, np.uint8).tobytes()


def parcel(*signs: str) -> bytes:
    """A good one: a sample of each, and two of another model."""
    names = list(dict.fromkeys(signs))
    told = [(names.index(sign), 0, number, emb(number, DIMENSION)) for number, sign in enumerate(signs, 1)]
    told += [(sign, 1, number, emb(number, SMALL)) for sign, _, number, _ in told[:2]]
    samples = b"".join(RECORD.pack(sign, model, n, n, len(one)) + one for sign, model, n, one in told)
    models = [[OURS.hex(), DIMENSION, "backbone"], [OTHERS.hex(), SMALL, "small one"]]
    manifest = {"format": 1, "signs": names, "models": models, "count": len(told)}
    return sealed(json.dumps(manifest).encode(), samples)


def opened(content: bytes) -> tuple[bytes, bytes] | None:
    """Manifest and samples of a parcel whose frame is whole."""
    with suppress(Exception), zipfile.ZipFile(BytesIO(content)) as archive:
        return archive.read(MANIFEST), archive.read(SAMPLES)
    return None


def sealed(manifest: bytes, samples: bytes) -> bytes:
    """A parcel of them; where the manifest is one, it vouches for these samples."""
    with suppress(ValueError, RecursionError):
        said = json.loads(manifest)
        if isinstance(said, dict):
            manifest = json.dumps(said | {"bytes": len(samples), "blake2b": blake2b(samples).hexdigest()}).encode()
    return zipped([(MANIFEST, manifest, zipfile.ZIP_STORED, 0), (SAMPLES, samples, zipfile.ZIP_STORED, 0)])


def zipped(members: Members) -> bytes:
    """An archive of them, even if they have the same name."""
    content = BytesIO()
    with zipfile.ZipFile(content, "w") as archive:
        for name, member, how, mode in members:
            info = zipfile.ZipInfo()
            info.filename, info.compress_type, info.external_attr = name, how, mode
            archive.NameToInfo.pop(name, None)  # or it warns of the second
            archive.writestr(info, member)
    return content.getvalue()


AT_HOME = parcel("fist", "palm", "fist")
SEEDS = (AT_HOME, parcel("fist", "Blåbær ✌", "rock"), parcel())
EMBS = (emb(7, DIMENSION), emb(8, SMALL), np.eye(DIMENSION, dtype="<f4")[0].tobytes(), b"\xff" * 32, bytes(9))


def cases() -> st.SearchStrategy[bytes]:
    """All kinds."""
    return st.one_of(spoilt(SEEDS, tuple(HEADERS)), _foreign(), _lying(), _false_manifests(), _false_samples())


def _foreign() -> st.SearchStrategy[bytes]:
    """Other members, twice the same, links, bombs."""
    contents = st.sampled_from([*_contents(SEEDS[0]), b"", bytes(100_000)]) | st.binary(max_size=40)
    member = st.tuples(st.sampled_from(NAMES), contents, st.sampled_from(HOW), st.sampled_from([0, LINK]))
    first = st.tuples(
        *(st.tuples(st.just(name), contents, st.sampled_from(HOW), st.just(LINK)) for name in (MANIFEST, SAMPLES))
    )
    return st.lists(member, max_size=4).map(zipped) | first.map(lambda members: zipped(list(members)))


def _lying() -> st.SearchStrategy[bytes]:
    """Headers that say something else of their members: where they begin, how long they are, what they are."""
    spots = [(kind, nth, at, size) for kind, told in HEADERS.items() for at, size in told for nth in (0, 1)]
    lies = st.tuples(st.sampled_from(spots), st.sampled_from(EDGES) | st.integers(0, 1000))
    return st.builds(_lie, st.sampled_from(SEEDS), st.lists(lies, min_size=1, max_size=3))


def _lie(content: bytes, lies: list[tuple[tuple[bytes, int, int, int], int]]) -> bytes:
    changed = bytearray(content)
    for (kind, nth, at, size), said in lies:
        header = content.rfind(kind) if nth else content.find(kind)
        changed[header + at : header + at + size] = (said % (1 << 8 * size)).to_bytes(size, "little")
    return bytes(changed)


def _false_manifests() -> st.SearchStrategy[bytes]:
    manifest, samples = _contents(SEEDS[0])
    said: dict[str, Any] = json.loads(manifest)
    plain = st.none() | st.booleans() | st.integers() | st.floats() | st.text(max_size=5)
    inner = st.recursive(
        plain,
        lambda one: st.lists(one, max_size=4) | st.dictionaries(st.text(max_size=3), one, max_size=3),
        max_leaves=6,
    )
    anything = st.dictionaries(st.sampled_from([*said, "extra"]), inner, min_size=1, max_size=2)
    names = st.lists(st.text(max_size=70), min_size=2, max_size=3).map(lambda signs: {"signs": signs})
    sizes = st.integers(0, 1 << 20) | st.just(DIMENSION)
    model = st.tuples(st.sampled_from([OURS.hex(), OTHERS.hex(), "00" * 32, " "]), sizes, st.text(max_size=3))
    models = st.lists(model, max_size=3).map(lambda found: {"models": found})
    changed = (anything | names | models).map(lambda changes: json.dumps(said | changes).encode())
    return st.builds(sealed, changed | spoilt([manifest]), st.just(samples))


def _false_samples() -> st.SearchStrategy[bytes]:
    manifest, samples = _contents(SEEDS[0])
    small, signed = st.integers(0, 3) | st.just(65535), st.integers(-1, 3) | st.integers(-(2**63), 2**63 - 1)
    embs = st.sampled_from(EMBS) | st.binary(max_size=40)
    record = st.builds(_record, small, small, signed, signed, embs, st.sampled_from([0, 0, 0, -1, 9]))
    made = st.lists(record, max_size=6).map(lambda records: (b"".join(records), len(records)))
    fitting = made.map(lambda both: sealed(json.dumps(json.loads(manifest) | {"count": both[1]}).encode(), both[0]))
    return fitting | spoilt([samples]).map(lambda changed: sealed(manifest, changed))


def _record(sign: int, model: int, lesson: int, when: int, emb: bytes, more: int) -> bytes:
    """Says to be longer or shorter than it is."""
    return RECORD.pack(sign, model, lesson, when, max(0, len(emb) + more)) + emb


def _contents(content: bytes) -> tuple[bytes, bytes]:
    found = opened(content)
    assert found
    return found


@contextmanager
def importing() -> Iterator[Callable[[bytes], None]]:
    """A box that was taught `AT_HOME` and imports what comes: then it knows all of it too, or what it knew before."""
    with tempfile.TemporaryDirectory(dir=IN_MEMORY if IN_MEMORY.is_dir() else None) as name:
        home, box = Path(name) / "home", Path(name) / "box"
        with _store(home) as store:
            _imported(store, AT_HOME)

        def take(content: bytes) -> None:
            parcel = Parcel.unpacked(content)
            copytree(home, box)
            try:
                _take(box, content, parcel)
            finally:
                rmtree(box)

        yield take


def _take(box: Path, content: bytes, parcel: Parcel) -> None:
    before = _known(Parcel.unpacked(AT_HOME))
    wanted = before | _known(parcel)
    refused, new = None, 0
    with _store(box) as store:
        try:
            new = _imported(store, content)
        except StoreError as error:
            refused, wanted = error, before
    with _store(box) as store:  # as after a power cut
        found, damaged = _known(store.orders.contents.parcel()), store.load().damaged
    if found != wanted or damaged or new != len(wanted) - len(before):
        raise Finding(f"{new} are said to be new, {damaged} are damaged, {len(found ^ wanted)} differ")
    if refused:
        raise refused


def _imported(store: Store, content: bytes) -> int:
    return len(store.orders.taking(Unpacking(BytesIO(content)), lambda: MOST).run().rows)


def _store(folder: Path) -> Store:
    return Store(folder, OURS, DIMENSION, "backbone", keep_free=0)


def _known(parcel: Parcel) -> set[tuple[str, bytes, bytes]]:
    return {(row.sign, row.fingerprint, row.emb) for row in parcel.rows}
