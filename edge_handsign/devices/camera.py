"""The Pi's camera: one small stream that its image processor has cropped and scaled to what the backbone takes.

Only one stream is asked for, without raw buffers, because contiguous memory is scarce on a small Pi; the sensor runs
in its smallest mode with the full field of view, because the smallest of all is often cut. Written against the code of
picamera2 0.3.38 and not tried on a board: there, field of view, colours and stamps are still to be looked at once.
"""

from collections.abc import Iterable
from dataclasses import dataclass
from importlib import import_module
from pathlib import Path
from threading import Thread
from types import TracebackType
from typing import Any, Self

from edge_handsign.core.knob import knob
from edge_handsign.core.messages import Frame
from edge_handsign.devices.colours import TO_RGB
from edge_handsign.devices.crop import Region, fit, proportion, seen
from edge_handsign.errors import CameraError, HardwareError
from edge_handsign.hardware import UnusablePicture

BUFFERS = 3  # one is being filled, one waits, one is being read
LOST = (
    "the camera gave no picture for {seconds:g} s: reseat its ribbon cable at both ends, keep it short and away from"
    " interference, check the power supply"
)
MISSING = (
    "picamera2 is missing: sudo apt install python3-picamera2 --no-install-recommends, in a venv made by"
    " /usr/bin/python3 with --system-site-packages"
)
CLASH = "picamera2 cannot be loaded ({error}): remove NumPy from the venv, so that the system's is used"
NONE = "no camera was found: reseat its ribbon cable with the Pi switched off, then try rpicam-hello --list-cameras"


@dataclass(frozen=True, slots=True)
class CameraSettings:
    """What the camera looks at, how often, and which way up it is."""

    fps: float = knob(10.0, "pictures a second", low=1, high=60)
    region: Region | None = knob(
        None,
        "part to look at: left, top, right, bottom as fractions, [0.5, 0, 1, 1]: the right; null: all of it",
        low=0,
        high=1,
    )
    rotate: int = knob(0, "degrees; 180 when the camera is upside down", low=0, high=180)
    mirror: bool = knob(False, "swap left and right, as a looking glass does")
    timeout_s: float = knob(2.5, "seconds without a picture after which the camera is opened again", low=0.5, high=3)


