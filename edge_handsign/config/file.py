"""Where the settings are: which file, and its bytes as text."""

import os
from pathlib import Path

from edge_handsign.errors import ConfigError

VARIABLE = "EDGE_HANDSIGN_CONFIG"
INSTALLED = Path("/etc/edge-handsign/config.yaml")
LARGEST = 64 * 1024  # bytes; the shipped file has about a tenth of it


def find(path: Path | None) -> Path | None:
    """The file to read: the one asked for, else $EDGE_HANDSIGN_CONFIG, else the installed one; None: there is none."""
    if path is not None:
        return path
    if named := os.environ.get(VARIABLE):
        return Path(named)
    return INSTALLED if INSTALLED.exists() else None


def text_of(path: Path) -> str:
    """What is in the file; ConfigError when it cannot be read, is too big or is not UTF-8."""
    try:
        with path.open("rb") as file:
            data = file.read(LARGEST + 1)
    except FileNotFoundError:
        raise ConfigError(
            f"{path}: there is no such file; this writes one with every setting at its default: "
            f"edge-handsign config show --defaults > {path}"
        ) from None
    except (OSError, ValueError) as error:
        raise ConfigError(f"{path}: cannot be read: {getattr(error, 'strerror', None) or error}") from None
    if len(data) > LARGEST:
        raise ConfigError(f"{path}: is larger than {LARGEST // 1024} KiB; settings are a few lines of text")
    try:
        return data.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        line = data.count(b"\n", 0, error.start) + 1
        raise ConfigError(f"{path}:{line}: is not UTF-8 text; save the file as UTF-8") from None
