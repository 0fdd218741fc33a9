"""Files of samples from outside: used as a whole or not at all, whatever was done to them."""

import json
import time
import zipfile
from collections.abc import Callable
from hashlib import blake2b
from io import BytesIO
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from edge_handsign.__main__ import main
from edge_handsign.core.messages import Teach
from edge_handsign.store import MOST_BYTES, Parcel, ParcelError, Store
from edge_handsign.store.backbone import Backbone
from edge_handsign.store.packing import packed, unpacked
from edge_handsign.store.row import Row
from edge_handsign.store.unpacking import RECORD
from tests.test_store import DIMENSION, OTHERS, OURS, loaded, opened, taught, teach, vector

QUANTISED = np.array([3, 0, -2, 7], np.float32) / np.float32(62**0.5)
PARCEL = Parcel(
    (Backbone(OURS, DIMENSION, "backbone"), Backbone(OTHERS, 4, "small one")),
    (
        Row(1, "fist", 1, OURS, 5, packed(vector(1))),
        Row(2, "Blåbær ✌", 1, OURS, 6, packed(vector(2))),
        Row(3, "fist", 2, OTHERS, 7, packed(QUANTISED)),
    ),
)
CONTENT = PARCEL.packed()


def zipped(members: dict[str, bytes], how: int = zipfile.ZIP_STORED) -> bytes:
    content = BytesIO()
    with zipfile.ZipFile(content, "w", how) as archive:
        for name, member in members.items():
            archive.writestr(name, member)
    return content.getvalue()


def members(**changes: Any) -> dict[str, bytes]:
    """The parcel's, with these entries of its manifest changed; the digest of the samples follows them."""
    with zipfile.ZipFile(BytesIO(CONTENT)) as archive:
        manifest, samples = json.loads(archive.read("manifest.json")), archive.read("samples.bin")
    samples = changes.pop("samples", samples)
    manifest |= {"bytes": len(samples), "blake2b": blake2b(samples).hexdigest()}
    return {"manifest.json": json.dumps(manifest | changes).encode(), "samples.bin": samples}


def without(key: str) -> bytes:
    manifest = json.loads(members()["manifest.json"])
    del manifest[key]
    return json.dumps(manifest).encode()


def record(sign: int, model: int, lesson: int, emb: bytes) -> bytes:
    return RECORD.pack(sign, model, lesson, 5, len(emb)) + emb


