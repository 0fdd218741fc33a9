"""A disk that writes down what happens to it: every write, every flush, every acknowledgement, in the order of arrival.

It is a file system of two files in user space, spoken to in the kernel's own FUSE protocol (linux/fuse.h, version 7):
`disk`, under a loop device the block device of a real ext4, and `acknowledge`, whose bytes are noted in the same log.
One thread answers one request after the other, so what was noted before a flush had been answered before. Needs root.
"""

import ctypes
import errno
import os
import stat
import struct
import threading
from collections.abc import Callable
from contextlib import ExitStack
from dataclasses import dataclass
from pathlib import Path
from typing import Self

ROOT_NODE, DISK_NODE, ACKNOWLEDGE_NODE = 1, 2, 3
NODES = {b"disk": DISK_NODE, b"acknowledge": ACKNOWLEDGE_NODE}
LARGEST = 128 * 1024  # bytes of one write
HEADER, ANSWER = struct.Struct("<IIQQIIIHH"), struct.Struct("<IiQ")
TRANSFER = struct.Struct("<QQIIQII")  # of READ and WRITE: handle, offset, size, ...
ATTRIBUTES = struct.Struct("<QQQQQQIIIIIIIIII")
FOREVER = 3600  # s for which the kernel may remember names and attributes
DIRECT_IO = 1
NOSUID, NODEV, DETACH = 2, 4, 2
RECURSIVE, PRIVATE, NEW_NAMESPACE = 1 << 14, 1 << 18, 1 << 17
libc = ctypes.CDLL(None, use_errno=True)


@dataclass(frozen=True, slots=True)
class Write:
    """These bytes were sent; they are safe only after a flush."""

    at: int
    data: bytes


@dataclass(frozen=True, slots=True)
class Flush:
    """All that was sent before is safe."""


@dataclass(frozen=True, slots=True)
class Acknowledged:
    """A change was called durable."""


Event = Write | Flush | Acknowledged


def mount(source: str, target: Path, kind: str, options: str = "", flags: int = 0) -> None:
    """mount(2)."""
    _insist(libc.mount(source.encode(), os.fsencode(target), kind.encode(), flags, options.encode()), target)


def unmount(target: Path) -> None:
    """umount(2)."""
    _insist(libc.umount2(os.fsencode(target), 0), target)


def apart() -> None:
    """Mount where nobody else looks: a copy of our mounts, as a container makes one, would keep a card busy."""
    _insist(libc.unshare(NEW_NAMESPACE), Path("/"))
    mount("none", Path("/"), "none", flags=RECURSIVE | PRIVATE)


def _insist(result: int, target: Path) -> None:
    if result:
        raise OSError(ctypes.get_errno(), os.strerror(ctypes.get_errno()), str(target))


class RecordingDisk:
    """Mounted at `folder` for as long as its `with` lasts; everything else happens in its own thread."""

    def __init__(self, folder: Path, content: bytes) -> None:
        self.disk, self.acknowledge = folder / "disk", folder / "acknowledge"
        self.content = bytearray(content)
        self.events: list[Event] = []
        self._folder = folder
        self._kernel = -1
        self._answers: dict[int, Callable[[int, bytes], bytes]] = {
            1: self._lookup,
            3: self._attributes,
            4: self._attributes,  # SETATTR: nothing that is set matters
            14: lambda *_: struct.pack("<QII", 0, DIRECT_IO, 0),  # OPEN
            15: self._read,
            16: self._write,
            18: lambda *_: b"",  # RELEASE
            20: self._flush,
            25: lambda *_: b"",  # FLUSH is what close() sends
            26: self._begin,
        }

    def __enter__(self) -> Self:
        with ExitStack() as opened:
            self._kernel = os.open("/dev/fuse", os.O_RDWR)
            opened.callback(os.close, self._kernel)
            options = f"fd={self._kernel},rootmode=40000,user_id=0,group_id=0"
            mount("recording", self._folder, "fuse", options, NOSUID | NODEV)
            thread = threading.Thread(target=self._serve, daemon=True)
            thread.start()
            opened.callback(thread.join, 10)
            opened.callback(libc.umount2, os.fsencode(self._folder), DETACH)
            self._opened = opened.pop_all()
        return self

    def __exit__(self, *_: object) -> None:
        self._opened.close()

    def _serve(self) -> None:
        while True:
            try:
                request = os.read(self._kernel, LARGEST + 4096)
            except OSError as error:
                if error.errno in (errno.ENOENT, errno.EINTR):  # the request was taken back
                    continue
                return  # unmounted
            _, kind, unique, node, *_ = HEADER.unpack_from(request)
            if kind in (2, 36, 42):  # FORGET and INTERRUPT want no answer
                continue
            self._answer(unique, *self._result(kind, node, request[HEADER.size :]))

    def _result(self, kind: int, node: int, body: bytes) -> tuple[int, bytes]:
        try:
            return 0, self._answers[kind](node, body)
        except KeyError:
            return -errno.ENOSYS, b""
        except FileNotFoundError:
            return -errno.ENOENT, b""

    def _answer(self, unique: int, error: int, body: bytes) -> None:
        try:
            os.write(self._kernel, ANSWER.pack(ANSWER.size + len(body), error, unique) + body)
        except FileNotFoundError:  # nobody waits for it any more
            return

    def _begin(self, _: int, body: bytes) -> bytes:
        _, _, readahead, _ = struct.unpack_from("<IIII", body)
        big_writes = 1 << 5
        return struct.pack("<IIIIHHIIHHI28x", 7, 31, readahead, big_writes, 16, 12, LARGEST, 1, 32, 0, 0)

    def _lookup(self, _: int, body: bytes) -> bytes:
        node = NODES.get(body.rstrip(b"\0"))
        if node is None:
            raise FileNotFoundError
        return struct.pack("<QQQQII", node, 0, FOREVER, FOREVER, 0, 0) + self._stat(node)

    def _attributes(self, node: int, _: bytes) -> bytes:
        return struct.pack("<QII", FOREVER, 0, 0) + self._stat(node)

    def _stat(self, node: int) -> bytes:
        size = len(self.content) if node == DISK_NODE else 0
        mode = stat.S_IFDIR | 0o700 if node == ROOT_NODE else stat.S_IFREG | 0o600
        return ATTRIBUTES.pack(node, size, size // 512, 0, 0, 0, 0, 0, 0, mode, 1, 0, 0, 0, 4096, 0)

    def _read(self, node: int, body: bytes) -> bytes:
        _, at, size, *_ = TRANSFER.unpack_from(body)
        return bytes(self.content[at : at + size]) if node == DISK_NODE else b""

    def _write(self, node: int, body: bytes) -> bytes:
        _, at, size, *_ = TRANSFER.unpack_from(body)
        data = body[TRANSFER.size :][:size]
        if node == DISK_NODE:
            self.content[at : at + size] = data
            self.events.append(Write(at, data))
        else:
            self.events.append(Acknowledged())
        return struct.pack("<II", size, 0)

    def _flush(self, node: int, _: bytes) -> bytes:
        if node == DISK_NODE:
            self.events.append(Flush())
        return b""