class PicameraCamera:
    """Opened seldom in the life of a process: picamera2 does not give all memory back. A lookout's thread only."""

    noisy = True

    def __init__(self, size: tuple[int, int], settings: CameraSettings) -> None:
        """Start the camera; `size` is (width, height) in pixels. CameraError when there is none that works.

        HardwareError when its library is missing.
        """
        self._size, self._timeout_s = size, settings.timeout_s
        picamera2, libcamera = _libraries()
        try:
            self._camera = picamera2.Picamera2()
        except (RuntimeError, IndexError, OSError) as error:
            why = _not_opened(error)
            if why == NONE:  # else its list stays empty: without a network, libcamera hears of no camera that comes
                picamera2.Picamera2._cm.reset()  # noqa: SLF001 nothing public makes a fresh list
            raise CameraError(why) from error
        try:
            self._start(libcamera, settings)
        except (RuntimeError, OSError, ValueError, TypeError, KeyError) as error:  # TypeError: an older picamera2
            self._stop()
            raise CameraError(f"the camera refused its settings ({error}): sudo apt full-upgrade") from error
        self._job: Any = None  # a wait that ran out of time: its picture must still be taken and given back

    def _start(self, libcamera: Any, settings: CameraSettings) -> None:
        upside_down = settings.rotate == 180
        period_us = round(1e6 / settings.fps)
        paced = "FrameDurationLimits" in self._camera.camera_controls
        self._camera.configure(
            self._camera.create_video_configuration(
                main={"format": "BGR888", "size": self._size},
                raw=None,
                sensor=full_view(self._camera.sensor_modes),
                transform=libcamera.Transform(hflip=upside_down != settings.mirror, vflip=upside_down),
                colour_space=libcamera.ColorSpace.Sycc(),  # full range, should the driver prefer YUV
                buffer_count=BUFFERS,
                queue=False,  # a picture that was finished before it was asked for is not wanted
                # A camera of another driver than the Pi's may have a rate of its own, and refuses to be told one.
                controls={"FrameDurationLimits": (period_us, period_us)} if paced else {},
            )
        )
        given = self._camera.camera_configuration()["main"]
        self._format, self._given = str(given["format"]), tuple(given["size"])
        if self._format not in TO_RGB:
            raise ValueError(f"it gives {self._format}, not one of {', '.join(TO_RGB)}")
        self._proportion = self._crop(settings.region)
        self._camera.start()

    def _crop(self, region: Region | None) -> float:
        """Let the image processor cut and scale; on a Pi 5 picamera2 sets ScalerCrops, which goes before the other.

        Width by height of what is seen then.
        """
        offered = self._camera.camera_controls
        if "ScalerCrop" in offered:
            x, y, width, height = offered["ScalerCrop"][1]  # of lowest, highest, default: the whole view of this mode
            left, top, right, bottom = (round(edge) for edge in seen((width, height), self._size, region))
            given = (x + left, y + top, right - left, bottom - top)
            self._camera.set_controls({"ScalerCrops": [given]} if "ScalerCrops" in offered else {"ScalerCrop": given})
            return proportion((left, top, right, bottom))
        wide, high = self._given
        return float(wide / high)

    def capture(self) -> Frame:
        """The next picture; CameraError when none comes in time. Stamped by the sensor, when its first row began."""
        self._job = self._job or self._camera.capture_request(wait=False)
        try:
            request = self._camera.wait(self._job, timeout=self._timeout_s)
        except TimeoutError as error:
            raise CameraError(LOST.format(seconds=self._timeout_s)) from error
        self._job = None
        try:
            taken_at = request.get_metadata()["SensorTimestamp"] / 1e9  # ns since boot, of the clock of time.monotonic
            pixels = TO_RGB[self._format](request.make_array("main"), self._given)
        except (ValueError, KeyError, IndexError) as error:  # a buffer that is too small, or has no stamp
            raise UnusablePicture from error
        finally:
            request.release()
        if self._given != self._size:  # the driver had a size of its own
            from PIL import Image

            return fit(Image.fromarray(pixels), self._size, None, taken_at)
        return Frame(pixels, taken_at, self._proportion)

    def _stop(self) -> None:
        """Close, for a bounded time: with a camera that has died picamera2 can wait here for ever."""
        closing = Thread(target=self._camera.close, name="camera-close", daemon=True)
        closing.start()
        closing.join(self._timeout_s)

    def __enter__(self) -> Self:
        return self

    def __exit__(self, kind: type[BaseException] | None, error: BaseException | None, at: TracebackType | None) -> None:
        self._stop()


def full_view(modes: Iterable[dict[str, Any]]) -> dict[str, Any] | None:
    """The sensor mode with the fewest pixels among those that see everything; None when the sensor does not say."""
    known = [mode for mode in modes if "crop_limits" in mode]
    widest = max((mode["crop_limits"][2] * mode["crop_limits"][3] for mode in known), default=0)
    full = [mode for mode in known if mode["crop_limits"][2] * mode["crop_limits"][3] > 0.98 * widest]
    best = min(full, key=lambda mode: mode["size"][0] * mode["size"][1], default=None)
    return {"output_size": best["size"], "bit_depth": best["bit_depth"]} if best else None


def _libraries() -> tuple[Any, Any]:
    try:
        return import_module("picamera2"), import_module("libcamera")
    except ModuleNotFoundError as error:
        raise HardwareError(MISSING) from error
    except (ImportError, ValueError, AttributeError) as error:  # another NumPy than its parts were built with
        raise HardwareError(CLASH.format(error=error)) from error


def _not_opened(error: BaseException) -> str:
    """Why the camera did not open; picamera2 hides the reason behind a chain of causes."""
    said, cause = str(error), error.__cause__ or error.__context__
    while cause is not None:
        said, cause = f"{said} {cause}", cause.__cause__ or cause.__context__
    if isinstance(error, IndexError) or "No camera number" in said:
        return NONE
    if "busy" in said.casefold():
        return f"the camera is in use by {', '.join(_holders()) or 'another program'}: stop that first"
    return f"the camera cannot be opened ({said}): try rpicam-hello --list-cameras"


def _holders() -> list[str]:
    """Names of the processes that hold a video or media device, as far as this user may look."""
    names = set()
    for link in Path("/proc").glob("[0-9]*/fd/*"):
        try:
            if str(link.readlink()).startswith(("/dev/video", "/dev/media")):
                names.add(f"{(link.parents[1] / 'comm').read_text().strip()} ({link.parents[1].name})")
        except OSError:
            continue
    return sorted(names)