WRONG: dict[str, tuple[Callable[[], bytes], str]] = {
    "nothing": (lambda: b"", "not a file of samples"),
    "a text": (lambda: b"hello " * 100, "not a file of samples"),
    "huge": (lambda: bytes(MOST_BYTES + 1), "larger than 64 MB"),
    "a bomb": (lambda: zipped(members(samples=bytes(10**7)), zipfile.ZIP_DEFLATED), "compressed"),
    "a path": (lambda: zipped(members() | {"../../etc/passwd": b"x"}), "does not hold"),
    "a pickle": (lambda: zipped({"data.pkl": b"cos\nsystem\n(S'true'\ntR."}), "does not hold"),
    "one missing": (lambda: zipped({"samples.bin": b""}), "does not hold"),
    "something in front": (lambda: b"#!/bin/sh\n" + CONTENT, "more than it says"),
    "no manifest": (lambda: zipped(members() | {"manifest.json": b"[]"}), "not a manifest"),
    "not even JSON": (lambda: zipped(members() | {"manifest.json": b"{"}), "damaged"),
    "deep JSON": (lambda: zipped(members() | {"manifest.json": b"[" * 100_000}), "damaged"),
    "a later format": (lambda: zipped(members(format=2)), "format is 2"),
    "other samples": (lambda: zipped(members() | {"samples.bin": members()["samples.bin"][::-1]}), "not those that"),
    "wrong length": (lambda: zipped(members(bytes=1)), "not as long"),
    "no count": (lambda: zipped(members() | {"manifest.json": without("count")}), "damaged"),
    "wrong count": (lambda: zipped(members(count=4)), "count"),
    "a sign twice": (lambda: zipped(members(signs=["fist", "fist"])), "twice"),
    "an escape sequence": (lambda: zipped(members(signs=["fist", "\x1b[2J"])), "cannot be called"),
    "a long name": (lambda: zipped(members(signs=["fist", "x" * 65])), "cannot be called"),
    "a name that is a path": (lambda: zipped(members(signs=["fist", "a/b"])), "cannot be called"),
    "a name that is none": (lambda: zipped(members(signs=["fist", 7])), "cannot be called"),
    "signs that are none": (lambda: zipped(members(signs="fist")), "not a list"),
    "too few signs": (lambda: zipped(members(signs=["fist"])), "damaged"),
    "models that are none": (lambda: zipped(members(models=7)), "not a list"),
    "a short fingerprint": (lambda: zipped(members(models=[["00", 4, "x"]])), "fingerprint"),
    "a model twice": (lambda: zipped(members(models=[["00" * 32, 4, "x"]] * 2)), "twice"),
    "8 TiB": (lambda: zipped(members(models=[["00" * 32, 2**40, "x"]])), "no model has"),
    "no dimension": (lambda: zipped(members(models=[["00" * 32, "4", "x"]])), "no model has"),
    "another dimension": (
        lambda: zipped(members(models=[[OURS.hex(), 64, "x"], [OTHERS.hex(), 4, "y"]])), "sample 1 is not as",
    ),
    "half a record": (lambda: zipped(members(samples=record(0, 1, 1, b"12345")[:-3])), "sample 1 is not as"),
    "half a head": (lambda: zipped(members(samples=b"123")), "damaged"),
    "no such model": (lambda: zipped(members(samples=record(0, 9, 1, b"12345"))), "damaged"),
    "no lesson": (lambda: zipped(members(samples=record(0, 1, -1, b"12345"))), "sample 1 is not as"),
    "no direction": (
        lambda: zipped(members(samples=record(0, 1, 1, np.full(4, np.nan, "<f4").tobytes()), count=1)), "unit length",
    ),
    "too long a vector": (
        lambda: zipped(members(samples=record(0, 1, 1, np.ones(4, "<f4").tobytes()), count=1)), "unit length",
    ),
}  # fmt: skip


def test_a_parcel_comes_out_as_it_went_in() -> None:
    assert Parcel.unpacked(CONTENT) == PARCEL
    assert Parcel.unpacked(zipped(members())) == PARCEL
    assert PARCEL.packed() == CONTENT, "the same samples do not make the same file"
    assert Parcel.unpacked(Parcel((), ()).packed()) == Parcel((), ())


@pytest.mark.parametrize("kind", WRONG)
def test_a_file_with_anything_wrong_in_it_is_refused_as_a_whole(
    tmp_path: Path, kind: str, capsys: pytest.CaptureFixture[str]
) -> None:
    make, told = WRONG[kind]
    file = tmp_path / "box.handsigns"
    file.write_bytes(make())
    began = time.process_time()
    assert main(["samples", "import", str(file), "--folder", str(tmp_path / "box")]) == 65
    assert time.process_time() - began < 1
    err = capsys.readouterr().err
    assert told in err
    assert err.startswith(f"edge-handsign: {file}: ")
    assert err.endswith("nothing was imported\n")
    assert not (tmp_path / "box").exists()


def spoilt(content: bytes, spots: list[tuple[int, int]], cut: int, insertion: bytes) -> bytes:
    changed = bytearray(content)
    for at, value in spots:
        changed[at % len(changed)] = value
    if cut:
        del changed[-cut:]
    if insertion:
        at = spots[0][0] % len(content) if spots else 0
        changed[at:at] = insertion
    return bytes(changed)


@settings(max_examples=1500, deadline=None, suppress_health_check=[HealthCheck.too_slow])
@given(
    st.lists(st.tuples(st.integers(0, 2**16), st.integers(0, 255)), max_size=4),
    st.one_of(st.just(0), st.integers(0, len(CONTENT))),
    st.one_of(st.just(b""), st.binary(max_size=40)),
)
def test_what_a_mutated_file_gives_is_nothing_or_what_was_exported(
    spots: list[tuple[int, int]], cut: int, insertion: bytes
) -> None:
    try:
        parcel = Parcel.unpacked(spoilt(CONTENT, spots, cut, insertion))
    except ParcelError:
        return
    assert parcel == PARCEL


