"""What a person is told when something fails: one sentence with what failed and what to do, and an exit status.

Everything else that escapes is a bug and keeps its traceback. The statuses are those of sysexits.h, because systemd
names them in `systemctl status` and the unit tells what a restart cannot mend (71) from what it can.
"""


class PlainError(Exception):
    """A failure that a person can act on; `str(error)` is the whole message."""

    exit_code = 1


class HardwareError(PlainError):
    """A camera, a pin, a buzzer or a library for one of them is not usable."""

    exit_code = 69  # EX_UNAVAILABLE


class CameraError(HardwareError):
    """A camera is not there, gives nothing or cannot be read; opening it again may help."""


class Renewal(PlainError):
    """Only a new process helps, and it finds everything as it was."""

    exit_code = 75  # EX_TEMPFAIL


class CameraLost(Renewal):
    """Opening the camera again has not brought it back."""


class InterpreterError(HardwareError):
    """What runs models is missing, or failed."""


class StuckError(HardwareError):
    """What ran before hangs in a driver, holds the devices and cannot be killed; a restart cannot mend that."""

    exit_code = 71  # EX_OSERR

    def __init__(self, pid: int) -> None:
        super().__init__(
            f"EH-704 process {pid}, which ran before, hangs in a driver and cannot be killed: only a reboot helps"
        )


class ModelError(PlainError):
    """A model file is missing, damaged, foreign, or not what its hash says."""

    exit_code = 65  # EX_DATAERR


class PictureError(PlainError):
    """A photograph, or a folder of them, cannot be used."""

    exit_code = 66  # EX_NOINPUT


class StoreError(PlainError):
    """What was taught cannot be read or made durable."""

    exit_code = 74  # EX_IOERR


class ConfigError(PlainError):
    """The settings are wrong."""

    exit_code = 78  # EX_CONFIG
