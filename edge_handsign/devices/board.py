"""The Pi itself: under-voltage and heat, as its kernel tells them in files. Where there are none, nothing is said."""

from pathlib import Path

from edge_handsign.core.vitals import Vitals

SYS = Path("/sys")
THROTTLED = "devices/platform/soc*/soc*firmware/get_throttled"  # hexadecimal; the folder's name differs between models
THERMAL = "class/thermal/thermal_zone0/temp"  # thousandths of a degree
LOW_VOLTAGE, THROTTLING, SOFT_LIMIT = 1 << 0, 1 << 2, 1 << 3  # now; from 16 on: since boot (vcgencmd get_throttled)


class PiBoard:
    """Implements `Board`. Main thread only; a read takes no more than reading two small files."""

    def __init__(self, sys: Path = SYS) -> None:
        """`sys` is where the kernel's files are."""
        self._throttled = next(iter(sorted(sys.glob(THROTTLED))), None)
        self._thermal = sys / THERMAL

    def read(self) -> Vitals:
        """As it is now."""
        bits = _number(self._throttled, 16) or 0
        millidegrees = _number(self._thermal, 10)
        low = bool(bits & LOW_VOLTAGE)
        slowed = bool(bits & SOFT_LIMIT) or (bool(bits & THROTTLING) and not low)
        return Vitals(low, slowed, None if millidegrees is None else millidegrees / 1000)


def _number(path: Path | None, base: int) -> int | None:
    """What a file of the kernel says; None where it says nothing."""
    try:
        return None if path is None else int(path.read_text(encoding="ascii"), base)
    except (OSError, ValueError):
        return None