JSON = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text(max_size=5),
    lambda inner: st.lists(inner, max_size=4) | st.dictionaries(st.text(max_size=5), inner, max_size=4),
    max_leaves=8,
)


@settings(max_examples=500, deadline=None)
@given(st.sampled_from(["format", "signs", "models", "count", "bytes", "blake2b"]), JSON)
def test_a_manifest_may_say_anything_without_a_traceback(key: str, said: object) -> None:
    try:
        parcel = Parcel.unpacked(zipped(members(**{key: said})))
    except ParcelError:
        return
    assert len(parcel.rows) == len(PARCEL.rows)


@settings(max_examples=300)
@given(
    st.integers(2, 200), st.integers(0, 2**32), st.integers(0, 255), st.sampled_from(["whole", "narrow", "real"])
)  # fmt: skip
def test_an_embedding_comes_back_in_the_same_direction(dimension: int, seed: int, zero: int, kind: str) -> None:
    rng = np.random.default_rng(seed)
    raw = rng.normal(size=dimension) if kind == "real" else rng.integers(0, 256 if kind == "whole" else 9, dimension)
    given_vector = (raw - (0 if kind == "real" else min(zero, raw.max()))).astype(np.float32)
    length = np.float32(np.sqrt(np.dot(given_vector, given_vector)))
    if length:
        given_vector *= np.float32(1) / length
    emb = packed(given_vector)
    (back,) = unpacked([emb], dimension)
    assert np.abs(back - given_vector).max() <= 4e-7
    parcel = Parcel((Backbone(OURS, dimension, "x"),), (Row(1, "a", 1, OURS, 1, emb),))
    assert Parcel.unpacked(parcel.packed()) == parcel


def test_what_a_quantised_network_gives_takes_a_byte_a_number() -> None:
    rng = np.random.default_rng(1)
    whole = [rng.integers(-123, 133, 128).astype(np.float32) for _ in range(300)]
    vectors = [numbers / np.float32(np.sqrt(np.dot(numbers, numbers))) for numbers in whole]
    assert {len(packed(one)) for one in vectors} == {129}
    for back, one in zip(unpacked([packed(one) for one in vectors], 128), vectors, strict=True):
        np.testing.assert_allclose(back, one, rtol=0, atol=1e-7)
    assert len(packed(vector(1))) == 4 * DIMENSION


# --- from box to box


def samples(*arguments: object) -> int:
    return main(["samples", *map(str, arguments)])


