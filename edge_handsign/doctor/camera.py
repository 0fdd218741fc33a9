"""The camera: there, and delivering. While a box holds it, the box is asked; else it is opened in a process apart."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any

from edge_handsign.core.blackness import MEAN, STRAY
from edge_handsign.doctor import apart
from edge_handsign.doctor.apart import Answer
from edge_handsign.doctor.finding import Finding, fault, ok, warning
from edge_handsign.doctor.patient import Patient
from edge_handsign.doctor.tree import Tree

PATIENCE_S = 40.0  # to open and to give a few pictures; a lost one is given up earlier by its own time
STALE_S = 3.0  # older than that, the newest picture of a box that runs is a fault
BOOT = ("/boot/firmware/config.txt", "/boot/config.txt")  # Bookworm's place, and the one before
LIST = "rpicam-hello --list-cameras"
DETECT = r"s/^start_x=1/#&/; s/^camera_auto_detect=0/camera_auto_detect=1/"
MENDS = (  # what the sentence of the device has in it -> the command
    ("is missing", "sudo apt install python3-picamera2 --no-install-recommends"),
    ("cannot be loaded", "edge-handsign doctor  # the lines of numpy and picamera2 say what to remove"),
    ("in use by", "sudo fuser -v /dev/video* /dev/media*"),
    ("refused its settings", "sudo apt full-upgrade"),
)


@dataclass(frozen=True, slots=True)
class Sight:
    """What the camera does, or why it does not."""

    trouble: str = ""
    fps: float | None = None
    age_s: float | None = None  # of the newest picture, where a box runs
    mean: float | None = None  # of its numbers, where it was opened
    spread: float | None = None
    hidden: str = ""  # nobody could look
    boot: tuple[str, ...] = ()  # lines of config.txt that keep libcamera from finding it


def look(patient: Patient, probe: Callable[[str, str | None], Answer]) -> Sight:
    """`probe` opens the camera of that kind with the settings of that file, for its own process only."""
    boot = obstacles(patient.tree)
    occupant = patient.occupant
    if occupant.told is not None:
        return Sight(fps=occupant.told["fps"], age_s=occupant.told["frame_age_s"], boot=boot)
    if occupant.busy:
        return Sight(hidden=occupant.refusal or "a box runs and holds it", boot=boot)
    file = None if patient.mistakes or patient.file is None else str(patient.file.absolute())
    try:
        told: Mapping[str, Any] = apart.ask(probe, PATIENCE_S, patient.camera, file)
    except apart.Silent as error:
        return Sight(trouble=f"the camera hangs: {error}", boot=boot)
    return Sight(**told, boot=boot)


def obstacles(tree: Tree) -> tuple[str, ...]:
    """Lines that switch the detection off, or the old camera stack on, which libcamera cannot share."""
    lines = next((found for path in BOOT if (found := tree.lines(path))), [])
    said = [line.partition("#")[0].strip().replace(" ", "") for line in lines]
    named = any(line.startswith("dtoverlay=") and _is_sensor(line) for line in said)
    return tuple(
        line
        for line in said
        if line in ("start_x=1", "gpu_mem_camera=1") or (line == "camera_auto_detect=0" and not named)
    )


def _is_sensor(line: str) -> bool:
    return line.removeprefix("dtoverlay=").startswith(("imx", "ov", "arducam"))


def judge(sight: Sight) -> Finding:
    """Not there, hanging, dark, or well."""
    if sight.boot and (sight.trouble or sight.hidden):
        return fault(
            f"config.txt says {', '.join(sight.boot)}, with which no camera is found",
            f"sudo sed -i '{DETECT}' /boot/firmware/config.txt && sudo reboot",
        )
    if sight.hidden:
        return warning(sight.hidden, "sudo edge-handsign doctor")
    if sight.trouble:
        return fault(sight.trouble, next((mend for sign, mend in MENDS if sign in sight.trouble), LIST))
    if sight.age_s is None and sight.mean is None:
        return warning("the box that runs has seen nothing yet", "journalctl -u edge-handsign -b -e")
    if sight.age_s is not None and sight.age_s > STALE_S:
        return fault(f"the newest picture is {sight.age_s:.0f} s old", "sudo systemctl restart edge-handsign")
    return _judge_picture(sight)


def _judge_picture(sight: Sight) -> Finding:
    rate = f"{sight.fps or 0:.1f} pictures a second"
    if sight.mean is not None and sight.spread is not None and sight.mean < MEAN and sight.spread < STRAY:
        return warning(f"{rate}, all of them black: take the cap off the lens, or switch the light on; then", LIST)
    return ok(rate + ("" if sight.age_s is None else f", the newest {sight.age_s:.1f} s old"))
