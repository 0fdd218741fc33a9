"""A card with a real ext4: recorded while the store works on it, and found again after each cut. Needs root."""

import errno
import os
import subprocess
import sys
import tempfile
from collections.abc import Iterator, Sequence
from contextlib import ExitStack, contextmanager
from pathlib import Path
from shutil import which
from typing import Self

from tests.faults.cuts import Cut, Stretch
from tests.faults.disk import Event, RecordingDisk, mount, unmount
from tests.faults.work import sync

SIZE = 16 * 2**20  # bytes of the disk
# Groups of 1,024 blocks, so that a disk as small as this one has a second superblock too.
FORMAT = ("mkfs.ext4", "-q", "-F", "-b4096", "-g1024", "-E", "nodiscard,lazy_itable_init=0,lazy_journal_init=0")
MEND = ("e2fsck", "-y", "-b1024", "-B4096")


def missing() -> str | None:
    """Why there can be no power cuts on this machine; None when there can."""
    if os.geteuid() != 0:
        return "needs root"
    if not Path("/dev/fuse").exists() or not Path("/dev/loop-control").exists():
        return "needs /dev/fuse and loop devices"
    if which("mkfs.ext4") is None or which("losetup") is None:
        return "needs mkfs.ext4 and losetup: apt install e2fsprogs util-linux"
    try:
        with tempfile.TemporaryDirectory() as name, memory(Path(name)) as folder:
            image = formatted(folder / "image")
            subprocess.run(["mount", "-t", "ext4", "-o", "loop", image, folder], check=True, capture_output=True)
            unmount(folder)
    except (OSError, subprocess.CalledProcessError) as error:
        return f"needs to mount ext4: {error}"
    return None


@contextmanager
def memory(folder: Path) -> Iterator[Path]:
    """A file system in RAM, so that no flush has to wait for this machine's own disk."""
    mount("tmpfs", folder, "tmpfs", "size=256m")
    try:
        yield folder
    finally:
        unmount(folder)


def formatted(image: Path, size: int = SIZE) -> Path:
    """An empty ext4 of so many bytes."""
    image.touch()
    os.truncate(image, size)
    subprocess.run([*FORMAT, image], check=True)
    return image


def recorded(folder: Path, tree: Path, seed: int, changes: int) -> tuple[bytes, list[Event]]:
    """What was on the card when work began, and all that happened to it; `tree` holds the store that works."""
    with ExitStack() as exits:
        room = exits.enter_context(memory(folder))
        fuse, card = room / "fuse", room / "card"
        fuse.mkdir()
        card.mkdir()
        disk = exits.enter_context(RecordingDisk(fuse, formatted(room / "image").read_bytes()))
        subprocess.run(["mount", "-t", "ext4", "-o", "loop", disk.disk, card], check=True)
        exits.callback(unmount, card)
        sync(card)
        disk.events.clear()
        before = bytes(disk.content)
        command = [sys.executable, "-m", "tests.faults.work", str(card / "box"), str(disk.acknowledge)]
        subprocess.run([*command, f"--seed={seed}", f"--changes={changes}"], cwd=tree, check=True)
        return before, disk.events.copy()


class Reboots:
    """A loop device whose content is replaced before each mount; opened by the `with`."""

    def __init__(self, folder: Path, content: bytes) -> None:
        self._content = bytearray(content)  # all that was flushed
        self._stretch = 0
        self.mended = 0  # cards that needed fsck
        self._folder = folder

    def __enter__(self) -> Self:
        with ExitStack() as exits:
            room = exits.enter_context(memory(self._folder))
            self._card = room / "card"
            self._card.mkdir()
            (room / "image").write_bytes(self._content)
            self._image = os.open(room / "image", os.O_RDWR)
            exits.callback(os.close, self._image)
            found = subprocess.run(["losetup", "--find", "--show", room / "image"], check=True, capture_output=True)
            self._device = found.stdout.decode().strip()
            exits.callback(subprocess.run, ["losetup", "--detach", self._device], check=True)
            self._opened = exits.pop_all()
        return self

    def __exit__(self, *_: object) -> None:
        self._opened.close()

    def _mount(self) -> None:
        """A superblock that is torn is not mounted; at a boot fsck mends it from its copy."""
        try:
            mount(self._device, self._card, "ext4")
        except OSError as error:
            if error.errno not in (errno.EBADMSG, errno.EUCLEAN):
                raise
            subprocess.run([*MEND, self._device], capture_output=True, check=False)
            mount(self._device, self._card, "ext4")
            self.mended += 1

    @contextmanager
    def after(self, cut: Cut, found: Sequence[Stretch]) -> Iterator[Path]:
        """The card as it was found; cuts come in the order of the log."""
        while self._stretch < cut.stretch:
            for block in found[self._stretch].blocks:
                self._content[block.at : block.at + len(block.data)] = block.data
            self._stretch += 1
        os.pwrite(self._image, self._content, 0)
        for at, data in cut.left(found[cut.stretch]):
            os.pwrite(self._image, data, at)
        self._mount()
        try:
            yield self._card
        finally:
            unmount(self._card)
