"""A person's desk: a real pseudo-terminal of 80 x 24, with somebody who types and reads what stands on the screen."""

import os
import pty
import re
import termios
import threading
import time
from collections.abc import Callable

from edge_handsign.devices.terminal.screen import plain


class Desk:
    """`line` is the end for the program; everything that it writes is read at once, so that it never has to wait."""

    def __init__(self) -> None:
        self._hands, self.line = pty.openpty()
        termios.tcsetwinsize(self.line, (24, 80))
        self.before = termios.tcgetattr(self.line)
        self.received = bytearray()
        self._eyes = threading.Thread(target=self._look)
        self._eyes.start()

    def type(self, keys: str) -> None:
        """Strike these keys."""
        os.write(self._hands, keys.encode())

    def screen(self) -> str:
        """What stands on the screen, without colours."""
        text = self.received.decode(errors="replace")
        rows: dict[int, str] = {}
        for row, line in re.findall(r"\x1b\[(\d+);1H(.*?)\x1b\[K", text[text.rfind("\x1b[2J") :]):
            rows[int(row)] = plain(line)
        return "\n".join(rows.get(row, "") for row in range(1, max(rows, default=0) + 1))

    def sees(
        self, wanted: str, *, gone: bool = False, within_s: float = 5.0, meanwhile: Callable[[], object] = lambda: None
    ) -> bool:
        """Whether that pattern appears on the screen, or disappears, before long."""
        deadline = time.monotonic() + within_s
        while time.monotonic() < deadline:
            meanwhile()
            if (re.search(wanted, self.screen()) is None) == gone:
                return True
            time.sleep(0.01)
        return False

    def close(self) -> None:
        """Once the program has let go of the line."""
        os.close(self.line)
        self._eyes.join()
        os.close(self._hands)

    def _look(self) -> None:
        while True:
            try:
                data = os.read(self._hands, 65536)
            except OSError:  # nobody has the other end open any more
                return
            self.received += data
