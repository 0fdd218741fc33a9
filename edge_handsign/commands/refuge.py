"""Starting the box that a service manager restarts: as a whole when that is wise, else in safe mode."""

import logging
from collections.abc import Callable
from contextlib import AbstractContextManager, ExitStack
from dataclasses import dataclass
from pathlib import Path
from typing import TypeVar

from edge_handsign.commands.daemon import ended_by_signals
from edge_handsign.config import Config
from edge_handsign.control import Server
from edge_handsign.core.faults import Fault
from edge_handsign.core.feedback import Signal
from edge_handsign.core.starts import Start
from edge_handsign.errors import ConfigError, HardwareError
from edge_handsign.hardware import Pins
from edge_handsign.logbook import Logbook
from edge_handsign.safe_mode import Plight, SafeMode
from edge_handsign.service import turn
from edge_handsign.systemd import Herald

LOOK_AGAIN_S = 300.0  # at settings whose file has not changed: a card may answer again
T = TypeVar("T")
log = logging.getLogger(__name__)


@dataclass(frozen=True, slots=True)
class Refuge:
    """What safe mode has: the status LED, the socket, and an eye on the settings."""

    open_pins: Callable[[], AbstractContextManager[Pins]]
    socket: Callable[[], Path]
    settings: Path | None  # the file
    read: Callable[[], Config]


def start(logbook: Logbook, whole: Callable[[Config], None], refuge: Refuge) -> None:
    """Run the whole box, or stay in the refuge until it is worth trying again. Devices' errors pass through.

    ConfigError where nobody restarts the box: whoever started it by hand reads it.
    """
    if logbook.start is not Start.WHOLE:
        stay(_crashed(logbook), refuge, bare=logbook.start is Start.BARE)
        return
    try:
        config = refuge.read()
    except ConfigError as error:
        if not logbook.kept:
            raise
        stay(_unusable(error), refuge)
    else:
        whole(config)


def stay(plight: Plight, refuge: Refuge, *, bare: bool = False) -> None:
    """Safe mode, until it is over; `bare` touches neither pins nor socket."""
    code = plight.fault.value
    log.error("%s %s; %s", code, plight.why, plight.mend, extra={"CODE": code})
    herald = Herald()
    herald.status(f"safe mode: {plight.why}")
    with ExitStack() as opened:
        pins = None if bare else _had(opened, refuge.open_pins)
        server = None if bare else _had(opened, lambda: Server(refuge.socket()))
        safe = SafeMode(plight, herald, pins, server, Mended(refuge))
        with ended_by_signals(safe.end):
            turn(safe.tick)
        herald.stopping()
    log.info("leaves safe mode")


class Mended:
    """Whether the settings are worth another try: they have changed, or have long been wrong, and can be read now."""

    def __init__(self, refuge: Refuge) -> None:
        self._refuge = refuge
        self._before = self._mark()
        self._looked_at: float | None = None

    def __call__(self, now: float) -> bool:
        """`now` in s, monotonic. Reads the file at most once for each time that it changes."""
        if self._looked_at is None:
            self._looked_at = now
        mark = self._mark()
        if mark == self._before and now - self._looked_at < LOOK_AGAIN_S:
            return False
        self._before, self._looked_at = mark, now
        try:
            self._refuge.read()
        except ConfigError as error:
            log.error("%s", error)
            return False
        return True

    def _mark(self) -> tuple[int, int, int] | None:
        """Differs when the file does."""
        try:
            found = (self._refuge.settings or Path()).stat()
        except OSError:
            return None
        return found.st_ino, found.st_mtime_ns, found.st_size


def _crashed(logbook: Logbook) -> Plight:
    crashes, patience = len(logbook.crashes), logbook.patience
    return Plight(
        (Signal.SAFE,),
        Fault.RESTARTS,
        f"it crashed {crashes} time{'s' * (crashes != 1)} in {patience.within_s / 60:.3g} minutes",
        "where is in its log (journalctl -u edge-handsign); "
        f"it starts again in {patience.safe_for_s / 60:.3g} minutes, or when its settings change",
        patience.safe_for_s,
    )


def _unusable(error: ConfigError) -> Plight:
    first, *more = str(error).splitlines()
    why = f"{first} (and {len(more)} more: edge-handsign config check)" if more else first
    return Plight((Signal.SAFE, Signal.SETTINGS), Fault.SETTINGS, why, "it starts as soon as that is mended")


def _had(opened: ExitStack, opening: Callable[[], AbstractContextManager[T]]) -> T | None:
    """What is opened, or None when it cannot be: safe mode goes without."""
    try:
        return opened.enter_context(opening())
    except HardwareError as error:
        log.warning("%s", error)
        return None
