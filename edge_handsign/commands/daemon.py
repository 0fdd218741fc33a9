"""The daemon around devices that somebody has chosen: the same for a Pi, a bench and a script."""

import logging
import signal
from collections.abc import Callable, Iterator, Mapping
from contextlib import ExitStack, contextmanager
from time import monotonic
from types import MappingProxyType, TracebackType
from typing import Self

from edge_handsign.commands.reloading import ReadSettings, Reloading
from edge_handsign.config import Config
from edge_handsign.control import Server
from edge_handsign.control.server import SocketError
from edge_handsign.core.box import Box
from edge_handsign.core.faults import FAULTS, Fault
from edge_handsign.core.memory import Memory, MemoryFull
from edge_handsign.core.session import Habits, Session
from edge_handsign.errors import PlainError
from edge_handsign.eye import Eye
from edge_handsign.footprint import Footprint
from edge_handsign.hardware import Backbone, Board, Pins
from edge_handsign.lookout import OpenCamera
from edge_handsign.reception import Reception
from edge_handsign.service import Seen, Service, Visitors, Watcher
from edge_handsign.store import Loaded, Store
from edge_handsign.systemd import Herald

log = logging.getLogger(__name__)
NO_FAULTS: Mapping[Fault, str] = MappingProxyType({})


def serve(
    config: Config,
    box: Box,
    backbone: Backbone,
    open_camera: OpenCamera,
    pins: Pins,
    watcher: Watcher = lambda *_: None,
    read_settings: ReadSettings | None = None,
    board: Board | None = None,
    faults: Mapping[Fault, str] = NO_FAULTS,
    seen: Seen = lambda _: None,
) -> None:
    """Remember, look and react until SIGTERM, SIGINT or the end of the frames. Devices' errors pass through.

    `read_settings` reads them again when a `reload` asks for it; without it, they are always these. `faults` are what
    is known to be wrong, in words; `seen` is told the time of each tick with a new sight.
    """
    log.info("%s", backbone.name)
    herald = Herald()
    kept = config.store
    with (
        Store(kept.folder, backbone.fingerprint, backbone.dimension, backbone.name, pictures=kept.pictures) as store,
        ExitStack() as opened,
    ):
        session = _session(config, box, backbone, store.load())
        try:
            reloading = Reloading(config, read_settings or (lambda: config))
            server = opened.enter_context(Server(config.control.socket))
            visitors: Visitors = Reception(server, session, store, backbone.name, reloading).attend
        except SocketError as error:
            faults = {**faults, Fault.NO_SOCKET: str(error)}
            visitors = nobody
        for fault, text in faults.items():
            session.state.ail(fault, text, monotonic())
        footprint = Footprint() if herald.heard else None
        service = Service(session, store, pins, herald, watcher, visitors, board, seen, footprint)
        with ended_by_signals(service.end), Eye(open_camera, backbone) as eye:
            service.run(eye)


def nobody(*_: object) -> None:
    """Visitors where there is no door."""


def _session(config: Config, box: Box, backbone: Backbone, loaded: Loaded) -> Session:
    memory = Memory(backbone.dimension, config.memory, backbone.prior)
    try:
        for sample in loaded.samples:
            memory.teach(sample)
    except MemoryFull:
        log.warning("memory.capacity is %d, the newest of %d samples rest", len(memory), len(loaded.samples))
    if loaded.room:
        memory.settle(loaded.room)
    if len(memory) and (per_hour := memory.threshold.per_hour) is not None:
        log.info("about %.2g false alarms an hour are to be expected", per_hour)
    log.info("%d samples, %d of other backbones asleep, %d damaged", len(memory), loaded.asleep, loaded.damaged)
    habits = Habits(config.buttons, config.lesson, config.decider)
    session = Session(box, memory, habits, last_lesson=loaded.last_lesson)
    if loaded.asleep and not loaded.samples:
        session.state.ail(Fault.ASLEEP, f"0 of {loaded.asleep} samples usable: {FAULTS[Fault.ASLEEP]}", monotonic())
    return session


class Leaving:
    """SIGTERM before the box runs is an end in order too, even where a library makes an error of its own out of it."""

    def __init__(self) -> None:
        self.asked = False

    def __enter__(self) -> Self:
        signal.signal(signal.SIGTERM, self._leave)
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        signal.signal(signal.SIGTERM, signal.SIG_DFL)
        if self.asked and isinstance(error, PlainError):
            raise SystemExit(0) from None

    def _leave(self, *_: object) -> None:
        self.asked = True
        raise SystemExit(0)


@contextmanager
def ended_by_signals(end: Callable[[], None]) -> Iterator[None]:
    """SIGTERM and SIGINT call it instead of ending the process."""
    signals = (signal.SIGTERM, signal.SIGINT)
    before = [signal.signal(number, lambda *_: end()) for number in signals]
    try:
        yield
    finally:
        for number, handler in zip(signals, before, strict=True):
            signal.signal(number, handler)
