"""Carries the log's lines to where they go, so that nobody who logs waits for a journal that takes none.

A line more than the bag holds is dropped and counted; how many were is told when the journal takes lines again.
"""

import logging
from contextlib import suppress
from queue import Full, Queue
from threading import Thread

from edge_handsign.core.faults import Fault

BAG = 500  # lines
LAST_S = 1.0  # that the lines still in the bag are waited for at the end


class Courier(logging.Handler):
    """Any thread may log; the carrying is done by one of its own, which ends with `close`, as `logging` calls it."""

    def __init__(self, carrier: logging.Handler) -> None:
        """`carrier` is whoever may be made to wait."""
        super().__init__()
        self.carrier = carrier
        self._bag: Queue[logging.LogRecord | None] = Queue(BAG)
        self._dropped = 0
        self._thread = Thread(target=self._carry, name="courier", daemon=True)
        self._thread.start()

    def emit(self, record: logging.LogRecord) -> None:
        """Into the bag, at once."""
        try:
            self._bag.put_nowait(record)
        except Full:
            self._dropped += 1

    def flush(self) -> None:
        """Until the bag is empty, but not for ever."""
        with self._bag.all_tasks_done:
            self._bag.all_tasks_done.wait_for(lambda: not self._bag.unfinished_tasks, LAST_S)

    def close(self) -> None:
        """Carry what is left, and end."""
        with suppress(Full):
            self._bag.put_nowait(None)
        self._thread.join(LAST_S)
        super().close()

    def _carry(self) -> None:
        while record := self._bag.get():
            self.carrier.handle(record)
            if dropped := self._dropped:
                self._dropped -= dropped
                self.carrier.handle(_told(dropped))
            self._bag.task_done()
        self._bag.task_done()


def _told(dropped: int) -> logging.LogRecord:
    text = f"{Fault.LOG_LOST.value} the journal took no lines for a while: {dropped} were dropped"
    record = logging.LogRecord(__name__, logging.WARNING, __file__, 0, text, None, None)
    record.__dict__["CODE"] = Fault.LOG_LOST.value
    return record
