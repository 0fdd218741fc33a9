"""Where models live, how a name becomes a file, and what tells the embeddings of one model from those of another.

Folders in the order in which they are searched:

    $EDGE_HANDSIGN_MODELS                  when it is set
    /var/lib/edge-handsign/models          installed for the daemon
    $XDG_DATA_HOME/edge-handsign/models    installed by a user; ~/.local/share when unset
    the package, or a source checkout      the default model, handsign
"""

import hashlib
import os
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from difflib import get_close_matches
from pathlib import Path

from edge_handsign.errors import ModelError
from edge_handsign.models.catalogue import CATALOGUE

MAX_BYTES = 64 << 20  # the largest backbone worth running on a Pi is a tenth of this
SUFFIX = ".tflite"
VARIABLE = "EDGE_HANDSIGN_MODELS"
SYSTEM = Path("/var/lib/edge-handsign/models")
DEFAULT = "handsign"
# How pixels become inputs and outputs become embeddings (devices/tflite.py). Whoever changes that changes this, so that
# what was taught before is kept apart from what is taught after.
PREPROCESSING = b"edge-handsign 1: uint8 pixel, int8 pixel - 128, float32 pixel / 127.5 - 1; output - zero, unit length"


@dataclass(frozen=True, slots=True)
class Shelved:
    """A model that was read, verified, and is without its classifier."""

    path: Path
    content: bytes  # what an interpreter may be given
    fingerprint: bytes  # 32 bytes
    dropped: tuple[str, ...]  # kinds of the operators that were the classifier, if the file still had one


def load(name_or_path: str, folders: Sequence[Path] | None = None) -> Shelved:
    """The model of this name or path, verified and cut; ModelError when there is none, or none that will do."""
    from edge_handsign.models.decapitate import decapitate

    path = find(name_or_path, folders)
    try:
        cut = decapitate(raw(path))
    except ModelError as error:
        raise ModelError(f"{path}: {error}") from error
    return Shelved(path, cut.model, fingerprint(cut.model), cut.dropped)


def read(path: Path) -> bytes:
    """A model file's bytes, after verification. ModelError names the file."""
    from edge_handsign.models.format.verify import verify

    content = raw(path)
    try:
        verify(content)
    except ModelError as error:
        raise ModelError(f"{path}: {error}") from error
    return content


def raw(path: Path) -> bytes:
    """A file's bytes as they are, never more than a model may have."""
    try:
        with path.open("rb") as file:
            content = file.read(MAX_BYTES + 1)
    except OSError as error:
        raise ModelError(f"{path} cannot be read: {error.strerror}") from error
    if len(content) > MAX_BYTES:
        raise ModelError(f"{path} has more than {MAX_BYTES >> 20} MiB: no model for this box")
    return content


def fingerprint(content: bytes) -> bytes:
    """32 bytes: SHA-256 of the model file and of how it is fed. Equal fingerprints: comparable embeddings."""
    return hashlib.sha256(hashlib.sha256(content).digest() + PREPROCESSING).digest()


def find(name_or_path: str, folders: Sequence[Path] | None = None) -> Path:
    """The file of an installed model's name, or the path itself if it is one; ModelError with the nearest names."""
    if "/" in name_or_path or (name_or_path.endswith(SUFFIX) and _is_file(Path(name_or_path))):
        if _is_file(path := Path(name_or_path).expanduser()):
            return path
        raise ModelError(f"there is no model file {name_or_path}")
    shelves = search_path() if folders is None else folders
    name = name_or_path.removesuffix(SUFFIX)
    for folder in shelves:
        if _is_file(path := folder / (name + SUFFIX)):
            return path
    raise ModelError(f"no model {name!r} is installed{_hint(name, sorted(installed(shelves)))}")


def installed(folders: Sequence[Path] | None = None) -> dict[str, Path]:
    """Name → file of every model found; the first folder that has a name wins."""
    found: dict[str, Path] = {}
    for folder in search_path() if folders is None else folders:
        for path in _listed(folder):
            found.setdefault(path.name.removesuffix(SUFFIX), path)
    return found


def search_path(environment: Mapping[str, str] = os.environ) -> tuple[Path, ...]:
    """The folders, in order."""
    named = environment.get(VARIABLE)
    return tuple(dict.fromkeys([*([Path(named)] if named else []), SYSTEM, *_own(environment), packaged()]))


def target(environment: Mapping[str, str] = os.environ) -> Path:
    """Where this user's installations go: the first folder that is theirs to write."""
    if named := environment.get(VARIABLE):
        return Path(named)
    if os.geteuid() == 0 or os.access(SYSTEM, os.W_OK):
        return SYSTEM
    if own := _own(environment):
        return own[0]
    raise ModelError(f"there is no folder to install to: give one with --to, or set {VARIABLE}")


def packaged() -> Path:
    """The folder of the default model: inside the package, or models/ beside it in a source checkout."""
    inside = Path(__file__).with_name("embedded")
    return inside if inside.is_dir() else Path(__file__).parents[2] / "models"


def _own(environment: Mapping[str, str]) -> tuple[Path, ...]:
    """The user's folder; none for a service account without a home."""
    if data := environment.get("XDG_DATA_HOME"):
        return (Path(data) / "edge-handsign/models",)
    try:
        return (Path.home() / ".local/share/edge-handsign/models",)
    except RuntimeError:
        return ()


def _hint(name: str, names: Sequence[str]) -> str:
    if name in CATALOGUE:
        return f": install it with edge-handsign model install {name}"
    if near := get_close_matches(name, names, n=1):
        return f": did you mean {near[0]!r}?"
    return f": there {'is' if len(names) == 1 else 'are'} {', '.join(names) or 'none'} (edge-handsign model list)"


def _listed(folder: Path) -> list[Path]:
    try:
        return sorted(path for path in folder.iterdir() if path.suffix == SUFFIX and path.is_file())
    except OSError:  # missing, or closed to this user
        return []


def _is_file(path: Path) -> bool:
    try:
        return path.is_file()
    except OSError:  # closed to this user
        return False
