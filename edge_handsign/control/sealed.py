"""A file in memory that its maker cannot change any more: the only kind that the box takes from a caller.

Reading any other could wait for a disk, a network or another program, or find something else the second time; this one
is there as a whole and stays as it is. Linux: memfd_create(2), and F_ADD_SEALS of fcntl(2).
"""

import fcntl
import os
from io import BufferedReader, RawIOBase
from typing import BinaryIO

SEALS = fcntl.F_SEAL_WRITE | fcntl.F_SEAL_SHRINK | fcntl.F_SEAL_GROW


class NotSealed(Exception):
    """A descriptor of something else."""


class _Sealed(RawIOBase):
    """Reads at a place of its own: the descriptor's is shared with its maker."""

    def __init__(self, file: int) -> None:
        self._file, self._at = file, 0

    def readable(self) -> bool:
        return True

    def seekable(self) -> bool:
        return True

    def readinto(self, buffer: "memoryview") -> int:  # type: ignore[override]
        piece = os.pread(self._file, len(buffer), self._at)
        buffer[: len(piece)] = piece
        self._at += len(piece)
        return len(piece)

    def seek(self, offset: int, whence: int = os.SEEK_SET) -> int:
        begin = {os.SEEK_SET: 0, os.SEEK_CUR: self._at, os.SEEK_END: os.fstat(self._file).st_size}[whence]
        if begin + offset < 0:
            raise OSError("before the beginning")
        self._at = begin + offset
        return self._at

    def close(self) -> None:
        if not self.closed:
            os.close(self._file)
        super().close()


def received(file: int) -> BinaryIO:
    """To be read; closes the descriptor, at the latest when this raises NotSealed."""
    try:
        seals = fcntl.fcntl(file, fcntl.F_GET_SEALS)
    except OSError:
        seals = 0
    if seals & SEALS != SEALS:
        os.close(file)
        raise NotSealed
    return BufferedReader(_Sealed(file))


def sealed(content: bytes) -> int:
    """The descriptor of one with this content."""
    file = os.memfd_create("handsigns", os.MFD_CLOEXEC | os.MFD_ALLOW_SEALING)
    try:
        with os.fdopen(os.dup(file), "wb") as writing:
            writing.write(content)
        fcntl.fcntl(file, fcntl.F_ADD_SEALS, SEALS)
    except BaseException:
        os.close(file)
        raise
    return file
