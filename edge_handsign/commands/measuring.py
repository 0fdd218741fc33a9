"""What `bench` does: measures this box with a watch at every stage."""

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

SHOWN = "fist"
BUSY = "a box runs and holds the devices: sudo systemctl stop edge-handsign, and try again"


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
