"""Which interpreter of TFLite models each system can have, to the byte: the one table that says so.

The installer, the .deb, `edge-handsign doctor` and the error texts read it. It imports nothing of ours: a bare
Python runs this file before anything is installed (`python3 runtimes.py` prints what pip is to be given).
"""

import platform
import sys
import sysconfig
from dataclasses import dataclass

Python = tuple[int, int]


@dataclass(frozen=True, slots=True)
class Runtime:
    """A package that runs TFLite models."""

    name: str  # as the settings name it
    title: str
    module: str
    requirement: str  # what pip is given; of what its metadata asks for, running a model needs NumPy alone


LITERT = Runtime("litert", "LiteRT", "ai_edge_litert", "ai-edge-litert==2.3.0")
# The last release: nothing after CPython 3.11, and compiled against NumPy 1, although its metadata does not say so.
TFLITE = Runtime("tflite-runtime", "tflite-runtime", "tflite_runtime", "tflite-runtime==2.14.0")
RUNTIMES = {runtime.name: runtime for runtime in (LITERT, TFLITE)}  # in the order of preference


@dataclass(frozen=True, slots=True)
class Wheel:
    """One file of the package registry."""

    runtime: Runtime
    tag: str  # of the platforms that it is for
    sha256: str


@dataclass(frozen=True, slots=True)
class System:
    """An operating system that a box may have."""

    name: str
    machine: str  # what its programs are compiled for; its kernel may be of another kind
    python: Python
    wheel: Wheel | None  # None: none is published for it


SYSTEMS = (
    System(
        "Raspberry Pi OS Bookworm, 64-bit",
        "aarch64",
        (3, 11),
        Wheel(LITERT, "manylinux_2_27_aarch64", "853fc608f96da87bd5f3458465dfb9abbf18d5ae6b94eceacead407146f175ae"),
    ),
    System(
        "Raspberry Pi OS Trixie, 64-bit",
        "aarch64",
        (3, 13),
        Wheel(LITERT, "manylinux_2_27_aarch64", "2ab71e4f5dfa65b3882634b42755f455f3e7415630d720200bd792733e15e257"),
    ),
    System(
        "Raspberry Pi OS Bookworm, 32-bit",
        "armv7l",
        (3, 11),
        Wheel(TFLITE, "manylinux_2_34_armv7l", "c4e66a74165b18089c86788400af19fa551768ac782d231a9beae2f6434f7949"),
    ),
    System("Raspberry Pi OS Trixie, 32-bit", "armv7l", (3, 13), None),
    System(
        "Debian Bookworm on a 64-bit PC",
        "x86_64",
        (3, 11),
        Wheel(LITERT, "manylinux_2_27_x86_64", "1f15078a6725d2357d9de9221664c29afa0545d807559c5f7199ce5e40b96b23"),
    ),
    System(
        "Debian Trixie on a 64-bit PC",
        "x86_64",
        (3, 13),
        Wheel(LITERT, "manylinux_2_27_x86_64", "985ac3823fe1d5d6a04cf5f613cc2adf98a9c8a456af0b5efa8d9ac6b118ea14"),
    ),
)


def machine() -> str:
    """What this Python is compiled for. A 32-bit Raspberry Pi OS on a Pi 4 has a 64-bit kernel, which `uname` names."""
    compiled_for = str(sysconfig.get_config_var("MULTIARCH") or platform.machine()).split("-", maxsplit=1)[0]
    if compiled_for != "arm":
        return compiled_for
    return "armv6l" if platform.machine() == "armv6l" else "armv7l"


def here() -> tuple[str, Python]:
    """(machine, Python) of this process."""
    return machine(), (sys.version_info.major, sys.version_info.minor)


def system(machine: str, python: Python) -> System | None:
    """The row of the table for them; None: nobody has tried."""
    return next((row for row in SYSTEMS if (row.machine, row.python) == (machine, python)), None)


def advice(machine: str, python: Python) -> str:
    """How a runtime comes onto a system: a command, or what to take instead."""
    if machine.startswith("arm") and python != (3, 11):
        return "none is published for 32-bit ARM with this Python, take the 64-bit Raspberry Pi OS"
    if machine == "armv6l":
        return "none is published for the first Pi and the first Pi Zero, take a Zero 2 or a Pi 2 or newer"
    if __file__.startswith("/usr/lib/edge-handsign/"):
        return "sudo edge-handsign-setup"
    return f"pip install {TFLITE.requirement} 'numpy<2'" if machine == "armv7l" else "pip install ai-edge-litert"


def main() -> int:
    """Print the line of a pip requirements file for this Python, pinned by hash; or say why there is none."""
    found = system(*here())
    if found is None or found.wheel is None:
        name = found.name if found else "{} with Python {}.{}".format(here()[0], *here()[1])
        print(f"No interpreter of TFLite models is known for {name}.", file=sys.stderr)
        return 69
    print(f"{found.wheel.runtime.requirement} --hash=sha256:{found.wheel.sha256}")
    return 0


if __name__ == "__main__":
    sys.exit(main())
