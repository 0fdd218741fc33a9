"""The card that keeps what is taught: how much is free, and whether what is written there is still there tomorrow."""

import os
from dataclasses import dataclass
from pathlib import Path, PurePosixPath

from edge_handsign.doctor.finding import Finding, Findings, fault, ok, warning
from edge_handsign.doctor.patient import Patient
from edge_handsign.doctor.tree import Tree
from edge_handsign.store.space import KEEP_FREE

SCARCE = 256 * 2**20  # bytes; updates and logs want some too
ROOM = "sudo apt clean && sudo journalctl --vacuum-size=50M"
PASSING = ("overlay", "tmpfs", "ramfs", "aufs")  # kinds of file systems that end with the power
NO_OVERLAY = "sudo raspi-config nonint do_overlayfs 1 && sudo reboot  # 1: off"


@dataclass(frozen=True, slots=True)
class Card:
    """Where the folder lies, or will."""

    folder: str
    free: int  # bytes, for others than root
    mount: str  # the mount point
    kind: str  # of file system; empty where the system does not tell
    read_only: bool


def look(folder: Path, tree: Tree) -> Card:
    """Of the folder, or of the nearest above it that is there."""
    found = tree.root / folder.relative_to(folder.anchor)
    while not found.exists():
        found = found.parent
    room = os.statvfs(found)
    mount, kind, options = _mount(folder, tree)
    read_only = "ro" in options if kind else bool(room.f_flag & os.ST_RDONLY)
    return Card(str(folder), room.f_bavail * room.f_frsize, mount, kind, read_only)


def _mount(folder: Path, tree: Tree) -> tuple[str, str, list[str]]:
    """Mount point, kind and options, from the kernel's table; the last line that fits most exactly lies on top."""
    best = ("/", "", list[str]())
    for line in tree.lines("/proc/mounts"):
        _, point, kind, options, *_ = line.split()
        point = point.replace("\\040", " ")
        if PurePosixPath(folder).is_relative_to(point) and len(point) >= len(best[0]):
            best = (point, kind, options.split(","))
    return best


def judge_room(card: Card) -> Finding:
    """Below the store's own limit nothing can be taught."""
    says = f"{card.folder}: {card.free / 2**20:,.0f} MB are free"
    if card.free < KEEP_FREE:
        return fault(f"{says}, so nothing more can be taught", ROOM)
    if card.free < SCARCE:
        return warning(says, ROOM)
    return ok(says)


def judge_keeping(card: Card) -> Finding:
    """Raspberry Pi OS's overlay, once switched on, takes every write and forgets it at the next boot."""
    if card.kind in PASSING:
        return fault(
            f"{card.folder} lies on {card.mount}, which is {card.kind}: what is taught is gone at the next boot",
            NO_OVERLAY if card.kind == "overlay" else "edge-handsign config show | grep -A1 store:  # another folder",
        )
    if card.read_only:
        return fault(
            f"{card.folder} lies on {card.mount}, which is read-only: nothing can be taught; after a fault of the card "
            "too, so look at dmesg",
            f"sudo mount -o remount,rw {card.mount}",
        )
    return ok(f"{card.folder} lies on {card.mount} ({card.kind or 'unknown'}), which keeps what is written")


def check(patient: Patient) -> Findings:
    """Look and judge."""
    card = look(patient.settings.store.folder, patient.tree)
    return {"card": judge_room(card), "keeping": judge_keeping(card)}
