"""Standard input and output as two wires: reading never waits, and a reader who has gone away is no crash."""

import codecs
import os
import select
from typing import TextIO

CHUNK = 4096  # bytes


class Wire:
    """Past Python's buffers, so that nothing is left in them when the process ends."""

    def __init__(self, stdin: TextIO, stdout: TextIO) -> None:
        self.ended = False  # no more input, or nobody reads the output
        self.encoding = stdout.encoding or "ascii"
        self.fileno = stdout.fileno()
        self._source = stdin.fileno()
        self._decode = codecs.getincrementaldecoder(stdin.encoding or "utf-8")(errors="replace").decode

    def read(self) -> str:
        """What has come since the last time; sets `ended` at its end."""
        if self.ended or not select.select([self._source], [], [], 0)[0]:
            return ""
        return self._chunk()

    def write(self, text: str) -> None:
        """All of it; when nobody reads any more, `ended` is set instead."""
        data = text.encode(self.encoding, errors="replace")
        try:
            while data:
                data = data[os.write(self.fileno, data) :]
        except OSError:  # a closed pipe, a terminal that was hung up
            self.ended = True

    def _chunk(self) -> str:
        try:
            data = os.read(self._source, CHUNK)
        except OSError:  # a terminal that was hung up
            data = b""
        self.ended = not data
        return self._decode(data, final=self.ended)
