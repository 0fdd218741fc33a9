"""`run`: the box itself, on a Raspberry Pi."""

import argparse
import logging
import signal
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from functools import partial

from edge_handsign.commands import choice
from edge_handsign.commands.daemon import serve
from edge_handsign.core.box import Box
from edge_handsign.core.faults import FAULTS, Fault
from edge_handsign.core.feedback import Signal
from edge_handsign.errors import CameraLost, HardwareError, InterpreterError, ModelError, PlainError, StoreError
from edge_handsign.hardware import Pins
from edge_handsign.service import show_fault
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
Ends on SIGTERM or Ctrl-C with everything off. Without a Raspberry Pi, see `edge-handsign simulate`.
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
    from edge_handsign.devices.board import PiBoard

    config = choice.configured(args)
    log_to_journal(config.log.level)
    signal.signal(signal.SIGTERM, lambda *_: sys.exit(0))
    box = config.box()
    opened, faults = choice.pins(config)
    with opened as pins, _faults_shown(box, pins):
        backbone = choice.backbone(config, args.backbone)
        camera = choice.camera(args.camera, backbone.input_size, config)
        again = partial(choice.configured, args)
        serve(config, box, backbone, camera, pins, read_settings=again, board=PiBoard(), faults=faults)
    return 0


@contextmanager
def _faults_shown(box: Box, pins: Pins) -> Iterator[None]:
    try:
        yield
    except PlainError as error:
        fault = next(fault for kind, fault in ENDINGS if isinstance(error, kind))
        log.error("%s %s", fault.value, error, extra={"CODE": fault.value})
        if fault is not Fault.CAMERA_LOST:  # which has been shown for seconds
            show_fault(FAULTS[fault].signal or Signal.SETTINGS, box, pins)
        raise
