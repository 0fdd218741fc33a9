"""`simulate`: the same daemon on a bench, with a keyboard for fingers and a terminal for lamps."""

import argparse
import logging
import os
import sys
from collections.abc import Callable, Sequence
from contextlib import ExitStack
from dataclasses import dataclass, replace
from pathlib import Path
from tempfile import TemporaryDirectory

from edge_handsign.commands import choice
from edge_handsign.commands.daemon import serve
from edge_handsign.config import Config
from edge_handsign.control import ControlSettings
from edge_handsign.core.box import Box, Button, Role, Sign
from edge_handsign.core.messages import Frame, Sight
from edge_handsign.core.session import Session
from edge_handsign.devices.terminal import Terminal, View, outlined
from edge_handsign.evaluation import NONE
from edge_handsign.lookout import OpenCamera
from edge_handsign.store import StoreSettings

TEXT = """\
The whole box without a Raspberry Pi: the same program, the same network, the same memory; only camera, buttons, LEDs
and buzzer are pretended. In a terminal it draws the box and lists its keys. Behind a pipe it reads orders and writes a
line of JSON whenever the outside changes:

  edge-handsign simulate                              hands that it draws itself
  edge-handsign simulate --camera pictures:photos/    photographs in folders named by sign; `show` chooses the folder
  edge-handsign simulate --camera webcam              your own hand
  printf 'show fist\\npress teach\\nwait 2\\n' | edge-handsign simulate

Orders: show NAME|none, press BUTTON [SECONDS], down BUTTON, up BUTTON, wait SECONDS, state, quit.
The picture is what the box sees: `camera.region` of the settings names a part of it (not of hands that it draws), and a
white line surrounds what it looked at more closely (`backbone.second_look`).
What is taught stays in --state, as on the box; --fresh begins with nothing and keeps nothing. From another terminal,
`edge-handsign status --socket STATE/control.sock` and the other verbs talk to it as to the real box.
"""


@dataclass(frozen=True)
class Stage:
    """What the camera can be shown, and how."""

    box: Box
    choices: Sequence[str]
    show: Callable[[str | None], None]
    open_camera: OpenCamera


def add_to(verbs: "argparse._SubParsersAction[argparse.ArgumentParser]") -> None:
    """Register the verb."""
    parser = verbs.add_parser(
        "simulate",
        help="run the box without a Raspberry Pi",
        description=TEXT,
        formatter_class=argparse.RawDescriptionHelpFormatter,
    )
    choice.add_backbone_arguments(parser)
    parser.add_argument(
        "--camera", default="drawn", metavar="KIND", help="drawn (default), pictures:PATH, webcam[:N] or picamera2"
    )
    parser.add_argument("--state", type=Path, metavar="DIR", help="where what is taught is kept (default: %(default)s)")
    parser.add_argument("--fresh", action="store_true", help="begin with nothing taught, and keep nothing")
    parser.set_defaults(run=run, state=_state_home())


def run(args: argparse.Namespace) -> int:
    """Until it is left, or its input ends."""
    logging.basicConfig(handlers=[logging.NullHandler()], level=logging.INFO, force=True)
    with ExitStack() as opened:
        folder = Path(opened.enter_context(TemporaryDirectory(prefix="edge-handsign-"))) if args.fresh else args.state
        config = _settings(args, folder)
        backbone = choice.backbone(config, args.backbone)
        stage = _stage(args, config, backbone.input_size)
        newest: list[Frame | None] = [None]
        terminal = opened.enter_context(
            Terminal(stage.box, stage.choices, stage.show, lambda: newest[0], stdin=sys.stdin, stdout=sys.stdout)
        )

        def watch(session: Session, sight: Sight | None) -> None:
            if sight:
                newest[0] = outlined(sight)
            terminal.report(_view(session))

        serve(config, stage.box, backbone, stage.open_camera, terminal, watch, lambda: _settings(args, folder))
    return 0


def _settings(args: argparse.Namespace, folder: Path) -> Config:
    """As for the real box, but everything that it keeps is in this folder."""
    return replace(
        choice.configured(args), store=StoreSettings(folder), control=ControlSettings(folder / "control.sock")
    )


def _view(session: Session) -> View:
    similarity = session.match.similarity if session.match.closed else None
    return View(session.decision.sign, similarity, session.selected.name, session.samples, session.message)


def _stage(args: argparse.Namespace, config: Config, size: tuple[int, int]) -> Stage:
    kind, _, path = args.camera.partition(":")
    if kind == "drawn":
        return _drawn(config, size)
    if kind == "pictures" and path:
        return _pictures(args, config, Path(path), size)
    return Stage(config.box(), (), lambda _: None, choice.camera(args.camera, size, config))


def _drawn(config: Config, size: tuple[int, int]) -> Stage:
    from edge_handsign.devices.bench import BenchCamera, Scene
    from edge_handsign.devices.drawing import POSES

    scene = Scene()
    return Stage(config.box(), tuple(POSES), scene.show, lambda: BenchCamera(scene, size, config.camera.fps))


def _pictures(args: argparse.Namespace, config: Config, path: Path, size: tuple[int, int]) -> Stage:
    """Without settings of its own, the box has the signs that there are photographs of."""
    from edge_handsign.devices.pictures import PicturesCamera

    camera = PicturesCamera(path, size, config.camera.fps, region=config.camera.region)
    box = config.box() if args.config or not camera.signs else _box_for(camera.signs)
    return Stage(box, camera.signs, camera.show, lambda: camera)


def _box_for(names: Sequence[str]) -> Box:
    signs = [Sign(name, None if name == NONE else index, background=name == NONE) for index, name in enumerate(names)]
    return Box(tuple(signs), (Button(Role.TEACH), Button(Role.NEXT)), len(names))


def _state_home() -> Path:
    return Path(os.environ.get("XDG_STATE_HOME") or Path.home() / ".local/state") / "edge-handsign"
