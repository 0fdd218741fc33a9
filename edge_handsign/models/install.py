"""Installing a model: nothing opens a file as a model before its hash has been compared, and none is seen half written.

From the catalogue (the hash is pinned), from an address (the hash must be given) or from a file on this machine (its
hash is printed, and compared if given). Verified, its classifier cut off, and renamed into the folder where the daemon
looks.
"""

import hashlib
import os
import re
import tempfile
from dataclasses import dataclass
from difflib import get_close_matches
from pathlib import Path
from urllib.parse import unquote, urlsplit

from edge_handsign.errors import ModelError
from edge_handsign.models import shelf
from edge_handsign.models.catalogue import CATALOGUE
from edge_handsign.models.decapitate import Cut, Ending, decapitate
from edge_handsign.models.download import Progress, fetch

HASH = re.compile(r"[0-9a-f]{64}")
NAME = re.compile(r"[A-Za-z0-9][A-Za-z0-9._-]*")
MODE = 0o644  # the daemon reads as another user


@dataclass(frozen=True, slots=True)
class Installation:
    """What was installed, and under which name the settings know it."""

    name: str
    path: Path
    sha256: str  # of the file as it came, classifier on
    cut: Cut


def install(
    source: str,
    folder: Path,
    progress: Progress,
    sha256: str | None = None,
    mirror: str | None = None,
    ending: Ending = Ending.GUESS,
) -> Installation:
    """Install the file, address or catalogue name `source` into `folder`. ModelError says what stood in the way."""
    wanted, name = _hash(sha256), _name(source)
    content = _obtain(source, folder, progress, wanted, mirror)
    found = hashlib.sha256(content).hexdigest()
    if wanted not in (None, found):
        raise ModelError(f"{source} is not the file that was asked for: its SHA-256 is {found}, not {wanted}")
    try:
        cut = decapitate(content, ending)
    except ModelError as error:
        raise ModelError(f"{source}: {error}") from error
    path = folder / (name + shelf.SUFFIX)
    write(path, cut.model)
    return Installation(name, path, found, cut)


def write(path: Path, content: bytes) -> None:
    """Put a file in its place, whole or not at all, even if the power goes. ModelError when there is no room."""
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
        with tempfile.NamedTemporaryFile(dir=path.parent, prefix=".new-", delete=False) as file:
            try:
                file.write(content)
                file.flush()
                os.fchmod(file.fileno(), MODE)
                os.fsync(file.fileno())
                Path(file.name).replace(path)
            except BaseException:
                Path(file.name).unlink(missing_ok=True)
                raise
        _sync_folder(path.parent)
    except OSError as error:
        raise ModelError(f"{path} cannot be written: {error.strerror}; use sudo, or another folder") from error


def _sync_folder(folder: Path) -> None:
    """Makes the rename itself durable."""
    descriptor = os.open(folder, os.O_RDONLY | os.O_DIRECTORY)
    try:
        os.fsync(descriptor)
    finally:
        os.close(descriptor)


def _obtain(source: str, folder: Path, progress: Progress, wanted: str | None, mirror: str | None) -> bytes:
    if entry := CATALOGUE.get(source):
        if wanted not in (None, entry.sha256):
            raise ModelError(f"{source} has the SHA-256 {entry.sha256}, not the one given")
        return fetch(entry.url(mirror), entry.sha256, folder, progress)
    if "://" in source:
        return _from_address(source, folder, progress, wanted)
    if source == shelf.DEFAULT:
        raise ModelError(f"{source} comes with edge-handsign: there is nothing to install")
    return _from_file(source)


def _from_address(source: str, folder: Path, progress: Progress, wanted: str | None) -> bytes:
    if urlsplit(source).scheme not in ("http", "https"):
        raise ModelError(f"{source} is no http or https address")
    if wanted is None:
        raise ModelError(
            f"an address needs --sha256, so that what arrives is what was meant: take it from the publisher, "
            f"or fetch {source} yourself, look at it, and install the file"
        )
    return fetch(source, wanted, folder, progress)


def _from_file(source: str) -> bytes:
    path = Path(source).expanduser()
    if path.exists():
        return shelf.raw(path)
    near = get_close_matches(source, CATALOGUE, n=1)
    hint = f"did you mean {near[0]}?" if near else "edge-handsign model list shows the names that are known"
    raise ModelError(f"there is no file and no known model {source!r}: {hint}")


def _hash(given: str | None) -> str | None:
    if given is None or HASH.fullmatch(given.lower()):
        return given and given.lower()
    raise ModelError(f"--sha256 takes 64 hexadecimal digits, not {given!r}")


def _name(source: str) -> str:
    """The name under which it will be known: the file's, without .tflite."""
    last = unquote(urlsplit(source).path) if "://" in source else source
    name = last.rstrip("/").rpartition("/")[2].removesuffix(shelf.SUFFIX)
    if not NAME.fullmatch(name):
        raise ModelError(f"{name!r} is no name for a model: rename the file to letters, digits, dots, - and _")
    return name
