"""A journal that takes nothing holds nobody up: a pipe that nobody reads, and a process behind it."""

import logging
import os
import subprocess
import sys
import time
from threading import Event

from edge_handsign.core.faults import Fault
from edge_handsign.courier import BAG, Courier
from tests.conftest import ROOT


class Journal(logging.Handler):
    """Takes lines while it is open."""

    def __init__(self) -> None:
        super().__init__()
        self.open = Event()
        self.records: list[logging.LogRecord] = []

    def emit(self, record: logging.LogRecord) -> None:
        self.open.wait()
        self.records.append(record)


def log(courier: Courier, text: str) -> None:
    record = logging.LogRecord("box", logging.INFO, __file__, 0, text, None, None)
    record.__dict__["CODE"] = "EH-101"
    courier.handle(record)


def test_a_journal_that_takes_lines_gets_them_in_order_with_their_fields() -> None:
    journal = Journal()
    journal.open.set()
    courier = Courier(journal)
    for number in range(BAG):
        log(courier, f"line {number}")
    courier.close()
    assert [record.getMessage() for record in journal.records] == [f"line {number}" for number in range(BAG)]
    assert {record.__dict__["CODE"] for record in journal.records} == {"EH-101"}


def test_lines_that_a_journal_does_not_take_are_dropped_and_counted() -> None:
    journal = Journal()
    courier = Courier(journal)
    more = 2 * BAG
    log(courier, "the first is in the journal's hands")
    while courier._bag.qsize():
        time.sleep(0.001)
    for number in range(more):
        log(courier, f"line {number}")
    journal.open.set()
    courier.flush()
    courier.close()
    told = [record for record in journal.records if record.levelno == logging.WARNING]
    assert [record.__dict__["CODE"] for record in told] == [Fault.LOG_LOST.value]
    assert f"{more - BAG} were dropped" in told[0].getMessage()
    assert len(journal.records) == 1 + BAG + 1


BOX = """
import logging, os
from edge_handsign.systemd import log_to_journal
log_to_journal()
log = logging.getLogger("edge_handsign")
for number in range(3000):
    log.info("%s", "x" * 1000)
print("went on", flush=True)
os._exit(0)
"""


def test_a_box_whose_stderr_nobody_reads_goes_on() -> None:
    unread, stderr = os.pipe()
    try:
        done = subprocess.run(
            [sys.executable, "-c", BOX],
            stderr=stderr,
            stdout=subprocess.PIPE,
            cwd=ROOT,
            timeout=60,
            check=True,
            text=True,
        )
    finally:
        os.close(unread)
        os.close(stderr)
    assert done.stdout == "went on\n"
