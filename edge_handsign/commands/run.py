"""`run`: the box itself, on a Raspberry Pi."""

import argparse
import logging
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import replace
from functools import cache, partial
from time import monotonic

from edge_handsign.commands import choice
from edge_handsign.commands.daemon import Leaving, serve
from edge_handsign.commands.refuge import Refuge, start
from edge_handsign.config import Config, find, salvaged
from edge_handsign.core.box import Box
from edge_handsign.core.faults import FAULTS, Fault
from edge_handsign.core.feedback import Signal
from edge_handsign.errors import CameraLost, HardwareError, InterpreterError, ModelError, PlainError, StoreError
from edge_handsign.hardware import Pins
from edge_handsign.logbook import Logbook, folder
from edge_handsign.service import Seen, show_fault
from edge_handsign.systemd import log_to_journal

ENDINGS: tuple[tuple[type[PlainError], Fault], ...] = (
    (CameraLost, Fault.CAMERA_LOST),
    (StoreError, Fault.STORE),
    (ModelError, Fault.MODEL),
    (InterpreterError, Fault.INTERPRETER),
    (HardwareError, Fault.DEVICE),
    (PlainError, Fault.SETTINGS),
)
log = logging.getLogger(__name__)
TEXT = """\
Run the box: camera, buttons, LEDs and buzzer as the settings wire them. The service does exactly this at boot:

  edge-handsign run
  edge-handsign run --config my-box.yaml --camera webcam

It looks at the whole picture, or at the part that `camera.region` of the settings names.
Ends on SIGTERM or Ctrl-C with everything off. As a service, three crashes in five minutes or settings that cannot be
used lead to safe mode, which blinks long-short; by hand, the settings' mistakes are printed. Without a Raspberry Pi,
see `edge-handsign simulate`.
"""


def add_to(verbs: "argparse._SubParsersAction[argparse.ArgumentParser]") -> None:
    """Register the verb."""
    parser = verbs.add_parser(
        "run",
        help="run the box on a Raspberry Pi",
        description=TEXT,
        formatter_class=argparse.RawDescriptionHelpFormatter,
    )
    choice.add_backbone_arguments(parser)
    parser.add_argument(
        "--camera", default="picamera2", metavar="KIND", help="picamera2 (default), webcam[:N] or pictures:PATH"
    )
    parser.set_defaults(run=run)


def run(args: argparse.Namespace) -> int:
    """Until it is told to stop."""
    log_to_journal()

    def whole(config: Config) -> None:
        _run(args, config, logbook.seen, leaving)

    with Leaving() as leaving, Logbook(folder(), monotonic()) as logbook:
        start(logbook, whole, _refuge(args))
    return 0


def _run(args: argparse.Namespace, config: Config, seen: Seen, leaving: Leaving) -> None:
    from edge_handsign.devices.board import PiBoard

    logging.getLogger().setLevel(config.log.level.upper())
    box = config.box()
    opened, faults = choice.pins(config)
    with opened as pins, _faults_shown(box, pins, leaving):
        backbone, unfit = choice.surely(config, args.backbone)
        camera = choice.camera(args.camera, backbone.input_size, config)
        again = partial(choice.configured, args)
        serve(
            config,
            box,
            backbone,
            camera,
            pins,
            read_settings=again,
            board=PiBoard(),
            faults={**faults, **unfit},
            seen=seen,
        )


def _refuge(args: argparse.Namespace) -> Refuge:
    from edge_handsign.devices.gpio import GpioPins

    @cache  # in safe mode only: a start in order need not read the file twice
    def found() -> Config:
        return salvaged(args.config)

    return Refuge(
        lambda: GpioPins(replace(found().pins, buzzer=None), (), ()),
        lambda: found().control.socket,
        find(args.config),
        lambda: choice.configured(args),
    )


@contextmanager
def _faults_shown(box: Box, pins: Pins, leaving: Leaving) -> Iterator[None]:
    try:
        yield
    except PlainError as error:
        if leaving.asked:
            raise
        fault = next(fault for kind, fault in ENDINGS if isinstance(error, kind))
        log.error("%s %s", fault.value, error, extra={"CODE": fault.value})
        if fault is not Fault.CAMERA_LOST:  # which has been shown for seconds
            show_fault(FAULTS[fault].signal or Signal.SETTINGS, box, pins)
        raise
