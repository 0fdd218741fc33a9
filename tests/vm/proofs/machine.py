"""The machine as a whole."""

import subprocess
from pathlib import Path

from tests.vm.daemon import CONFIG, said, shown

PATIENT = {
    "wait_s: 2.0": "wait_s: 10.0",
    "timeout_s: 2.5": "timeout_s: 3.0",
}  # an emulated processor's pictures are slow


def installed(package: str) -> str:
    """As a person would, from the package alone."""
    said("dpkg", "--install", f"/share/{package}")
    assert shown("UnitFileState") == "enabled", "the unit is not enabled"
    groups = said("id", "-nG", "edge-handsign").split()
    assert {"gpio", "video"} <= set(groups), f"the box's user is in {groups}"
    text = CONFIG.read_text()
    for before, after in PATIENT.items():
        assert before in text, f"the settings have no {before}"
        text = text.replace(before, after)
    CONFIG.write_text(text)
    said("usermod", "--append", "--groups", "edge-handsign", "insider")
    return f"{package} by dpkg, nothing from a network; user in {', '.join(groups)}; unit enabled"


def off() -> str:
    """Shut down, once this has been answered."""
    subprocess.Popen(["systemctl", "poweroff"])
    return "it shuts down"


def booted() -> str:
    """systemd is PID 1."""
    assert Path("/proc/1/comm").read_text().strip() == "systemd"
    kernel, version = said("uname", "--release"), said("systemctl", "--version").split()[1]
    return f"kernel {kernel} ({said('uname', '--machine')}), systemd {version} as PID 1"
