"""The camera is libcamera's, through picamera2, and what it shows changes."""

from pathlib import Path

from tests.vm.bench import until
from tests.vm.daemon import asked, pid, said


def real() -> str:
    """The box itself holds the kernel's media and video devices, by libcamera."""
    process = Path(f"/proc/{pid()}")
    held = {str(link.readlink()) for link in (process / "fd").iterdir()}
    assert "/dev/media0" in held, held
    assert any(name.startswith("/dev/video") for name in held), held
    mapped = (process / "maps").read_text()
    assert "libcamera.so" in mapped
    version = said("dpkg-query", "--show", "--showformat=${Version}", "python3-libcamera")
    picamera2 = said("dpkg-query", "--show", "--showformat=${Version}", "python3-picamera2")
    driver = Path("/sys/class/video4linux/video0/name").read_text().strip()
    until(lambda: (asked("status")["fps"] or 0) > 0, "pictures come")
    return (
        f"libcamera {version}, picamera2 {picamera2}, vimc ({driver}), {asked('status')['fps']:.1f} pictures a second"
    )
