"""Fetched over lines that break, installed whole or not at all, told while it happens."""

import hashlib
import io
import json
import random
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from threading import Thread

import pytest

from edge_handsign.__main__ import main
from edge_handsign.errors import ModelError
from edge_handsign.models import shelf
from edge_handsign.models.decapitate import decapitate
from edge_handsign.models.download import fetch
from edge_handsign.models.info import describe
from edge_handsign.models.install import install
from edge_handsign.models.progress import Bar
from tests import graphs
from tests.model_files import PUBLIC, ROOT, public


@dataclass
class Web:
    """A server, and how it misbehaves."""

    content: bytes
    ranges: bool = True
    cut_after: list[int] = field(default_factory=list)  # bytes of each answer after which the line breaks
    status: int = 200
    asked: list[str] = field(default_factory=list)  # the Range of each request

    def answer(self, handler: BaseHTTPRequestHandler) -> None:
        wanted = handler.headers.get("Range", "")
        self.asked.append(wanted)
        start = int(wanted.removeprefix("bytes=").rstrip("-") or 0) if self.ranges else 0
        if self.status != 200 or start >= len(self.content):
            handler.send_response(self.status if self.status != 200 else 416)
            handler.send_header("Content-Range", f"bytes */{len(self.content)}")
            handler.send_header("Content-Length", "0")
            handler.end_headers()
            return
        handler.send_response(206 if start else 200)
        if start:
            handler.send_header("Content-Range", f"bytes {start}-{len(self.content) - 1}/{len(self.content)}")
        handler.send_header("Content-Length", str(len(self.content) - start))
        handler.end_headers()
        whole = self.content[start:]
        with suppress(ConnectionError):  # the other side may have had enough
            handler.wfile.write(whole[: self.cut_after.pop(0)] if self.cut_after else whole)


