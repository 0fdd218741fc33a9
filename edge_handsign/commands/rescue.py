"""`rescue`: what edge-handsign-rescue.service does when a driver hangs for good: reboot, or try again later."""

import argparse
import logging
import os
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import Path
from time import monotonic, sleep

from edge_handsign.core.faults import Fault
from edge_handsign.core.reboot import Case, reason_not_to
from edge_handsign.errors import StuckError
from edge_handsign.systemd import log_to_journal

TEXT = """\
Reboot this machine if the box could not be ended because a driver hangs: at most once an hour, and never where
/etc/edge-handsign/no-reboot exists. Otherwise start the box again after a minute. edge-handsign-rescue.service does
this, as root, and only after the status that says so; nobody needs to do it by hand.
"""
ENDED = "MONITOR_EXIT_STATUS"  # of the box, from systemd 251 on; the one of Trixie starts OnFailure= after each failure
FORBIDDEN = Path("/etc/edge-handsign/no-reboot")
KEPT = Path("/var/lib/edge-handsign-rescue")
STAMP = "rebooted"
PAUSE_S = 60.0
CODE = Fault.STUCK_PROCESS.value
REBOOT = ("systemctl", "reboot")
START = ("systemctl", "start", "--no-block", "edge-handsign.service")
log = logging.getLogger(__name__)


@dataclass(frozen=True, slots=True)
class World:
    """What a rescue looks at and does; a test has one of its own."""

    kept: Path
    forbidden: Path
    up_s: Callable[[], float]
    pause: Callable[[float], None]
    order: Callable[[Sequence[str]], object]
    ended: str = str(StuckError.exit_code)  # with which status the box did


def add_to(verbs: "argparse._SubParsersAction[argparse.ArgumentParser]") -> None:
    """Register the verb."""
    parser = verbs.add_parser("rescue", help="reboot because a driver hangs (for the service)", description=TEXT)
    parser.set_defaults(run=run)


def run(_: argparse.Namespace) -> int:
    """Decide on this machine, and do it."""
    import subprocess

    log_to_journal()
    kept = Path(os.environ.get("STATE_DIRECTORY", KEPT))
    ended = os.environ.get(ENDED, "none")
    rescue(World(kept, FORBIDDEN, monotonic, sleep, lambda order: subprocess.run(order, check=True), ended))
    return 0


def rescue(world: World) -> None:
    """Reboot and remember that, or have the box started again; nothing where no driver hangs and systemd does that."""
    if world.ended != str(StuckError.exit_code):
        log.info("the box ended with status %s: no driver hangs, so nothing is done", world.ended)
        return
    stamp = world.kept / STAMP
    reason = reason_not_to(Case(world.up_s(), stamp.exists(), world.forbidden.exists()))
    if not reason:
        log.error("%s a driver hangs: rebooting", CODE, extra={"CODE": CODE})
        _remember(stamp)
        world.order(REBOOT)
        return
    log.error("%s a driver hangs, but %s: the box is started again", CODE, reason, extra={"CODE": CODE})
    world.pause(PAUSE_S)
    world.order(START)


def _remember(stamp: Path) -> None:
    """On the card before the reboot: one that is forgotten would be repeated at once."""
    for path, flags in ((stamp, os.O_WRONLY | os.O_CREAT), (stamp.parent, os.O_RDONLY)):
        file = os.open(path, flags, 0o600)
        try:
            os.fsync(file)
        finally:
            os.close(file)
