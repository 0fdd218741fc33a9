"""`bench`: how fast this box is, stage by stage."""

import argparse
import json
from contextlib import AbstractContextManager, ExitStack

from edge_handsign.commands import choice
from edge_handsign.config import Config
from edge_handsign.doctor import occupant
from edge_handsign.doctor.tree import Tree
from edge_handsign.errors import HardwareError
from edge_handsign.hardware import Pins, UnusablePicture
from edge_handsign.lookout import OpenCamera
from edge_handsign.speed import Bench, Run, Watch, lines, machine, measure, plain, row

FRAMES, SAMPLES = 200, 1000
SHOWN = "fist"
BUSY = "a box runs and holds the devices: sudo systemctl stop edge-handsign, and try again"
TEXT = """\
How fast is this box? With the service stopped:

  edge-handsign bench
  edge-handsign bench --row            a row for docs/results.md, to share
  edge-handsign bench --camera drawn   without a Pi's camera; pictures:DIR and webcam do too

It sends pictures the way that they go in the box that runs, with a watch at every stage; pins are measured on a
Raspberry Pi only. The memory is filled with random samples; what the box was taught is left alone.
"""


def add_to(verbs: "argparse._SubParsersAction[argparse.ArgumentParser]") -> None:
    """Register the verb."""
    parser = verbs.add_parser(
        "bench",
        help="measure how fast this box is",
        description=TEXT,
        formatter_class=argparse.RawDescriptionHelpFormatter,
    )
    choice.add_backbone_arguments(parser)
    parser.add_argument(
        "--camera", default="picamera2", metavar="KIND", help="as for run, or drawn (default: picamera2)"
    )
    parser.add_argument("--frames", type=_count, default=FRAMES, metavar="N", help="pictures (default: %(default)s)")
    parser.add_argument("--samples", type=_count, default=SAMPLES, metavar="N", help="samples (default: %(default)s)")
    form = parser.add_mutually_exclusive_group()
    form.add_argument("--json", action="store_true", help="print one JSON object")
    form.add_argument("--row", action="store_true", help="print a row for docs/results.md")
    parser.set_defaults(run=run)


def run(args: argparse.Namespace) -> int:
    """Measure and print; HardwareError while a box runs."""
    config, tree, watch = choice.configured(args), Tree(), Watch()
    if occupant.look(config.control.socket, config.store.folder, tree).busy:
        raise HardwareError(BUSY)
    backbone = choice.backbone(config, args.backbone, watch.load)
    before = machine.look(tree)
    with ExitStack() as opened:
        pins = opened.enter_context(_pins(config)) if before.board else None
        camera = opened.enter_context(_camera(args.camera, backbone.input_size, config)())
        found = _measured(Bench(config, backbone, watch, camera, pins), args)
    told = (found, (before, machine.look(tree)), backbone.name, config.backbone.threads, args.camera)
    if args.json:
        print(json.dumps(plain(*told)))
    else:
        print(row(*told) if args.row else "\n".join(lines(*told)))
    return 0


def _measured(bench: Bench, args: argparse.Namespace) -> Run:
    try:
        return measure(bench, args.frames, args.samples)
    except UnusablePicture as error:
        raise HardwareError(f"a picture is of no use ({error}): edge-handsign doctor looks at the camera") from error


def _pins(config: Config) -> AbstractContextManager[Pins]:
    from edge_handsign.devices.gpio import GpioPins

    return GpioPins(config.pins, config.button_pins, config.led_pins)


def _camera(spec: str, size: tuple[int, int], config: Config) -> OpenCamera:
    if spec != "drawn":
        return choice.camera(spec, size, config)
    from edge_handsign.devices.bench import BenchCamera, Scene

    scene = Scene()
    scene.show(SHOWN)
    return lambda: BenchCamera(scene, size, config.camera.fps)


def _count(text: str) -> int:
    if not text.isdecimal() or int(text) < 2:
        raise argparse.ArgumentTypeError(f"{text} is not a number from 2 on")
    return int(text)