@contextmanager
def served(web: Web) -> Iterator[str]:
    class Handler(BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            web.answer(self)

        def log_message(self, *_: object) -> None:
            pass

    with ThreadingHTTPServer(("127.0.0.1", 0), Handler) as server:
        thread = Thread(target=server.serve_forever, kwargs={"poll_interval": 0.01})
        thread.start()
        try:
            yield f"http://127.0.0.1:{server.server_port}/net.tflite"
        finally:
            server.shutdown()
            thread.join()


CONTENT = random.Random(2).randbytes(300_000)
HASH = hashlib.sha256(CONTENT).hexdigest()


def fetched(web: Web, folder: Path, sha256: str = HASH) -> bytes:
    with served(web) as url:
        return fetch(url, sha256, folder, lambda _done, _total: None, timeout_s=5)


def part(folder: Path, content: bytes) -> None:
    (folder / f".{HASH}.part").write_bytes(content)


def test_a_file_arrives_and_nothing_else_stays(tmp_path: Path) -> None:
    assert fetched(Web(CONTENT), tmp_path) == CONTENT
    assert list(tmp_path.iterdir()) == []


def test_a_broken_line_is_taken_up_where_it_broke(tmp_path: Path) -> None:
    web = Web(CONTENT, cut_after=[100_000, 50_000])
    assert fetched(web, tmp_path) == CONTENT
    assert web.asked == ["", "bytes=100000-", "bytes=150000-"]


def test_a_part_of_last_week_is_continued(tmp_path: Path) -> None:
    part(tmp_path, CONTENT[:123])
    web = Web(CONTENT)
    assert fetched(web, tmp_path) == CONTENT
    assert web.asked == ["bytes=123-"]


@pytest.mark.parametrize(
    ("old", "ranges"),
    [
        (CONTENT[:1000], False),  # the server knows no ranges
        (b"another file" * 10, True),  # the hash says that the two do not fit
        (CONTENT + b"more", True),  # the file is shorter than the part
        (CONTENT, True),  # all of it was there
        (b"?" * len(CONTENT), True),  # as long, and wrong
    ],
)
def test_whatever_became_of_the_part_the_file_arrives(tmp_path: Path, old: bytes, ranges: bool) -> None:
    part(tmp_path, old)
    assert fetched(Web(CONTENT, ranges=ranges), tmp_path) == CONTENT
    assert list(tmp_path.iterdir()) == []


@pytest.mark.parametrize(
    ("web", "sentence"),
    [
        (Web(b"other bytes"), "is not the file that was asked for: its SHA-256 is"),
        (Web(CONTENT, status=404), "404 Not Found"),
        (Web(CONTENT, status=503), "503 Service Unavailable"),
        (Web(CONTENT, cut_after=[10_000, 0]), "broke off after 10,000 of 300,000 bytes; 10,000 bytes are kept"),
    ],
)
def test_what_cannot_arrive_is_said_in_a_sentence(tmp_path: Path, web: Web, sentence: str) -> None:
    with pytest.raises(ModelError, match=sentence):
        fetched(web, tmp_path)


def test_what_is_too_large_is_not_fetched(tmp_path: Path) -> None:
    with pytest.raises(ModelError, match="more than the 64 MiB allowed"):
        fetched(Web(bytes(shelf.MAX_BYTES + 1)), tmp_path)


def test_without_a_network_it_says_so(tmp_path: Path) -> None:
    with pytest.raises(ModelError, match=r"did not arrive.*is there a network"):
        fetch("http://127.0.0.1:9/net.tflite", HASH, tmp_path, lambda _done, _total: None, timeout_s=5)


def test_a_full_disk_is_said_in_a_sentence(tmp_path: Path) -> None:
    """A limit on the size of files stands in for it: the write fails in the same place."""
    code = (
        "import resource, sys; from tests.test_install import *; from edge_handsign.models.install import write\n"
        "resource.setrlimit(resource.RLIMIT_FSIZE, (1000, 1000))\n"
        "for act in (lambda folder: fetched(Web(CONTENT), folder), lambda folder: write(folder / 'a', CONTENT)):\n"
        "    try: act(Path(sys.argv[1]))\n"
        "    except ModelError as error: print(error)\n"
    )
    command = [sys.executable, "-c", code, str(tmp_path)]
    done = subprocess.run(command, cwd=ROOT, capture_output=True, text=True, check=True)
    assert "cannot be written to: File too large" in done.stdout
    assert f"{tmp_path}/a cannot be written: File too large" in done.stdout
    assert [path.name for path in tmp_path.iterdir()] == [f".{HASH}.part"]


def quiet(_done: int, _total: int | None) -> None:
    pass


def test_an_address_is_fetched_cut_and_shelved(tmp_path: Path) -> None:
    whole = graphs.mobilenet_v1("int8")[0]
    with served(Web(whole)) as url:
        done = install(url, tmp_path, quiet, hashlib.sha256(whole).hexdigest().upper())
    assert (done.name, done.path) == ("net", tmp_path / "net.tflite")
    assert done.path.read_bytes() == decapitate(whole).model
    assert done.path.stat().st_mode & 0o777 == 0o644
    assert [path.name for path in tmp_path.iterdir()] == ["net.tflite"]
    assert shelf.load("net", [tmp_path]).path == done.path


def test_a_known_model_comes_from_the_mirror_with_its_pinned_hash(tmp_path: Path) -> None:
    name = "mobilenet_v1_0.25_128_quant"
    with served(Web(public(name))) as url:
        done = install(name, tmp_path, quiet, mirror=url.removesuffix("/net.tflite"))
    assert (done.name, done.cut.size) == (name, 256)
    with served(Web(graphs.mobilenet_v1("uint8")[0])) as url, pytest.raises(ModelError, match="its SHA-256 is"):
        install(name, tmp_path, quiet, mirror=url.removesuffix("/net.tflite"))


def test_the_catalogue_is_what_the_publisher_has() -> None:
    for name, entry in PUBLIC.items():
        content = public(name)
        found = describe(decapitate(content).model)
        assert (hashlib.sha256(content).hexdigest(), len(content)) == (entry.sha256, entry.size)
        assert (found.input.shape, found.output.shape[-1]) == ((1, entry.pixels, entry.pixels, 3), entry.features)


def test_the_hash_is_compared_before_anything_looks_inside(tmp_path: Path) -> None:
    (tmp_path / "odd.tflite").write_bytes(b"no model at all")
    with pytest.raises(ModelError, match="not the file that was asked for"):
        install(str(tmp_path / "odd.tflite"), tmp_path / "to", quiet, "0" * 64)
    assert not (tmp_path / "to").exists()


@pytest.mark.parametrize(
    ("source", "sha256", "sentence"),
    [
        ("https://example.org/net.tflite", None, "needs --sha256"),
        ("ftp://example.org/net.tflite", HASH, "no http or https address"),
        ("mobilenet_v2_1.0_224_quant", HASH, "not the one given"),
        ("mobilenet_v2_1.0_224_qant", None, "did you mean mobilenet_v2_1.0_224_quant"),
        ("handsign", None, "comes with edge-handsign"),
        ("x.tflite", "4f1d", "64 hexadecimal digits"),
        ("https://example.org/", HASH, "no name for a model"),
    ],
)
def test_what_cannot_be_installed(tmp_path: Path, source: str, sha256: str | None, sentence: str) -> None:
    with pytest.raises(ModelError, match=sentence):
        install(source, tmp_path, quiet, sha256)


def test_a_failed_installation_leaves_the_old_model(tmp_path: Path) -> None:
    old = graphs.mobilenet_v1("int8")[0]
    source, target = tmp_path / "net.tflite", tmp_path / "to/net.tflite"
    source.write_bytes(old)
    install(str(source), target.parent, quiet)
    source.write_bytes(old[: len(old) // 2])
    with pytest.raises(ModelError, match=r"net\.tflite: the file is damaged"):
        install(str(source), target.parent, quiet)
    assert target.read_bytes() == decapitate(old).model
    assert [path.name for path in target.parent.iterdir()] == ["net.tflite"]


class Screen(io.StringIO):
    def isatty(self) -> bool:
        return True


def test_a_terminal_sees_a_bar_and_a_log_four_lines() -> None:
    screen, log = Screen(), io.StringIO()
    for stream in (screen, log):
        bar = Bar(stream)
        for done in range(0, 2_000_001, 10_000):
            bar(done, 2_000_000)
    assert screen.getvalue().endswith(f"\r[{'#' * 30}] 2.0 of 2.0 MB\n")
    assert log.getvalue().splitlines() == [f"{done} of 2.0 MB" for done in ("0.0", "0.5", "1.0", "1.5", "2.0")]


@pytest.fixture
def whole(tmp_path: Path) -> Path:
    path = tmp_path / "whole.tflite"
    path.write_bytes(graphs.mobilenet_v1("int8")[0])
    return path


def test_verb_decapitate(whole: Path, capsys: pytest.CaptureFixture[str]) -> None:
    cut = whole.with_name("cut.tflite")
    assert main(["model", "decapitate", str(whole), str(cut)]) == 0
    assert "cut off: 11 classes with probabilities behind them (CONV_2D, RESHAPE, SOFTMAX)" in capsys.readouterr().out
    assert main(["model", "decapitate", str(cut), str(whole)]) == 0
    assert "nothing to cut: it ends in AVERAGE_POOL_2D" in capsys.readouterr().out
    assert whole.read_bytes() == cut.read_bytes()


def test_verb_info(whole: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["model", "info", str(whole)]) == 0
    assert "classifier     yes: 11 classes" in capsys.readouterr().out
    assert main(["model", "info", str(whole), "--json"]) == 0
    assert json.loads(capsys.readouterr().out)["operators"]["SOFTMAX"] == 1


def test_verbs_install_and_list(
    whole: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setenv("EDGE_HANDSIGN_MODELS", str(tmp_path / "shelf"))
    assert main(["model", "install", str(whole)]) == 0
    assert "backbone:\n  model: whole\n" in capsys.readouterr().out
    assert main(["model", "list", "--json"]) == 0
    found = json.loads(capsys.readouterr().out)
    assert found["installed"]["whole"] == str(tmp_path / "shelf/whole.tflite")
    assert [each["name"] for each in found["known"]] == list(PUBLIC)
    assert main(["model", "list"]) == 0
    assert "Apache-2.0" in capsys.readouterr().out


def test_a_damaged_file_is_one_line_and_status_65(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    (tmp_path / "odd.tflite").write_bytes(b"odd")
    assert main(["model", "info", str(tmp_path / "odd.tflite")]) == ModelError.exit_code
    said = capsys.readouterr().err
    assert said.startswith("edge-handsign: ")
    assert said.count("\n") == 1


def test_importing_the_package_imports_none_of_its_parts() -> None:
    code = "import sys, edge_handsign.models; print([name for name in sys.modules if 'handsign.models.' in name])"
    done = subprocess.run([sys.executable, "-c", code], cwd=ROOT, capture_output=True, text=True, check=True)
    assert done.stdout.strip() == "[]"
