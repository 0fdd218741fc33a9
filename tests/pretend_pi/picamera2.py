"""A stand-in for picamera2 on a Pi whose camera looks at a still picture, with the behaviour that its code shows.

One camera at a time; configure, then start; a request belongs to the caller until it is released, and when all buffers
are out nothing comes any more; waiting beyond the time given raises TimeoutError and leaves the job in the queue. The
image processor is played by cutting and picking pixels. `world` is the test's side and not in picamera2.
"""

import time
from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any

import numpy as np
from numpy.typing import NDArray

MAIN_KEYS = {"format", "size", "stride", "preserve_ar"}


@dataclass
class World:
    """What is before the lens, what is wrong, and what the program has done."""

    scene: NDArray[np.uint8] = field(default_factory=lambda: np.zeros((1232, 1640, 3), np.uint8))  # (h, w, 3) RGB
    fails: BaseException | None = None  # what opening raises
    dead: bool = False  # no picture comes any more
    format: str | None = None  # what the driver makes of the format that was asked for
    pi5: bool = False
    plain: bool = False  # a driver that neither crops nor paces
    old: bool = False  # a release that knows no choice of sensor mode yet
    open: int = 0
    requests_out: int = 0
    jobs: int = 0
    config: dict[str, Any] = field(default_factory=dict)
    controls: dict[str, Any] = field(default_factory=dict)


world = World()


class Job:
    """A picture that has been asked for."""

    def get_result(self, timeout: float | None = None) -> "CompletedRequest":
        assert timeout is not None, "picamera2 would wait here for ever"
        if world.dead or world.requests_out >= world.config["buffer_count"]:
            time.sleep(min(timeout, 0.05))
            raise TimeoutError
        world.jobs -= 1
        return CompletedRequest()


class CompletedRequest:
    """A picture that has been taken, until it is given back."""

    def __init__(self) -> None:
        world.requests_out += 1
        self.taken_ns = time.monotonic_ns()

    def get_metadata(self) -> dict[str, Any]:
        return {"SensorTimestamp": self.taken_ns, "ExposureTime": 10_000}

    def make_array(self, name: str) -> NDArray[np.uint8]:
        width, height = world.config[name]["size"]
        transform = world.config["transform"]
        scene = world.scene[:: -1 if transform.vflip else 1, :: -1 if transform.hflip else 1]
        whole = (0, 0, world.scene.shape[1], world.scene.shape[0])
        x, y, wide, high = world.controls.get("ScalerCrops", [world.controls.get("ScalerCrop", whole)])[0]
        rows = y + (np.arange(height) + 0.5) * high / height
        columns = x + (np.arange(width) + 0.5) * wide / width
        rgb = scene[rows.astype(int)][:, columns.astype(int)]
        return ORDERS[world.config[name]["format"]](rgb)

    def release(self) -> None:
        world.requests_out -= 1
        assert world.requests_out >= 0, "released twice"


def _with(rgb: NDArray[np.uint8], value: int) -> NDArray[np.uint8]:
    return np.dstack((rgb, np.full(rgb.shape[:2], value, np.uint8)))


ORDERS: dict[str, Callable[[NDArray[np.uint8]], NDArray[np.uint8]]] = {  # bytes in memory
    "BGR888": lambda rgb: rgb.copy(),
    "RGB888": lambda rgb: rgb[:, :, ::-1].copy(),
    "XBGR8888": lambda rgb: _with(rgb, 255),
    "XRGB8888": lambda rgb: _with(rgb[:, :, ::-1], 255),
    "NV12": lambda rgb: rgb.copy(),
}


class CameraManager:
    """The list of cameras: what was missing when it was made stays missing until there is a fresh one."""

    stale: BaseException | None = None

    def reset(self) -> None:
        self.stale = None


class Picamera2:
    """The camera."""

    _cm = CameraManager()

    sensor_modes = (  # an IMX219's: the smallest one and the one for television see less
        {"format": "SRGGB10", "size": (640, 480), "bit_depth": 10, "crop_limits": (1000, 752, 1280, 960)},
        {"format": "SRGGB10", "size": (1640, 1232), "bit_depth": 10, "crop_limits": (0, 0, 3280, 2464)},
        {"format": "SRGGB10", "size": (1920, 1080), "bit_depth": 10, "crop_limits": (680, 692, 1920, 1080)},
        {"format": "SRGGB10", "size": (3280, 2464), "bit_depth": 10, "crop_limits": (0, 0, 3280, 2464)},
    )

    def __init__(self) -> None:
        if world.fails and "No camera number" in str(world.fails):
            self._cm.stale = world.fails
        if trouble := self._cm.stale or world.fails:
            raise trouble
        world.open += 1
        self.started = False

    @property
    def camera_controls(self) -> dict[str, Any]:
        if world.plain:
            return {}
        whole = (0, 0, world.scene.shape[1], world.scene.shape[0])
        offered = {"ScalerCrop": ((0, 0, 64, 64), whole, whole), "FrameDurationLimits": (100, 10**6, 33_333)}
        return offered | ({"ScalerCrops": (whole, whole, whole)} if world.pi5 else {})

    def create_video_configuration(self, main: dict[str, Any], **rest: Any) -> dict[str, Any]:
        assert set(main) <= MAIN_KEYS
        if world.old and "sensor" in rest:
            raise TypeError("create_video_configuration() got an unexpected keyword argument 'sensor'")
        assert set(rest) <= {"lores", "raw", "transform", "colour_space", "buffer_count", "controls", "queue", "sensor"}
        return {"main": dict(main), **rest}

    def configure(self, config: dict[str, Any]) -> None:
        assert not self.started
        if unknown := set(config["controls"]) - set(self.camera_controls):
            raise RuntimeError(f"Control {unknown.pop()} is not advertised by libcamera")
        config["main"]["format"] = world.format or config["main"]["format"]
        world.config = config
        world.controls = dict(config["controls"])

    def camera_configuration(self) -> dict[str, Any]:
        return world.config

    def set_controls(self, controls: dict[str, Any]) -> None:
        assert set(controls) <= set(self.camera_controls)
        world.controls |= controls

    def start(self) -> None:
        self.started = True

    def capture_request(self, wait: bool | None = None) -> Job:
        assert self.started
        assert wait is False
        world.jobs += 1
        return Job()

    def wait(self, job: Job, timeout: float | None = None) -> CompletedRequest:
        return job.get_result(timeout=timeout)

    def close(self) -> None:
        self.started = False
        world.open -= 1
