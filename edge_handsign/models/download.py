"""Fetching a file whose hash is known, over a line that may break: what has arrived is kept and continued from.

The part that has arrived lies in the target folder under the wanted hash. Whatever the server makes of a request to
continue (no ranges, another size, "beyond the end", bytes that do not fit together), the hash decides, and a
continued file with the wrong hash is fetched once more from its beginning.
"""

import hashlib
import urllib.error
import urllib.request
from collections.abc import Callable
from http.client import HTTPException, HTTPResponse
from pathlib import Path
from typing import BinaryIO

from edge_handsign.errors import ModelError
from edge_handsign.models.shelf import MAX_BYTES

Progress = Callable[[int, int | None], None]  # bytes so far; bytes in all, if the server says
TIMEOUT_S = 20.0  # without a byte
CHUNK = 1 << 16
TRIES = 5  # connections for one file
CONTINUED, BEYOND = 206, 416  # HTTP statuses


class _BrokenOffError(Exception):
    """The connection ended early; its message says how."""


def fetch(url: str, sha256: str, folder: Path, progress: Progress, timeout_s: float = TIMEOUT_S) -> bytes:
    """The bytes at `url`, whose SHA-256 is `sha256`. ModelError without network, file, room or the right bytes."""
    part = folder / f".{sha256}.part"
    found = ""
    for _ in range(2):
        continued = _receive_all(url, part, progress, timeout_s)
        content = part.read_bytes()
        part.unlink()
        if (found := hashlib.sha256(content).hexdigest()) == sha256:
            return content
        if not continued:
            break
    raise ModelError(f"{url} is not the file that was asked for: its SHA-256 is {found}, not {sha256}")


def _receive_all(url: str, part: Path, progress: Progress, timeout_s: float) -> bool:
    """Connections, until the file is whole, or one of them brings nothing. Whether the last one continued a part."""
    broken: Exception | None = None
    for _ in range(TRIES):
        before = _size(part)
        try:
            _receive(url, part, progress, timeout_s)
        except _BrokenOffError as error:
            broken = error
            if 0 < _size(part) <= before or not before + _size(part):
                break
        else:
            return before > 0
    kept = f"; {_size(part):,} bytes are kept, the same command goes on from there" if _size(part) else ""
    raise ModelError(f"{url} did not arrive: {broken}{kept}")


def _receive(url: str, part: Path, progress: Progress, timeout_s: float) -> None:
    """One connection."""
    have = _size(part)
    headers = {"Accept-Encoding": "identity", "User-Agent": "edge-handsign"}
    if have:
        headers["Range"] = f"bytes={have}-"
    request = urllib.request.Request(url, headers=headers)  # noqa: S310 - install() lets only http and https through
    try:
        response = urllib.request.urlopen(request, timeout=timeout_s)  # noqa: S310 - as above
    except urllib.error.HTTPError as error:
        with error:
            _refused(error, part, have)
        return
    except urllib.error.URLError as error:
        raise _BrokenOffError(f"{error.reason}; is there a network?") from error
    except (HTTPException, OSError) as error:
        raise _BrokenOffError(str(error) or type(error).__name__) from error
    with response:
        _store(response, part, have, progress)


def _refused(error: urllib.error.HTTPError, part: Path, have: int) -> None:
    """A status that is no success; the part may already be all there is."""
    if error.code != BEYOND or not have:
        raise ModelError(f"{error.url} cannot be fetched: {error.code} {error.reason}")
    if _total(error.headers.get("Content-Range")) != have:
        part.unlink()
        raise _BrokenOffError("the file has another size than before")


def _store(response: HTTPResponse, part: Path, have: int, progress: Progress) -> None:
    """Append what comes; what a server sends from its beginning replaces the part."""
    start = have if response.status == CONTINUED else 0
    if start and _start(response.headers.get("Content-Range")) != have:
        part.unlink()
        raise _BrokenOffError("the server continued from the wrong place")
    length = response.headers.get("Content-Length")
    total = start + int(length) if length and length.isdigit() else None
    if (total or 0) > MAX_BYTES:
        raise ModelError(f"{response.url} has {total:,} bytes, more than the {MAX_BYTES >> 20} MiB allowed")
    try:
        part.parent.mkdir(parents=True, exist_ok=True)
        with part.open("ab" if start else "wb") as file:
            done = _copy(response, file, start, total, progress)
    except OSError as error:
        raise ModelError(f"{part.parent} cannot be written to: {error.strerror}; use sudo, or --to DIR") from error
    if total is not None and done < total:
        raise _BrokenOffError(f"the connection broke off after {done:,} of {total:,} bytes")


def _copy(response: HTTPResponse, file: BinaryIO, done: int, total: int | None, progress: Progress) -> int:
    """How many bytes the file has then. Its OSErrors are the disk's."""
    progress(done, total)
    while chunk := _read(response):
        done += len(chunk)
        if done > MAX_BYTES:
            raise ModelError(f"{response.url} has more than the {MAX_BYTES >> 20} MiB allowed")
        file.write(chunk)
        progress(done, total)
    return done


def _read(response: HTTPResponse) -> bytes:
    try:
        return response.read(CHUNK)
    except (HTTPException, OSError) as error:
        raise _BrokenOffError(f"the connection broke off: {error!s}") from error


def _start(content_range: str | None) -> int | None:
    """The 100 of 'bytes 100-199/200'."""
    first = (content_range or "").removeprefix("bytes ").split("-")[0]
    return int(first) if first.isdigit() else None


def _total(content_range: str | None) -> int | None:
    """The 200 of 'bytes */200'."""
    last = (content_range or "").rpartition("/")[2]
    return int(last) if last.isdigit() else None


def _size(path: Path) -> int:
    try:
        return path.stat().st_size
    except OSError:
        return 0
