"""A full card stops more than this program: below 16 MB nothing more is written."""

import os
from pathlib import Path

from edge_handsign.errors import StoreError
from edge_handsign.store.troubles import explained

KEEP_FREE = 16 * 2**20  # bytes


def insist_on_room(folder: Path, keep_free: int) -> None:
    """StoreError when fewer bytes than `keep_free` are left on the folder's card."""
    with explained(folder):
        card = os.statvfs(folder)
    if card.f_bavail * card.f_frsize < keep_free:
        raise StoreError(
            f"{folder}: less than {keep_free / 2**20:.0f} MB are free, nothing was saved: "
            "free some space on the card (df -h shows how much is left)"
        )
