"""The two values of libcamera that opening the camera needs."""

from dataclasses import dataclass


@dataclass(frozen=True)
class Transform:
    """How the sensor is read out."""

    hflip: bool = False
    vflip: bool = False


class ColorSpace:
    """Only its name is looked at."""

    @staticmethod
    def Sycc() -> str:  # noqa: N802 - libcamera's own name for it
        return "sYCC"
