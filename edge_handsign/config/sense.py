"""Whether settings that are well formed one by one also make sense together. One mistake is told once."""

from edge_handsign.config.mistakes import Mistakes
from edge_handsign.config.settings import Config
from edge_handsign.config.signs import same_name
from edge_handsign.config.signs import trouble_with as trouble_with_name
from edge_handsign.config.tunes import wrong_notes
from edge_handsign.config.wiring import Wire, nearest_free, wires
from edge_handsign.config.wiring import trouble_with as trouble_with_pin
from edge_handsign.core.box import Role

IN_ORDER = (("decider", "off_share", "on_share"), ("lesson", "dark_below", "bright_above"))  # the first is not above
REGION = 0.1  # the smallest side, a share of the view: of a sensor 1640 pixels wide, what one look takes
ROTATIONS = (0, 180)  # all that the sensor does by itself


def check(config: Config, mistakes: Mistakes) -> None:
    """Tell `mistakes` everything that is wrong."""
    _names(config, mistakes)
    _tunes(config, mistakes)
    _backgrounds(config, mistakes)
    _pins(config, mistakes)
    _teachable(config, mistakes)
    _camera(config, mistakes)
    _in_order(config, mistakes)


def _in_order(config: Config, mistakes: Mistakes) -> None:
    for section, low, high in IN_ORDER:
        settings = getattr(config, section)
        ends = f"{section}.{low}", f"{section}.{high}"
        if all(map(mistakes.sound, ends)) and getattr(settings, low) > (top := getattr(settings, high)):
            mistakes.add(max(ends, key=mistakes.line), f"{ends[0]} must not be above {ends[1]}, which is {top:g}")


def _names(config: Config, mistakes: Mistakes) -> None:
    first: dict[str, int] = {}
    for index, sign in enumerate(config.signs):
        path = f"signs[{index}].name"
        if not mistakes.sound(path):
            continue
        if trouble := trouble_with_name(sign.name):
            mistakes.add(path, f"{path} cannot be {sign.name[:40]!r}: {trouble}")
        elif (before := first.setdefault(same_name(sign.name), index)) != index:
            where = f"signs[{before}] on line {mistakes.line(f'signs[{before}]')}"
            mistakes.add(path, f"{path} {sign.name!r} is already taken by {where}; every sign needs its own name")


def _tunes(config: Config, mistakes: Mistakes) -> None:
    for index, sign in enumerate(config.signs):
        path = f"signs[{index}].tune"
        if sign.tune is not None and mistakes.sound(path):
            for wrong in wrong_notes(sign.tune):
                mistakes.add(path, f"{path}: {wrong}")


def _backgrounds(config: Config, mistakes: Mistakes) -> None:
    for index, sign in enumerate(config.signs):
        for key, value in (("led", sign.led), ("tune", sign.tune)):
            path = f"signs[{index}].{key}"
            if sign.background and value is not None and mistakes.sound(path):
                mistakes.add(path, f"{path} must be null: background is never shown")


def _pins(config: Config, mistakes: Mistakes) -> None:
    taken: dict[int, Wire] = {}
    everything = {wire.pin for wire in wires(config.pins, config.signs)}
    for wire in sorted(wires(config.pins, config.signs), key=lambda wire: mistakes.line(wire.path)):
        if not mistakes.sound(wire.path):
            continue
        trouble = trouble_with_pin(wire.pin, bus_pins=config.pins.allow_bus_pins)
        other = taken.setdefault(wire.pin, wire)
        if not trouble and other is not wire and not (wire.shareable and other.shareable):
            free = nearest_free(wire.pin, everything)
            trouble = f"it is already the {other.role} ({other.path}); the nearest free one is {free}"
        if trouble:
            mistakes.add(wire.path, f"{wire.path} cannot be {wire.pin}: {trouble}")


def _teachable(config: Config, mistakes: Mistakes) -> None:
    buttons = ["pins.teach", *(f"signs[{index}].button" for index in range(len(config.signs)))]
    if not config.signs:
        mistakes.add("signs", "signs must name at least one sign")
    elif all(button.role is not Role.TEACH for button in config.box().buttons) and all(map(mistakes.sound, buttons)):
        mistakes.add(buttons[0], "no teach button: give pins.teach a pin, or signs a button of their own")


def _camera(config: Config, mistakes: Mistakes) -> None:
    path, camera = "camera.region", config.camera
    if mistakes.sound(path) and camera.region is not None:
        left, top, right, bottom = camera.region
        if left >= right or top >= bottom:
            mistakes.add(path, f"{path} is empty: left must be less than right, and top less than bottom")
        elif min(right - left, bottom - top) < REGION:
            mistakes.add(path, f"{path} is too small: give it at least {REGION:g} of the width and of the height")
    if mistakes.sound("camera.rotate") and camera.rotate not in ROTATIONS:
        mistakes.add("camera.rotate", f"camera.rotate must be 0 or 180, not {camera.rotate}")
