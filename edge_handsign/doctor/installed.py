"""How this program came here, because that decides how it is mended."""

import sys
from pathlib import Path

PACKAGED = Path(__file__).is_relative_to("/usr/lib/edge-handsign")  # by the .deb, whose setup makes the venv again


def with_pip(arguments: str, *, packaged: bool = PACKAGED) -> str:
    """The command that changes what this Python has beside itself."""
    return "sudo edge-handsign-setup" if packaged else f"sudo {sys.executable} -m pip {arguments}"


def again(*, packaged: bool = PACKAGED) -> str:
    """The command that brings back the program's own files."""
    if packaged:
        return "sudo apt install --reinstall ./edge-handsign_*.deb"
    return with_pip("install --force-reinstall --no-deps .  # in a clone of the repository", packaged=False)
