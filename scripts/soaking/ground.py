"""What the box stands on and sees: a small card of its own, memory for all that is not its store, photographs."""

import os
import subprocess
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from tests.conftest import ROOT
from tests.faults.card import missing

CARD = 48 * 2**20  # bytes
SET, NOTHING = "rps_laya_webcam", "neg_epsrc_backgrounds"
PICTURES = 40  # of each sign
MEMORY = Path("/dev/shm")


def memory() -> Path | None:
    """A folder in it, so that what is written there is not taken for the card's; None, with a word, where none is."""
    if MEMORY.is_dir() and os.access(MEMORY, os.W_OK):
        return MEMORY
    print(f"left out: memory for the log ({MEMORY} is not there); its lines count as bytes written")
    return None


@contextmanager
def card(folder: Path) -> Iterator[Path | None]:
    """A small ext4 of its own; None where none can be mounted."""
    if why := missing():
        print(f"left out: the full card ({why})")
        yield None
        return
    image, at = folder / "image", folder / "card"
    at.mkdir()
    image.touch()
    os.truncate(image, CARD)
    subprocess.run(["mkfs.ext4", "-q", "-F", image], check=True)
    subprocess.run(["mount", "-t", "ext4", "-o", "loop,noatime", image, at], check=True)
    try:
        yield at
    finally:
        subprocess.run(["umount", "--lazy", at], check=True)


def album(folder: Path) -> Path | None:
    """Photographs in folders named by sign, the last one of nothing; None where there are none."""
    data = Path(os.environ.get("EDGE_HANDSIGN_DATA", ROOT.parent / "shared")) / "data"
    signs = [path for path in sorted((data / SET).glob("*")) if path.is_dir()]
    nothing = sorted((data / NOTHING).rglob("*.jpg"))
    if not signs or not nothing:
        print(f"left out: photographs ({data / SET} is not there); drawn hands instead")
        return None
    for name, found in [(sign.name, sorted(sign.rglob("*.jpg"))) for sign in signs] + [("zz_nothing", nothing)]:
        (folder / name).mkdir(parents=True)
        for number, path in enumerate(found[:: max(1, len(found) // PICTURES)]):
            (folder / name / f"{number}.jpg").symlink_to(path)
    return folder