def test_a_memory_moves_from_box_to_box_and_nothing_is_there_twice(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    kitchen, shed, file = tmp_path / "kitchen", tmp_path / "shed", tmp_path / "kitchen.handsigns"
    taught(kitchen, 4)
    with opened(kitchen) as store:
        store.undo(4)
    with opened(shed) as store:
        teach(store, 7, "palm")
        teach(store, 1, "palm")  # known there under another number
    assert samples("export", file, "--folder", kitchen) == 0
    assert capsys.readouterr().out.startswith(f"3 samples in {file}")
    assert samples("import", file, "--folder", shed) == 0
    assert capsys.readouterr().out == "imported 2 samples; here already: 1\n"
    assert samples("import", file, "--folder", shed) == 0
    assert "imported 0 samples" in capsys.readouterr().out
    found = loaded(shed)
    assert found.damaged == 0
    assert [(sample.id, sample.sign, sample.lesson) for sample in found.samples] == [
        (1, "palm", 7),
        (2, "palm", 1),
        (3, "fist", 8),
        (4, "palm", 9),
    ]
    assert np.array_equal(found.samples[3].vector, vector(3))


def test_samples_of_another_model_are_imported_asleep(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    taught(tmp_path / "box", 1)
    (tmp_path / "file").write_bytes(CONTENT)
    assert samples("import", tmp_path / "file", "--folder", tmp_path / "box") == 0
    assert "1 sample of another model than the box's" in capsys.readouterr().out
    assert (len(loaded(tmp_path / "box").samples), loaded(tmp_path / "box").asleep) == (3, 1)


def test_a_model_that_has_other_dimensions_here_takes_nothing(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    with Store(tmp_path, OTHERS, 5, "larger", keep_free=0) as store:
        store.teach(Teach("fist", 1, vector(1)[:5]))
    (tmp_path / "file").write_bytes(CONTENT)
    assert samples("import", tmp_path / "file", "--folder", tmp_path) == 65
    assert "small one: its embeddings have 5 numbers here and 4 there" in capsys.readouterr().err
    assert (loaded(tmp_path).samples, loaded(tmp_path).asleep) == ((), 1)


def test_files_that_cannot_be_read_or_written_are_a_sentence(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    taught(tmp_path, 1)
    assert samples("import", tmp_path / "nowhere", "--folder", tmp_path) == 1
    assert samples("export", tmp_path / "no" / "where", "--folder", tmp_path) == 1
    assert samples("backup", tmp_path / "no" / "where", "--folder", tmp_path) == 1
    assert "Traceback" not in capsys.readouterr().err


# --- copies by hand


def test_a_backup_is_put_back_and_what_was_there_is_kept(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    box, stick = tmp_path / "box", tmp_path / "stick.db"
    taught(box, 3)
    assert samples("backup", stick, "--folder", box) == 0
    with opened(box) as store:
        gone = teach(store, 9)
        store.forget("palm")
    assert samples("restore", stick, "--folder", box) == 0
    assert "3 samples of" in capsys.readouterr().out
    assert [sample.lesson for sample in loaded(box).samples] == [1, 2, 3]
    with opened(box) as store:
        assert teach(store, 4) > gone
    assert len(list((box / "quarantine").iterdir())) == 1


def test_without_a_name_the_boxs_own_copy_is_meant(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    file = taught(tmp_path, 3)
    assert samples("backup", "--folder", tmp_path) == 0
    assert capsys.readouterr().out == "the box's own copy is fresh\n"
    file.unlink()
    assert samples("list", "--folder", tmp_path) == 74
    assert "samples restore brings it back" in capsys.readouterr().err
    assert samples("restore", "--folder", tmp_path) == 0
    assert [sample.lesson for sample in loaded(tmp_path).samples] == [1, 2, 3]


@pytest.mark.parametrize("source", ["nowhere", "text", "empty", "newer"])
def test_a_file_that_is_no_backup_is_not_put_back(
    tmp_path: Path, source: str, capsys: pytest.CaptureFixture[str]
) -> None:
    box = tmp_path / "box"
    file = taught(box, 3)
    before = file.read_bytes()
    (tmp_path / "text").write_text("no database" * 100)
    with opened(tmp_path / "other"):
        pass
    (tmp_path / "empty").write_bytes((tmp_path / "other" / "samples.db").read_bytes())
    newer = bytearray(before)
    newer[63] = 9
    (tmp_path / "newer").write_bytes(newer)
    assert samples("restore", tmp_path / source, "--folder", box) == 74
    assert capsys.readouterr().err.startswith("edge-handsign: ")
    assert file.read_bytes() == before


def test_show_and_rename(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    taught(tmp_path, 4)
    with opened(tmp_path) as store:
        teach(store, 2)
    assert samples("show", "fist", "--folder", tmp_path) == 0
    assert [line.split()[:3] for line in capsys.readouterr().out.splitlines()[1:]] == [["2", "2", "0"], ["4", "1", "0"]]
    assert samples("show", "fits", "--folder", tmp_path) == 1
    assert "did you mean fist?" in capsys.readouterr().err
    assert samples("rename", "fist", "rock", "--folder", tmp_path) == 0
    assert samples("rename", "fist", "stone", "--folder", tmp_path) == 1
    assert samples("rename", "rock", "palm", "--folder", tmp_path) == 1
    assert samples("rename", "rock", "a/b", "--folder", tmp_path) == 1
    assert {sample.sign for sample in loaded(tmp_path).samples} == {"rock", "palm"}
