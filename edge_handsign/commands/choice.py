"""The only place that chooses devices. Each is asked for by name; none stands in for another.

picamera2        the Pi's camera
webcam[:N]       a USB camera, /dev/videoN
pictures:PATH    a folder of photographs, or a video file, played as the camera
drawn            hands that the simulator draws
"""

import argparse
import logging
from collections.abc import Mapping
from contextlib import AbstractContextManager
from pathlib import Path

from edge_handsign import config as settings
from edge_handsign.commands.reading import Reader
from edge_handsign.config import Config
from edge_handsign.core.faults import Fault
from edge_handsign.devices import interpreter
from edge_handsign.devices.tflite import Load, TfliteBackbone
from edge_handsign.devices.unwired import Unwired
from edge_handsign.errors import ConfigError, HardwareError, ModelError
from edge_handsign.hardware import Pins
from edge_handsign.lookout import OpenCamera
from edge_handsign.models import nonsigns, shelf

log = logging.getLogger(__name__)
CAMERAS = ("picamera2", "webcam", "pictures", "drawn")


def add_config_argument(parser: argparse.ArgumentParser) -> None:
    """--config, for every verb that obeys the settings."""
    parser.add_argument(
        "--config", type=Path, metavar="FILE", help="settings (default: /etc/edge-handsign/config.yaml)"
    )


def add_folder_arguments(parser: argparse.ArgumentParser) -> None:
    """--config and --folder, for every verb that looks at what was taught."""
    add_config_argument(parser)
    add_folder_argument(parser)


def add_folder_argument(parser: argparse.ArgumentParser) -> None:
    """--folder alone, for a verb that has --config already."""
    parser.add_argument("--folder", type=Path, metavar="DIR", help="where the samples are (default: the settings')")


def folder(args: argparse.Namespace) -> Path:
    """The folder of --folder, else of the settings."""
    named: Path | None = args.folder
    return named or configured(args).store.folder


def add_backbone_arguments(parser: argparse.ArgumentParser) -> None:
    """--config and --backbone, for every verb that embeds."""
    add_config_argument(parser)
    parser.add_argument("--backbone", metavar="NAME|FILE", help="another model than the settings name")


def configured(args: argparse.Namespace) -> Config:
    """The settings of --config, else of this machine, else the defaults."""
    return settings.load(args.config)


def backbone(config: Config, name: str | None = None, load: Load = interpreter.load) -> TfliteBackbone:
    """The backbone by this name or path, else the one of the settings. Its file is checked before it is opened."""
    model = shelf.load(name or config.backbone.model)
    if model.dropped:
        log.warning("%s still has its classifier, which is left out (edge-handsign model decapitate)", model.path)
    opened = TfliteBackbone(model.content, model.path.name, config.backbone, model.fingerprint, load)
    opened.prior = nonsigns.load(model.path, opened.fingerprint)
    return opened


def surely(
    config: Config, name: str | None = None, packaged: Path | None = None
) -> tuple[TfliteBackbone, Mapping[Fault, str]]:
    """The same; where its file is missing or will not do, the one that comes with the program, and why."""
    try:
        return backbone(config, name), {}
    except ModelError as error:
        ours = packaged or shelf.packaged() / (shelf.DEFAULT + shelf.SUFFIX)
        try:
            return backbone(config, str(ours)), {Fault.MODEL: f"{error}; until then {ours.name} of this program runs"}
        except ModelError:
            raise error from None


def pins(config: Config) -> tuple[AbstractContextManager[Pins], Mapping[Fault, str]]:
    """The wires of the header; where they cannot be used, none, and why."""
    from edge_handsign.devices.gpio import GpioPins

    try:
        return GpioPins(config.pins, config.button_pins, config.led_pins), {}
    except HardwareError as error:
        return Unwired(len(config.button_pins)), {Fault.NO_PINS: str(error)}


def reader(args: argparse.Namespace) -> Reader:
    """What embeds photographs as the daemon would."""
    config = configured(args)
    return Reader(config, backbone(config, args.backbone))


def camera(spec: str, size: tuple[int, int], config: Config) -> OpenCamera:
    """How to open the camera that `spec` names; ConfigError when there is no such kind."""
    kind, _, rest = spec.partition(":")
    seen = config.camera
    match kind:
        case "picamera2":
            from edge_handsign.devices.camera import PicameraCamera

            return lambda: PicameraCamera(size, seen)
        case "webcam":
            from edge_handsign.devices.webcam import WebcamCamera

            return lambda: WebcamCamera(rest or "0", size, seen.fps, seen.region)
        case "pictures" if rest:
            from edge_handsign.devices.pictures import PicturesCamera

            return lambda: PicturesCamera(Path(rest), size, seen.fps, region=seen.region)
    raise ConfigError(f"there is no camera {spec!r}: use {', '.join(CAMERAS)} (webcam:1, pictures:DIR)")
